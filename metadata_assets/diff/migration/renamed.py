"""The earlier catalog as a database shows it once the renames were made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib import resources

import pyarrow as pa

from metadata_assets.catalog.engine import opened_engine
from metadata_assets.catalog.model import Catalog
from metadata_assets.diff.changes import RenameTable
from metadata_assets.diff.column_changes import RenameColumn
from metadata_assets.diff.migration.objects import name_parts

_text: pa.DataType = pa.string()
_TABLES = pa.schema(
    {"was": _text, "becomes": _text, "becomes_schema": _text, "becomes_name": _text}
)
_COLUMNS = pa.schema({"table_fqdn": _text, "was": _text, "becomes": _text})


def renamed_catalog(before: Catalog, renames: Sequence[RenameTable | RenameColumn]) -> Catalog:
    """A catalog under the later names.

    Keys and indexes follow a rename. The texts of checks, generated columns and views stay: what a
    database makes of them is compared as text, and made anew where it differs.

    Args:
        before: The earlier catalog.
        renames: What is renamed; a column by the name its table had.
    """
    if not renames:
        return before
    tables = [
        dict(
            zip(_TABLES.names, (one.table, one.to, *name_parts(one.to)), strict=True),
        )
        for one in renames
        if isinstance(one, RenameTable)
    ]
    columns = [
        {"table_fqdn": one.table, "was": one.column, "becomes": one.to}
        for one in renames
        if isinstance(one, RenameColumn)
    ]
    with opened_engine() as engine:
        engine.register(
            renamed_tables=pa.Table.from_pylist(tables, schema=_TABLES),
            renamed_columns=pa.Table.from_pylist(columns, schema=_COLUMNS),
            tables=before.tables,
            columns=before.columns,
            constraints=before.constraints,
            indexes=before.indexes,
        )
        script = resources.files(__package__).joinpath("sql", "renamed.sql").read_text("utf-8")
        parts = {
            part: engine.query(f"{script} FROM {part}_now").cast(getattr(before, part).schema)
            for part in ("tables", "columns", "constraints", "indexes")
        }
    return replace(before, **parts)
