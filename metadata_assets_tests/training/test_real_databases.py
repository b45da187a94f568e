"""What is taught of real databases is SQL those databases understand."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from sqlglot import parse_one

from metadata_assets.catalog.model import Catalog
from metadata_assets.sources.registry import open_source
from metadata_assets_tests.realdata import REALDATA, needs_realdata
from metadata_assets_tests.servers import PostgresServer
from metadata_assets_tests.sources.reading import read
from metadata_assets_tests.training.conftest import derived

pytestmark = needs_realdata


def ddl(catalog: Catalog, dialect: str) -> list[str]:
    rows = derived(catalog, "demo.real", dialect).to_pylist()
    told = {row["source_id"] for row in rows if row["kind"] == "documentation"}
    assert told == set(catalog.tables["table_fqdn"].to_pylist())
    return [row["content"] for row in rows if row["kind"] == "ddl"]


@pytest.mark.parametrize(
    "script",
    ["datasette_fixtures", "northwind_create", "roundcube_head_2026-08", "tbls_sqlite"],
)
def test_every_statement_taught_of_a_sqlite_database_runs_in_sqlite(
    script: str, tmp_path: Path
) -> None:
    path = tmp_path / "real.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA synchronous = OFF")
        database.executescript((REALDATA / "sqlite" / f"{script}.sql").read_text("utf-8"))
    for statement in ddl(read("sqlite", path), "sqlite"):
        with closing(sqlite3.connect(":memory:")) as database:
            database.execute(statement)


def test_every_statement_taught_of_a_duckdb_database_runs_in_duckdb(tmp_path: Path) -> None:
    path = tmp_path / "real.duckdb"
    with closing(duckdb.connect(str(path))) as database:
        database.execute((REALDATA / "duckdb" / "tpcds_schema.sql").read_text("utf-8"))
    with closing(duckdb.connect()) as database:
        for statement in ddl(read("duckdb", path), "duckdb"):
            database.execute(statement.replace("CREATE TABLE", "CREATE OR REPLACE TABLE"))


def test_every_statement_taught_of_a_postgres_database_is_postgres(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    url = postgres.create_database()
    postgres.load(url, REALDATA / "pg" / "pagila" / "v3.1.0_2022.sql")
    source = open_source("test.pagila", "postgres", {"url": url}, base=tmp_path, env={})
    catalog = source.extract()
    rows = derived(catalog, "test.pagila", source.dialect).to_pylist()
    statements = [row for row in rows if row["kind"] != "documentation"]
    for row in statements:
        parse_one(row["content"], dialect="postgres")
    kinds = Counter(row["kind"] for row in rows)
    views = sum("view" in kind for kind in catalog.tables["object_type"].to_pylist())
    assert kinds == {
        "ddl": catalog.tables.num_rows,
        "documentation": catalog.tables.num_rows,
        "sql": views,
    }
    (film,) = (
        row["content"]
        for row in rows
        if (row["source_id"], row["kind"]) == ("public.film", "documentation")
    )
    assert "one of 'G', 'PG', 'PG-13', 'R', 'NC-17'" in film
    assert "- public.film.language_id references public.language.language_id" in film
    assert "- public.inventory.film_id references public.film.film_id" in film
