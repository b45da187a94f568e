"""Bring the content hashes of a catalog up to date after some of its tables were changed."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa

from metadata_assets.catalog.engine import catalog_sql, opened_engine
from metadata_assets.catalog.model import TABLES, Catalog
from metadata_assets.catalog.runs import hashed

_CHANGED = """
SELECT *, row_number() OVER () AS place FROM {} WHERE table_fqdn IN (SELECT table_fqdn FROM changed)
"""
_TEXTS = """
SELECT table_fqdn, column_text(c) AS body
FROM columns c
WHERE table_fqdn IN (SELECT table_fqdn FROM changed)
ORDER BY table_fqdn, ordinal
"""


def rehashed(catalog: Catalog, changed: pa.Table) -> Catalog:
    """The catalog, with the content hashes that `assemble` would give it.

    Args:
        catalog: The catalog.
        changed: The `table_fqdn` of each table that was changed; the others keep their hash.
    """
    with opened_engine() as engine:
        engine.register(
            tables=catalog.tables,
            columns=catalog.columns,
            constraints=catalog.constraints,
            changed=changed,
        )
        engine.register(
            selected=engine.query(_CHANGED.format("tables")),
            selected_constraints=engine.query(_CHANGED.format("constraints")),
        )
        engine.register(
            columns_bodies=hashed(engine.query(_TEXTS), "body"),
            constraints_bodies=engine.query(catalog_sql("hash_constraints")),
        )
        engine.register(rehashed=engine.query(catalog_sql("hash_tables")))
        tables = engine.query(catalog_sql("rehash_tables"))
    shaped = tables.select(TABLES.schema.names).cast(TABLES.schema).combine_chunks()
    return replace(catalog, tables=shaped)
