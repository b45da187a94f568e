"""Questions of real benchmarks: their gold SQL is valid, and uses what its engine says it uses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from metadata_assets.catalog.model import Catalog
from metadata_assets.schema.query import Queries
from metadata_assets_tests.realdata import REALDATA, needs_realdata
from metadata_assets_tests.schema.catalogs import stored
from metadata_assets_tests.servers import PostgresServer
from metadata_assets_tests.sources.databases import duckdb_file, sqlite_file
from metadata_assets_tests.sources.postgres_servers import PostgresDatabase
from metadata_assets_tests.sources.reading import read

pytestmark = needs_realdata

SPIDER = ("car_1", "dog_kennels", "flight_2", "network_1", "world_1")
SPIDER = ("car_1", "dog_kennels", "flight_2", "network_1", "world_1")
DEFOG = ("academic", "advising", "atis", "broker", "car_dealership")


def gold(*files: str) -> Iterator[dict[str, Any]]:
    for file in files:
        for line in (REALDATA / "text2sql" / file).read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def differing(queries: Queries, sql: str, uses: dict[str, list[str]]) -> list[Any]:
    """The query, if it is refused or the columns it uses are others."""
    problems = queries.validate(sql)
    if problems:
        return [(sql, problems)]
    found = {
        name.removeprefix("main.").lower(): sorted(map(str.lower, columns))
        for name, columns in queries.uses(sql).items()
    }
    expected = {name.lower(): sorted(map(str.lower, used)) for name, used in uses.items()}
    return [(sql, found, expected)] if found != expected else []


@pytest.mark.parametrize("database", DEFOG)
def test_gold_queries_use_what_postgres_says(postgres: PostgresServer, database: str) -> None:
    loaded = PostgresDatabase(postgres.create_database())
    postgres.load(loaded.url, REALDATA / f"text2sql/defog/schemas/{database}.sql")
    queries = Queries(stored(loaded.read(), "postgres"))
    asked = gold(
        *(f"defog/{name}.jsonl" for name in ("idk", "questions_gen_postgres")),
        *(f"defog/instruct_{level}_postgres.jsonl" for level in ("basic", "advanced")),
    )
    mine = [one for one in asked if one["db"] == database]
    assert [wrong for one in mine for wrong in differing(queries, one["sql"], one["uses"])] == []
    names = [
        ([column.name for column in queries.result_columns(one["sql"])], one["result_columns"])
        for one in mine
        if one["executes"]
    ]
    assert [(found, expected) for found, expected in names if found != expected] == []


def test_spider_s_queries_use_what_sqlite_says(tmp_path: Path) -> None:
    text = (REALDATA / "text2sql/spider/databases_ddl.sql").read_text(encoding="utf-8")
    scripts = dict(re.findall(r"-- DATABASE (\S+)\n(.*?)(?=-- DATABASE |\Z)", text, re.DOTALL))
    opened = {
        name: Queries(stored(catalog_of(tmp_path / f"{name}.sqlite", scripts[name]), "sqlite"))
        for name in SPIDER
    }
    asked = [one for one in gold("spider/dev.jsonl") if one["db"] in opened]
    wrong = [
        each for one in asked for each in differing(opened[one["db"]], one["sql"], one["uses"])
    ]
    assert wrong == []
    assert len(asked) > 400


def catalog_of(path: Path, script: str) -> Catalog:
    return read("sqlite", sqlite_file(path, script))


def test_the_queries_of_tpc_ds_are_understood_by_duckdb(tmp_path: Path) -> None:
    script = (REALDATA / "duckdb/tpcds_schema.sql").read_text(encoding="utf-8")
    catalog = read("duckdb", duckdb_file(tmp_path / "tpcds.duckdb", script))
    queries = Queries(stored(catalog, "duckdb"))
    for one in gold("duckdb_benchmarks/tpcds.jsonl"):
        assert queries.validate(one["sql"]) == ()
        assert queries.uses(one["sql"])
        assert queries.result_columns(one["sql"])
