"""PostgreSQL's judge, judged by PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import psycopg
import pytest

from metadata_assets.schema.query import Queries
from metadata_assets.schema.semantics import postgres as room
from metadata_assets_tests.schema.catalogs import stored
from metadata_assets_tests.servers import PostgresServer
from metadata_assets_tests.sources.postgres_servers import PostgresDatabase

HERE = Path(__file__).parent
QUERIES = [
    line.removesuffix(";")
    for line in (HERE / "film_shop_queries.sql").read_text(encoding="utf-8").splitlines()
    if not line.startswith("--")
]


@pytest.fixture(scope="module")
def film_shop(postgres: PostgresServer) -> PostgresDatabase:
    database = PostgresDatabase(postgres.create_database())
    postgres.load(database.url, HERE / "film_shop.sql")
    return database


@pytest.fixture(scope="module")
def queries(film_shop: PostgresDatabase) -> Queries:
    return Queries(stored(film_shop.read(), "postgres"))


@pytest.fixture(scope="module")
def session(film_shop: PostgresDatabase) -> Iterator[psycopg.Connection]:
    with psycopg.connect(film_shop.url, autocommit=True, prepare_threshold=None) as connection:
        yield connection


def refusal(session: psycopg.Connection, sql: str) -> str | None:
    """What the server says against a query; None where it would run it."""
    try:
        session.execute(f"PREPARE asked AS {sql}".encode())
    except psycopg.Error as error:
        return str(error).splitlines()[0]
    session.execute("DEALLOCATE asked")
    return None


def test_every_query_is_refused_that_the_server_refuses_and_no_other(
    session: psycopg.Connection, queries: Queries
) -> None:
    wrong = [
        (sql, refused, problems)
        for sql in QUERIES
        for refused, problems in [(refusal(session, sql), queries.validate(sql))]
        if bool(refused) != bool(problems)
    ]
    assert wrong == []
    assert len(QUERIES) > 400


def test_the_columns_of_a_result_are_the_server_s(
    session: psycopg.Connection, queries: Queries
) -> None:
    wrong = []
    for sql in QUERIES:
        if not sql.startswith(("select", "with", "values")) or "$" in sql or queries.validate(sql):
            continue
        told = (
            session.execute(f"PREPARE asked AS {sql}".encode())
            and session.execute(
                "SELECT result_types::text[] FROM pg_prepared_statements WHERE name = 'asked'"
            ).fetchone()
        )
        session.execute("DEALLOCATE asked")
        types = [plain(column.type) for column in queries.result_columns(sql)]
        expected = told[0] if told else None
        if any(one not in (None, other) for one, other in zip(types, expected, strict=True)):
            wrong.append((sql, types, expected))
    assert wrong == []


def plain(type_text: str | None) -> str | None:
    """A type without length or precision, as regtype prints it."""
    if type_text is None:
        return None
    before, _, after = type_text.partition("(")
    return (before + after.partition(")")[2]).strip()


def test_every_problem_is_told_with_its_place(queries: Queries) -> None:
    problems = queries.validate(
        "SELECT f.titel,\n  nope(film_id)\nFROM film f\nJOIN actr USING (film_id)\nWHERE x.y = 1"
    )
    assert [(one.line, one.column, one.code) for one in problems] == [
        (1, 8, "unknown_column"),
        (2, 3, "unknown_function"),
        (4, 6, "unknown_table"),
        (5, 7, "unknown_table"),
    ]
    assert problems[0].suggestions == ("title",)
    assert problems[2].suggestions[0] == "actor"


def test_the_place_is_counted_in_characters(queries: Queries) -> None:
    (problem,) = queries.validate("SELECT 'ÄÖÜ…', nope FROM film")
    assert problem.column == 16


def test_a_table_that_is_joined_by_its_name_is_used_without_columns(queries: Queries) -> None:
    assert queries.uses("SELECT count(*) FROM film, actor a") == {
        "public.actor": (),
        "public.film": (),
    }


def test_whole_rows_and_using_count_as_use(queries: Queries) -> None:
    assert queries.uses("SELECT s FROM staff s JOIN store USING (store_id)") == {
        "public.staff": ("first_name", "last_name", "staff_id", "store_id"),
        "public.store": ("store_id",),
    }


@pytest.mark.parametrize("name", ["types", "casts", "operators", "functions", "relations"])
def test_the_system_catalog_is_that_of_the_server(session: psycopg.Connection, name: str) -> None:
    if session.info.server_version // 10000 != 18:
        pytest.skip("the copy is of PostgreSQL 18")
    folder = resources.files(room).joinpath("catalog")
    session.execute("DROP FUNCTION IF EXISTS pg_temp.named(oid)")
    session.execute(folder.joinpath("named.sql").read_bytes())
    asked = folder.joinpath(f"{name}.sql").read_bytes()
    with session.cursor().copy(b"COPY (" + asked + b") TO STDOUT") as rows:
        assert folder.joinpath(f"{name}.tsv").read_bytes() == b"".join(bytes(row) for row in rows)
