from __future__ import annotations

from contextlib import closing

import psycopg
import pyarrow.compute as pc
import pytest
from psycopg import errors

from metadata_assets.sources.postgres.connection import PostgresConfig, connected
from metadata_assets.sources.postgres.copy import reading
from metadata_assets_tests.sources.postgres_servers import PostgresDatabase

_MANY = "SELECT n AS ordinal, repeat('x', 1000) AS note FROM generate_series(1, 30000) n"


def test_a_large_result_is_read_in_parts_and_comes_whole(newest: PostgresDatabase) -> None:
    queries = {"few": "SELECT 1 AS ordinal", "many": _MANY, "none": "SELECT 1 AS a LIMIT 0"}
    with (
        connected(PostgresConfig(url=newest.url)) as connection,
        reading((connection, queries)) as rows,
    ):
        read = {name: rows(name) for name in queries}

    assert read["few"].num_rows == 1
    assert read["many"]["note"].num_chunks > 3
    assert read["many"]["ordinal"].to_pylist() == list(range(1, 30_001))
    assert pc.unique(pc.utf8_length(read["many"]["note"])).to_pylist() == [1000]
    assert (read["none"].num_rows, read["none"].column_names) == (0, ["a"])


def test_what_nobody_waits_for_is_not_asked(newest: PostgresDatabase) -> None:
    newest.execute("CREATE SEQUENCE asked")
    queries = {str(n): "SELECT nextval('public.asked') AS ordinal" for n in range(200)}
    with (
        closing(psycopg.connect(newest.url)) as cut_off,
        reading((cut_off, queries)) as rows,
    ):
        rows("0")
    with psycopg.connect(newest.url) as connection:
        ((asked,),) = connection.execute("SELECT last_value FROM asked").fetchall()

    assert asked < 50


def test_an_error_comes_where_its_query_stands(newest: PostgresDatabase) -> None:
    queries = {"sound": "SELECT 1 AS ordinal", "broken": "SELECT 1 / 0 AS ordinal"}
    with (
        connected(PostgresConfig(url=newest.url)) as connection,
        reading((connection, queries)) as rows,
    ):
        assert rows("sound").num_rows == 1
        with pytest.raises(errors.DivisionByZero):
            rows("broken")


def test_a_session_is_read_while_another_waits(newest: PostgresDatabase) -> None:
    config = PostgresConfig(url=newest.url)
    waiting = {"late": "SELECT pg_advisory_xact_lock(1) IS NULL AS a"}
    with connected(config) as first, connected(config) as second, connected(config) as holder:
        holder.execute("SELECT pg_advisory_lock(1)")
        with reading((first, waiting), (second, {"soon": "SELECT 1 AS ordinal"})) as rows:
            assert rows("soon").num_rows == 1
            holder.execute("SELECT pg_advisory_unlock(1)")
            assert rows("late").num_rows == 1


def test_a_session_whose_queries_nobody_wants_any_more_can_be_used_again(
    newest: PostgresDatabase,
) -> None:
    with connected(PostgresConfig(url=newest.url)) as connection:
        with reading((connection, {str(n): _MANY for n in range(50)})) as rows:
            rows("0")
        connection.rollback()

        assert connection.execute("SELECT 1").fetchall() == [(1,)]
