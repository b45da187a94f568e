"""How fast schemas are built and queries understood.

`python -m metadata_assets_tests.benchmarks.schema [TABLES]`: a catalog of that many tables (100,000
by default) of 20 columns; built, mapped for sqlglot, one table's part of it taken, its DDL written
for training, its first versions decided and registered on SQLite, and a typical query asked about
once the schema is open; and the peak memory of the first two, in a new process.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from itertools import count
from unittest.mock import patch

import duckdb

from metadata_assets.catalog.assemble import assemble
from metadata_assets.catalog.model import Catalog
from metadata_assets.diff.severity import Grading
from metadata_assets.diff.track import untracked_changes
from metadata_assets.ledger.store import Ledger
from metadata_assets.schema.build import build_schema
from metadata_assets.schema.query import Queries
from metadata_assets.training import derive
from metadata_assets.training.subject import Subject
from metadata_assets_tests.benchmarks.measure import growth_exponent, medians, peak_megabytes
from metadata_assets_tests.schema.catalogs import opened

_TYPES = """['integer', 'character varying(255)', 'timestamp with time zone', 'numeric(12,2)',
  'text', 'bigint', 'jsonb', 'text[]']"""
_QUERY = """
SELECT t.column_1, date_trunc('month', t.column_2) AS month, sum(o.column_3) AS total, count(*)
FROM table_7 t JOIN table_8 o ON o.column_0 = t.column_0
WHERE t.column_2 >= now() - interval '1 year' AND o.column_4 LIKE 'A%'
GROUP BY t.column_1, month HAVING count(*) > 1 ORDER BY total DESC LIMIT 10
"""


def large_catalog(tables: int) -> Catalog:
    """A catalog of so many tables of 20 columns."""
    with duckdb.connect() as connection:
        named = connection.sql(
            "SELECT 'public' AS schema_name, 'table_' || n AS table_name, 'table' AS object_type "
            f"FROM range({tables}) t(n)"
        ).to_arrow_table()
        columns = connection.sql(
            "SELECT 'public' AS schema_name, 'table_' || n AS table_name, j + 1 AS ordinal, "
            f"'column_' || j AS column_name, {_TYPES}[j % 8 + 1] AS native_type, true AS nullable "
            f"FROM range({tables}) t(n), range(20) u(j)"
        ).to_arrow_table()
    return assemble(tables=named, columns=columns)


def seconds(work: Callable[[], object]) -> float:
    """How long some work takes, once."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def training_ddl(catalog: Catalog) -> None:
    """Write the DDL that is taught of a catalog, and no other record."""
    with patch.object(derive, "RULES", ("ddl_of_tables", "ddl_of_views")):
        records = derive.derive_records(Subject("test.source", catalog, "postgres", "1"))
    assert records.num_rows >= catalog.tables.num_rows


def first_versions(catalog: Catalog) -> None:
    """Decide what to register of a catalog nobody saw before, and register it on SQLite."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Ledger.open(f"sqlite:///{folder}/ledger.db") as ledger,
    ):
        found = untracked_changes(
            ledger, "test.source", catalog, dialect="postgres", grading=Grading()
        )
        ledger.register_schemas("test.source", found.registrations)
    assert found.registrations.num_rows == catalog.tables.num_rows


def generate_and_build(tables: int) -> None:
    """What the peak of memory is measured of."""
    build_schema(large_catalog(tables), "postgres")


def main(tables: int) -> None:
    """Measure and print."""
    small, large = large_catalog(tables // 10), large_catalog(tables)
    sizes = (small.columns.num_rows, large.columns.num_rows)
    build_schema(small, "postgres")
    works: dict[str, Callable[[Catalog], object]] = {
        "build": lambda catalog: build_schema(catalog, "postgres"),
        "build and map": lambda catalog: build_schema(catalog, "postgres").mapping(),
        "training DDL": training_ddl,
        "first versions": first_versions,
    }
    for name, work in works.items():
        times = [seconds(partial(work, catalog)) for catalog in (small, large)]
        growth = growth_exponent((sizes[0], times[0]), (sizes[1], times[1]))
        print(f"{name}: {sizes[1]:,} columns in {times[1]:.2f} s, growth ^{growth:.2f}")
    memory = peak_megabytes(partial(generate_and_build, tables))
    print(f"catalog and schema take {memory:.0f} MB over import")
    built = build_schema(large, "postgres")
    built.mapping(["public.table_7"])
    queries = Queries(opened(built))
    queries.validate(_QUERY)
    # Each query is one that was not asked before: verdicts are remembered.
    new = (f"{_QUERY}-- {number}" for number in count())
    asked = {
        "one table's mapping": lambda: built.mapping(["public.table_7"]),
        "validate": lambda: queries.validate(next(new)),
        "uses": lambda: queries.uses(next(new)),
        "result types": lambda: queries.result_columns(next(new)),
        "qualify": lambda: queries.qualify(next(new)),
        "expand": lambda: queries.expand(next(new)),
        "lineage": lambda: queries.lineage(next(new)),
        "transpile": lambda: queries.transpile(next(new), "duckdb"),
    }
    for name, taken in medians(asked, rounds=50).items():
        print(f"{name}: {taken * 1000:.2f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
