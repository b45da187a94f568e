"""How fast golden queries are judged, and what is said of a source.

`python -m metadata_assets_tests.benchmarks.quality [QUERIES] [TABLES] [DIALECT…]`: that many golden
queries (1,000 by default) with joins, groups and subqueries on that many tables (1,000) of twenty
columns, a tenth of the queries wrong; the bar is five seconds with their coverage. Of every dialect
by default: DuckDB and SQLite judge by their own engines, PostgreSQL by its grammar, MySQL by names.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TypeVar

from metadata_assets.quality.coverage import coverage_of
from metadata_assets.quality.golden import judged_queries
from metadata_assets.quality.rules import metadata_problems
from metadata_assets_tests.quality.subjects import golden, subject
from metadata_assets_tests.schema.catalogs import catalog, column, table

T = TypeVar("T")

_TYPES = ("integer", "text", "numeric(12,2)", "timestamp", "date")


_SCHEMAS = {"postgres": "public", "mysql": "shop", "duckdb": "main", "sqlite": "main"}


def main(queries: int = 1_000, tables: int = 1_000, *dialects: str) -> None:
    """Print the seconds of each step, of each dialect."""
    for dialect in dialects or _SCHEMAS:
        print(f"== {dialect}")
        _measure(queries, tables, dialect)


def _measure(queries: int, tables: int, dialect: str) -> None:
    source = catalog(*(_table(number, _SCHEMAS[dialect]) for number in range(tables)))
    of = subject(source, dialect, golden_queries=golden(*(_sql(n, tables) for n in range(queries))))
    verdicts = _timed("judge", lambda: judged_queries(of))
    coverage = _timed("coverage", lambda: coverage_of(source, verdicts))
    problems = _timed("rules", lambda: metadata_problems(of))
    valid = sum(one.is_valid for one in verdicts)
    print(f"{valid} of {queries} valid, {coverage.columns.percentage} % of columns covered")
    print(f"{problems.num_rows} problems of {source.columns.num_rows} columns")


def _timed(name: str, run: Callable[[], T]) -> T:
    began = time.perf_counter()
    result = run()
    print(f"{name}: {time.perf_counter() - began:.2f} s")
    return result


def _table(number: int, schema: str) -> dict[str, object]:
    columns = (
        column(f"column_{place}", _TYPES[place % 5], comment=f"What {place} is to {number}")
        for place in range(20)
    )
    domain = f"domain_{number % 10}"
    return table(f"table_{number}", *columns, schema=schema, business_domain=domain)


def _sql(number: int, tables: int) -> str:
    first, second = number % tables, (number * 7 + 1) % tables
    wrong = "_x" if number % 10 == 9 else ""
    return f"""
        WITH recent AS (SELECT * FROM table_{first} WHERE column_4 > '2024-01-01')
        SELECT r.column_1, count(DISTINCT s.column_0) AS n, sum(s.column_2{wrong}) AS total
        FROM recent r JOIN table_{second} s ON s.column_0 = r.column_5
        WHERE s.column_6 LIKE 'a%' AND r.column_10 IN (SELECT column_0 FROM table_{second})
        GROUP BY r.column_1 HAVING count(*) > {number % 5} ORDER BY total DESC LIMIT 10
    """


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]), *sys.argv[3:])
