"""How fast training records follow a large catalog, and in how much memory.

`python -m metadata_assets_tests.benchmarks.training [TABLES]`: generates a catalog of that many
tables (100,000 by default) of 20 columns on average, one in 25 of them wide, one in 20 a view, each
with four keys; syncs it, syncs it unchanged, changes 1 % of the tables and syncs again.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path

import duckdb
import pyarrow as pa

from metadata_assets.catalog.assemble import assemble
from metadata_assets.catalog.model import Catalog
from metadata_assets.lake import Lake
from metadata_assets.training.subject import Subject
from metadata_assets.training.sync import sync_records

_TABLES = """
CREATE TABLE tables AS
SELECT
  n,
  'schema_' || n % 10 AS schema_name,
  'table_name_' || n AS table_name,
  CASE WHEN n % 20 = 0 THEN 'view' ELSE 'table' END AS object_type,
  CASE WHEN n % 20 = 0 THEN 'SELECT id, amount FROM t WHERE amount > ' || n END AS definition,
  'Holds the records of business process number ' || n AS comment,
  'domain_' || n % 30 AS business_domain,
  'team' || n % 50 || '@example.com' AS owner
FROM range($tables) t(n)
"""

_COLUMNS = """
SELECT
  schema_name,
  table_name,
  j + 1 AS ordinal,
  'column_name_' || j AS column_name,
  ['integer', 'character varying(255)', 'timestamp with time zone', 'numeric(12,2)', 'text']
    [j % 5 + 1] AS native_type,
  j % 3 <> 0 AS nullable,
  CASE WHEN j % 7 = 0 THEN '0' END AS default_expr,
  CASE WHEN j % 2 = 0 THEN 'What the column ' || j || ' means to the business'
    || CASE WHEN $changed AND n % 100 = 1 AND j = 4 THEN ', since today' ELSE '' END END AS comment,
  j % 11 = 0 AS pii
FROM tables, unnest(range(CASE WHEN n % 25 = 0 THEN 63 ELSE 18 + n % 2 END)) u(j)
"""

_CONSTRAINTS = """
SELECT schema_name, table_name, 'primary_key' AS constraint_type, ['column_name_0'] AS columns,
  NULL::VARCHAR AS ref_schema_name, NULL::VARCHAR AS ref_table_name,
  NULL::VARCHAR[] AS referenced_columns
FROM tables
UNION ALL
SELECT schema_name, table_name, 'foreign_key', ['column_name_' || f],
  'schema_' || (n * 7 + f) % $tables % 10, 'table_name_' || (n * 7 + f) % $tables,
  ['column_name_0']
FROM tables, range(1, 4) g(f)
"""


def generated(tables: int, *, changed: bool) -> Catalog:
    """The catalog, the same each time; changed in one comment of each of 1 % of its tables."""
    with closing(duckdb.connect()) as connection:
        connection.execute(_TABLES, {"tables": tables})
        return assemble(
            tables=_rows(connection, "SELECT * EXCLUDE (n) FROM tables"),
            columns=_rows(connection, _COLUMNS, changed=changed),
            constraints=_rows(connection, _CONSTRAINTS, tables=tables),
        )


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, **parameters: object) -> pa.Table:
    return connection.sql(sql, params=parameters or None).to_arrow_table()


def _measure(lake: Lake, label: str, catalog: Catalog) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    subject = Subject("benchmark.large", catalog, "postgres", label)
    outcome = sync_records(lake, subject, run_id="benchmark", now=datetime.now(timezone.utc))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"{label:<12} {wall:6.1f} s  cpu {cpu:6.1f} s  peak so far {peak:.2f} GB  "
        f"{outcome.counts.changed} changed, {outcome.counts.unchanged} unchanged"
    )


def main(tables: int) -> None:
    """Print one line a sync."""
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake(str(Path(folder) / "lake"))
        catalog = generated(tables, changed=False)
        print(f"{catalog.tables.num_rows} tables, {catalog.columns.num_rows} columns")
        _measure(lake, "first", catalog)
        _measure(lake, "no change", catalog)
        del catalog
        _measure(lake, "1 % changed", generated(tables, changed=True))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
