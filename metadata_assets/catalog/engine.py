"""The set-based engine of the core: SQL over Arrow tables in an in-memory DuckDB.

Holds no state between calls; the lake is the store.
"""

from __future__ import annotations

from contextlib import closing

import duckdb
import pyarrow as pa

_MACROS = r"""
CREATE MACRO fqdn_part(name) AS
  CASE WHEN regexp_matches(name, '[."]') THEN '"' || replace(name, '"', '""') || '"' ELSE name END;
CREATE MACRO fqdn(schema_name, table_name) AS
  fqdn_part(schema_name) || '.' || fqdn_part(table_name);
CREATE MACRO field(value) AS
  CASE WHEN value IS NULL THEN 'n;' ELSE length(value::VARCHAR) || ':' || value::VARCHAR || ';' END;
"""
"""`fqdn` names a table without ambiguity (`a."b.c"` is not `"a.b".c`); `field` separates hashed
values by their length, so that neither `ab`+`c` and `a`+`bc` nor NULL and `''` collide."""


def query(sql: str, **tables: pa.Table) -> pa.Table:
    """Run one SELECT over Arrow tables.

    Args:
        sql: DuckDB SQL; may use the macros `fqdn`, `fqdn_part` and `field`.
        **tables: Arrow tables by the name the SQL knows them under.

    Returns:
        The result, materialized.
    """
    with closing(duckdb.connect()) as connection:
        # Order is what the SQL says; keeping the insertion order would cost memory.
        connection.execute("SET preserve_insertion_order = false; SET TimeZone = 'UTC';" + _MACROS)
        for name, table in tables.items():
            connection.register(name, table)
        result: pa.Table = connection.sql(sql).to_arrow_table()
        return result
