"""Objects that are there but cannot be read: they stay as they were known, and are never deletions.

What cannot be read is listed by the driver, with the reason, in the part `UNREADABLE` of a catalog.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from importlib import resources

import pyarrow as pa

from metadata_assets.catalog.assemble import select_tables
from metadata_assets.catalog.engine import Engine, opened_engine
from metadata_assets.catalog.model import (
    COLUMNS,
    CONSTRAINTS,
    INDEXES,
    TABLES,
    UNREADABLE,
    Catalog,
)
from metadata_assets.lake import LakeTable

_KEPT_ROWS = """
SELECT * FROM fresh ANTI JOIN kept USING (table_fqdn)
UNION ALL
SELECT * FROM previous SEMI JOIN kept USING (table_fqdn)
ORDER BY {key}
"""


_VANISHED = """
SELECT schema_name, table_name, table_fqdn
FROM previous
ANTI JOIN (SELECT table_fqdn FROM tables UNION SELECT object_name FROM unreadable)
USING (table_fqdn)
"""

_WITH_HIDDEN = """
SELECT object_name, reason FROM unreadable
UNION ALL
SELECT fqdn(names[1], names[2]), $reason FROM (SELECT unnest($hidden::VARCHAR[][]) AS names)
ORDER BY ALL
"""


def keep_unreadable(previous: Catalog, catalog: Catalog) -> Catalog:
    """A catalog in which what cannot be read now is as it was when it could.

    An object that was never read stays as it is shown. One that is readable again is simply read,
    and so is unchanged unless it did change meanwhile.

    Args:
        previous: The catalog as stored.
        catalog: The catalog just read.

    Returns:
        The catalog to store; what could not be read is still listed in it.
    """
    if catalog.unreadable.num_rows == 0:
        return catalog
    with opened_engine() as engine:
        engine.register(
            previous_tables=previous.tables,
            tables=catalog.tables,
            columns=catalog.columns,
            constraints=catalog.constraints,
            unreadable=catalog.unreadable,
        )
        kept = engine.query(_sql("kept"))
        if kept.num_rows == 0:
            return catalog
        engine.register(kept=kept)
        return replace(
            catalog,
            tables=_kept_rows(engine, TABLES, previous.tables, catalog.tables),
            columns=_kept_rows(engine, COLUMNS, previous.columns, catalog.columns),
            constraints=_kept_rows(engine, CONSTRAINTS, previous.constraints, catalog.constraints),
            indexes=_kept_rows(engine, INDEXES, previous.indexes, catalog.indexes),
        )


def vanished_tables(
    previous: pa.Table, catalog: Catalog, *, include: Sequence[str], exclude: Sequence[str]
) -> list[tuple[str, str]]:
    """The tables that were there before and are not shown now, whatever the reason.

    Args:
        previous: The tables as stored.
        catalog: The catalog just read.
        include: The patterns it was read with: what they leave out has not vanished.
        exclude: Likewise.

    Returns:
        Names of schemas and tables.
    """
    with opened_engine() as engine:
        engine.register(previous=previous, tables=catalog.tables, unreadable=catalog.unreadable)
        vanished = select_tables(engine.query(_VANISHED), include=include, exclude=exclude)
    return [(row["schema_name"], row["table_name"]) for row in vanished.to_pylist()]


def list_hidden(catalog: Catalog, hidden: Iterable[tuple[str, str]], *, reason: str) -> Catalog:
    """The catalog with further tables listed as unreadable.

    Args:
        catalog: The catalog just read.
        hidden: Names of schemas and tables.
        reason: Why they cannot be read.
    """
    with opened_engine() as engine:
        engine.register(unreadable=catalog.unreadable)
        listed = engine.query(_WITH_HIDDEN, hidden=[list(names) for names in hidden], reason=reason)
    return replace(catalog, unreadable=listed.cast(UNREADABLE.schema))


def _kept_rows(engine: Engine, part: LakeTable, previous: pa.Table, fresh: pa.Table) -> pa.Table:
    engine.register(previous=previous, fresh=fresh)
    rows = engine.query(_KEPT_ROWS.format(key=", ".join(part.key)))
    return rows.select(part.schema.names).cast(part.schema).combine_chunks()


def _sql(name: str) -> str:
    return resources.files(__package__).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
