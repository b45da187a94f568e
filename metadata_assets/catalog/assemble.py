"""Turn a driver's raw rows into a `Catalog`: names, selection, order and content hash.

The one place where a table gets its FQDN and its content hash, for every engine alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources

import pyarrow as pa

from metadata_assets.catalog.engine import opened_engine
from metadata_assets.catalog.model import (
    COLUMNS,
    CONSTRAINTS,
    INDEXES,
    TABLES,
    TYPES,
    UNREADABLE,
    Catalog,
)
from metadata_assets.lake import LakeTable

# Not pa.array(list): that imports pandas, most of a second.
_PATTERNS = """
SELECT unnest($include::VARCHAR[]) AS pattern, true AS keeps
UNION ALL
SELECT unnest($exclude::VARCHAR[]), false
"""
_NAMED = pa.schema([("schema_name", pa.string()), ("table_name", pa.string())])
_FQDN = pa.schema([("table_fqdn", pa.string())])
_REFERENCE = pa.schema([("ref_schema_name", pa.string()), ("ref_table_name", pa.string())])


def assemble(
    *,
    tables: pa.Table,
    columns: pa.Table,
    constraints: pa.Table | None = None,
    indexes: pa.Table | None = None,
    types: pa.Table | None = None,
    unreadable: pa.Table | None = None,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
) -> Catalog:
    """Build a catalog from the rows of bulk catalog queries.

    Each argument holds any of the columns of its part in `catalog.model`; absent columns are null.
    Instead of `table_fqdn` it names the table by `schema_name` and `table_name`; a foreign key
    names what it references by `ref_schema_name` and `ref_table_name`. `ordinal` only has to sort.

    Args:
        tables: Tables and views.
        columns: Their columns.
        constraints: Their keys and checks.
        indexes: Their indexes.
        types: User-defined types, named by `schema_name` and `type_name`.
        unreadable: What could not be read, with the reason: tables by `schema_name` and
            `table_name`, anything else by `object_name`.
        include: GLOB patterns of the tables to keep; all where empty. A pattern with a dot is
            matched against `schema.table`, one without against the table name.
        exclude: GLOB patterns of the tables to leave out.

    Returns:
        The catalog of the selected tables, every part ordered by its key.
    """
    with opened_engine() as engine:
        patterns = engine.query(_PATTERNS, include=list(include), exclude=list(exclude))
        raw_tables = _shaped(tables, TABLES, _NAMED)
        engine.register(patterns=patterns, raw_tables=raw_tables)
        engine.register(selected=engine.query(_sql("select_tables")))
        engine.register(raw=_shaped(columns, COLUMNS, _NAMED))
        selected_columns = engine.query(_sql("select_columns"))
        engine.register(raw=_shaped(constraints, CONSTRAINTS, _NAMED, _REFERENCE))
        selected_constraints = engine.query(_sql("select_constraints"))
        engine.register(columns=selected_columns, constraints=selected_constraints)
        selected_tables = engine.query(_sql("hash_tables"))
        engine.register(raw=_shaped(indexes, INDEXES, _NAMED))
        selected_indexes = engine.query(_sql("select_indexes"))
        engine.register(raw=_shaped(types, TYPES))
        named_types = engine.query(_sql("select_types"))
        raw_unreadable = _shaped(unreadable, UNREADABLE, _NAMED, _FQDN)
        engine.register(raw=raw_unreadable, raw_tables=raw_unreadable)
        engine.register(selected=engine.query(_sql("select_tables")))
        selected_unreadable = engine.query(_sql("select_unreadable"))
    return Catalog(
        tables=_cast(selected_tables, TABLES),
        columns=_cast(selected_columns, COLUMNS),
        constraints=_cast(selected_constraints, CONSTRAINTS),
        indexes=_cast(selected_indexes, INDEXES),
        types=_cast(named_types, TYPES),
        unreadable=_cast(selected_unreadable, UNREADABLE),
    )


def _sql(name: str) -> str:
    return resources.files(__package__).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def _shaped(rows: pa.Table | None, part: LakeTable, *extra: pa.Schema) -> pa.Table:
    """The rows with exactly the columns of the part and the extra ones, absent ones null."""
    wanted = pa.unify_schemas([part.schema, *extra])
    if rows is None:
        return wanted.empty_table()
    arrays = [
        rows[column.name].cast(column.type)
        if column.name in rows.column_names
        else pa.nulls(rows.num_rows, column.type)
        for column in wanted
    ]
    return pa.table(arrays, schema=wanted)


def _cast(rows: pa.Table, part: LakeTable) -> pa.Table:
    return rows.select(part.schema.names).cast(part.schema).combine_chunks()
