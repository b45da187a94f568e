"""Catalogs written as SQL, for the tests of what is done with them."""

from __future__ import annotations

from typing import Any

import duckdb
import pyarrow as pa

from metadata_assets.catalog.assemble import assemble
from metadata_assets.catalog.model import Catalog

ORDERS = "SELECT 'main' AS schema_name, 'orders' AS table_name, 'table' AS object_type"
ID = """
SELECT 'main' AS schema_name, 'orders' AS table_name, 1 AS ordinal, 'id' AS column_name,
  'INTEGER' AS native_type, false AS nullable
"""


_ENGINE = duckdb.connect()


def rows(sql: str) -> pa.Table:
    return _ENGINE.sql(sql).to_arrow_table()


def catalog(tables: str = ORDERS, columns: str = ID, **parts: str) -> Catalog:
    """A catalog of the rows that the queries give."""
    return assemble(
        tables=rows(tables),
        columns=rows(columns),
        **{part: rows(sql) for part, sql in parts.items()},
    )


def values(*names: str, of: list[tuple[Any, ...]]) -> str:
    """A query that gives these rows under these names."""
    lines = ", ".join(f"({', '.join(map(_literal, row))})" for row in of)
    return f"SELECT * FROM (VALUES {lines}) v({', '.join(names)})"


def _literal(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]::VARCHAR[]"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return "NULL" if value is None else str(value)
