"""Functions, operators and macros of the database's own may be called; no others."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from metadata_assets.schema.query import Queries
from metadata_assets_tests.schema.catalogs import stored
from metadata_assets_tests.servers import PostgresServer
from metadata_assets_tests.sources.databases import duckdb_file
from metadata_assets_tests.sources.postgres_servers import PostgresDatabase
from metadata_assets_tests.sources.reading import read

SHOP = """
CREATE EXTENSION pg_trgm;
CREATE SCHEMA app;
CREATE TABLE customer (id int PRIMARY KEY, name text);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int, total numeric(10,2));
CREATE FUNCTION label(x text) RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN x; END';
CREATE FUNCTION app.secret(n int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION parts(n int) RETURNS TABLE (a int, b text) LANGUAGE sql AS $$SELECT 1, 'x'$$;
CREATE FUNCTION lower(n int) RETURNS int LANGUAGE sql AS 'SELECT n';
CREATE AGGREGATE total_of(numeric) (sfunc = numeric_add, stype = numeric, initcond = '0');
"""
QUERIES = (
    "SELECT label(name), similarity(name, 'x') FROM customer WHERE name % 'x'",
    "SELECT label(name) AS l, count(*) FROM customer GROUP BY label(name)",
    "SELECT customer_id, total_of(total) FROM orders GROUP BY customer_id",
    "SELECT id, total_of(total) OVER (PARTITION BY customer_id) FROM orders",
    "SELECT customer_id, total_of(total) FROM orders",
    "SELECT * FROM customer WHERE total_of(id) > 1",
    "SELECT a, p.b FROM parts(3) p",
    "SELECT * FROM customer c, LATERAL parts(c.id)",
    "SELECT app.secret(id), lower(id), lower(name) FROM customer",
    "SELECT labl(name) FROM customer",
    "SELECT lenght(name) FROM customer",
    "SELECT label(nme) FROM customer",
    "SELECT label(name) FROM custmer",
    "SELECT name @@@ 'x' FROM customer",
)


def test_postgres_and_its_judge_agree(postgres: PostgresServer, tmp_path: Path) -> None:
    shop = PostgresDatabase(postgres.create_database())
    (tmp_path / "shop.sql").write_text(SHOP, encoding="utf-8")
    postgres.load(shop.url, tmp_path / "shop.sql")
    queries = Queries(stored(shop.read(), "postgres"))
    with psycopg.connect(shop.url, autocommit=True) as session:

        def is_refused(sql: str) -> bool:
            try:
                session.execute(f"PREPARE asked AS {sql}".encode())
            except psycopg.Error:
                return True
            session.execute("DEALLOCATE asked")
            return False

        told = {sql: bool(queries.validate(sql)) for sql in QUERIES}
        assert told == {sql: is_refused(sql) for sql in QUERIES}
    (problem,) = queries.validate("SELECT lenght(name), labl(name) FROM customer")[:1]
    assert "length" in problem.suggestions
    assert "label" in queries.validate("SELECT labl(name) FROM customer")[0].suggestions


@pytest.mark.parametrize(
    ("sql", "is_valid"),
    [
        ("SELECT doubled(id) FROM orders", True),
        ("SELECT * FROM numbered(3)", True),
        ("SELECT Doubled(nope) FROM orders", False),
        ("SELECT doubld(id) FROM orders", False),
    ],
)
def test_duckdb_s_macros_are_known(sql: str, is_valid: bool, tmp_path: Path) -> None:
    file = duckdb_file(
        tmp_path / "shop.duckdb",
        "CREATE TABLE orders (id INTEGER)",
        "CREATE MACRO doubled(x) AS x * 2",
        "CREATE MACRO numbered(n) AS TABLE SELECT 1 AS a",
    )
    queries = Queries(stored(read("duckdb", file), "duckdb"))
    assert (queries.validate(sql) == ()) is is_valid
