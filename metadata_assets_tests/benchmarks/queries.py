"""How long questions about real queries take, once a schema is open.

`python -m metadata_assets_tests.benchmarks.queries`: the gold queries of five real databases on
PostgreSQL, each asked about once a kind of question; prints the median and the slowest tenth, and
both as a multiple of what sqlglot alone takes to parse the query.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from sqlglot import parse_one

from metadata_assets.schema.query import Queries
from metadata_assets_tests.realdata import REALDATA
from metadata_assets_tests.schema.catalogs import stored
from metadata_assets_tests.servers import PostgresServer
from metadata_assets_tests.sources.postgres_servers import PostgresDatabase

_DATABASES = ("academic", "advising", "atis", "broker", "car_dealership")
_FILES = (
    "idk.jsonl",
    "questions_gen_postgres.jsonl",
    "instruct_basic_postgres.jsonl",
    "instruct_advanced_postgres.jsonl",
)
_WARMING = 3


def questions(queries: Queries) -> Mapping[str, Callable[[str], object]]:
    """What may be asked about a query; first the floor."""
    return {
        "sqlglot's parse": lambda sql: parse_one(sql, read="postgres"),
        "validate": queries.validate,
        "uses": queries.uses,
        "result types": queries.result_columns,
        "qualify": queries.qualify,
        "expand": queries.expand,
        "lineage": queries.lineage,
        "transpile": lambda sql: queries.transpile(sql, "duckdb"),
    }


def gold(database: str) -> list[str]:
    """The gold queries of a database, each once."""
    return list(dict.fromkeys(_gold(database)))


def _gold(database: str) -> Iterator[str]:
    for file in _FILES:
        text = (REALDATA / "text2sql/defog" / file).read_text(encoding="utf-8")
        for one in map(json.loads, text.splitlines()):
            if one["db"] == database:
                yield str(one["sql"])


def seconds_of(ask: Callable[[str], object], asked: list[str]) -> Iterator[float]:
    """How long each question takes; verdicts are remembered for fewer queries than there are."""
    for sql in asked[:_WARMING]:
        ask(sql)
    for sql in asked:
        began = time.perf_counter()
        ask(sql)
        yield time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    taken: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        server = PostgresServer.start(Path(folder) / "data")
        for name in _DATABASES:
            database = PostgresDatabase(server.create_database())
            server.load(database.url, REALDATA / f"text2sql/defog/schemas/{name}.sql")
            asked = gold(name)
            for question, ask in questions(Queries(stored(database.read(), "postgres"))).items():
                taken.setdefault(question, []).extend(seconds_of(ask, asked))
    floor = statistics.median(taken["sqlglot's parse"])
    print(f"{len(taken['validate'])} gold queries of {len(_DATABASES)} databases")
    for question, seconds in taken.items():
        median = statistics.median(seconds)
        slowest = statistics.quantiles(seconds, n=10)[-1]
        print(
            f"  {question:<16}{median * 1000:6.2f} ms{slowest * 1000:8.2f} ms in one of ten"
            f"{median / floor:8.2f} x sqlglot's parse"
        )


if __name__ == "__main__":
    main()
