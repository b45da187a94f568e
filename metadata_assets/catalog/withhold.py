"""Withhold what definitions tell of personal data, before anything is stored.

The labels of a flagged column's enum, its default, and the literals of the checks, indexes,
generated columns and views that name it may be values. They are replaced by a placeholder here,
between reading and storing, so whatever follows is clean by construction: the lake, the ledger's
registry, changes, schemas, training records. The price: how they change goes unnoticed.
"""

from __future__ import annotations

from dataclasses import replace

import pyarrow.compute as pc

from metadata_assets.catalog.engine import catalog_sql, opened_engine
from metadata_assets.catalog.model import COLUMNS, CONSTRAINTS, INDEXES, TABLES, TYPES, Catalog

WITHHELD = "'…'"
"""What stands for a value; the SQL files spell it too."""

_PRIVATE = """
SELECT c.table_fqdn, lower(t.table_name) AS table_name, list(lower(c.column_name)) AS names,
  list_distinct(list(rtrim(c.native_type, '[]'))) AS types
FROM columns c JOIN tables t USING (table_fqdn)
WHERE c.pii
GROUP BY ALL
"""


def holds_private(catalog: Catalog) -> bool:
    """Whether any column is flagged as personal data."""
    return bool(pc.any(catalog.columns["pii"]).as_py())


def withhold(catalog: Catalog) -> Catalog:
    """The catalog without the values that definitions of personal data hold.

    Args:
        catalog: With what people say of it. Its content hashes are left as they are.
    """
    if not holds_private(catalog):
        return catalog
    parts = {
        "tables": TABLES,
        "columns": COLUMNS,
        "constraints": CONSTRAINTS,
        "indexes": INDEXES,
        "types": TYPES,
    }
    with opened_engine() as engine:
        engine.register(**{name: getattr(catalog, name) for name in parts})
        engine.register(private=engine.query(_PRIVATE))
        clean = {
            name: engine.query(catalog_sql(f"withhold_{name}"))
            .select(part.schema.names)
            .cast(part.schema)
            .combine_chunks()
            for name, part in parts.items()
        }
    return replace(catalog, **clean)
