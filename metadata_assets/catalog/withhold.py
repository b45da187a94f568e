"""Withhold what definitions tell of personal data, before anything is stored.

The labels of a flagged column's enum, its default, and the literals of the checks, indexes,
generated columns and views that name it may be values. They are replaced by a placeholder here,
between reading and storing, so whatever follows is clean by construction: the lake, the ledger's
registry, changes, schemas, training records. The price: how they change goes unnoticed.
"""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from metadata_assets.catalog.engine import Engine, catalog_sql, opened_engine, query
from metadata_assets.catalog.model import COLUMNS, CONSTRAINTS, INDEXES, TABLES, TYPES, Catalog
from metadata_assets.lake import LakeTable

WITHHELD = "'…'"
"""What stands for a value; the SQL files spell it too."""

_FLAGGED = "SELECT DISTINCT table_fqdn, column_name FROM flags WHERE pii"

_PRIVATE = """
SELECT c.table_fqdn, lower(t.table_name) AS table_name, list(lower(c.column_name)) AS names,
  list_distinct(list(rtrim(c.native_type, '[]'))) AS types
FROM columns c
JOIN tables t USING (table_fqdn)
SEMI JOIN flagged USING (table_fqdn, column_name)
GROUP BY ALL
"""

_PARTS = {
    "tables": TABLES,
    "columns": COLUMNS,
    "constraints": CONSTRAINTS,
    "indexes": INDEXES,
    "types": TYPES,
}


def holds_private(catalog: Catalog) -> bool:
    """Whether any column is flagged as personal data."""
    return bool(pc.any(catalog.columns["pii"]).as_py())


def withhold(catalog: Catalog) -> Catalog:
    """The catalog without the values that definitions of personal data hold.

    Columns of a foreign key to a flagged column, and those computed of one, hold its values, so
    they are flagged too, unless they are said to be none.

    Args:
        catalog: With what people say of it. Its content hashes are left as they are.
    """
    if not holds_private(catalog):
        return catalog
    spread = query(
        catalog_sql("withhold_macros") + catalog_sql("spread_private"),
        columns=catalog.columns,
        constraints=catalog.constraints,
    )
    flagged = replace(catalog, columns=_shaped(spread, COLUMNS))
    return _withheld(flagged, flagged.columns, TABLES.schema.empty_table())


def withhold_like(before: Catalog, after: Catalog) -> Catalog:
    """An earlier catalog without the values of what is flagged in it or in the later one.

    Else what a column was, before it was flagged, would show as a change of it.
    """
    if not holds_private(after):
        return before
    flags = pa.concat_tables([before.columns, after.columns])
    return _withheld(before, flags, after.tables)


def private_views(catalog: Catalog) -> pa.Table:
    """The views that may show values of flagged columns, by `table_fqdn`.

    Args:
        catalog: As it is stored.
    """
    with opened_engine() as engine:
        _register_private(engine, catalog, catalog.columns, TABLES.schema.empty_table())
        return engine.query("SELECT table_fqdn FROM private_views")


def _withheld(catalog: Catalog, flags: pa.Table, later: pa.Table) -> Catalog:
    with opened_engine() as engine:
        _register_private(engine, catalog, flags, later)
        clean = {
            name: _shaped(engine.query(catalog_sql(f"withhold_{name}")), part)
            for name, part in _PARTS.items()
        }
    return replace(catalog, **clean)


def _register_private(engine: Engine, catalog: Catalog, flags: pa.Table, later: pa.Table) -> None:
    engine.register(flags=flags, later=later, **{name: getattr(catalog, name) for name in _PARTS})
    engine.register(flagged=engine.query(_FLAGGED))
    engine.register(private=engine.query(catalog_sql("withhold_macros") + _PRIVATE))
    engine.register(private_views=engine.query(catalog_sql("private_views")))


def _shaped(rows: pa.Table, part: LakeTable) -> pa.Table:
    return rows.select(part.schema.names).cast(part.schema).combine_chunks()
