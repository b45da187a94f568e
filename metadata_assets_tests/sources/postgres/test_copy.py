from __future__ import annotations

from contextlib import closing

import psycopg
import pyarrow.compute as pc
import pytest
from psycopg import errors

from metadata_assets.sources.postgres.connection import PostgresConfig, connected
from metadata_assets.sources.postgres.copy import read_each
from metadata_assets_tests.sources.postgres_servers import PostgresDatabase

_MANY = "SELECT n AS ordinal, repeat('x', 1000) AS note FROM generate_series(1, 30000) n"


def test_a_large_result_is_read_in_parts_and_comes_whole(newest: PostgresDatabase) -> None:
    queries = [("few", "SELECT 1 AS ordinal"), ("many", _MANY), ("none", "SELECT 1 AS a LIMIT 0")]
    with connected(PostgresConfig(url=newest.url)) as connection:
        read = dict(read_each(connection, queries))

    assert list(read) == ["few", "many", "none"]
    assert read["many"]["note"].num_chunks > 3
    assert read["many"]["ordinal"].to_pylist() == list(range(1, 30_001))
    assert pc.unique(pc.utf8_length(read["many"]["note"])).to_pylist() == [1000]
    assert (read["none"].num_rows, read["none"].column_names) == (0, ["a"])


def test_what_nobody_waits_for_is_not_asked(newest: PostgresDatabase) -> None:
    newest.execute("CREATE SEQUENCE asked")
    queries = [(str(n), "SELECT nextval('public.asked') AS ordinal") for n in range(200)]
    with (
        closing(psycopg.connect(newest.url)) as cut_off,
        closing(read_each(cut_off, queries)) as read,
    ):
        next(read)
    with psycopg.connect(newest.url) as connection:
        ((asked,),) = connection.execute("SELECT last_value FROM asked").fetchall()

    assert asked < 50


def test_an_error_comes_where_its_query_stands(newest: PostgresDatabase) -> None:
    queries = [("sound", "SELECT 1 AS ordinal"), ("broken", "SELECT 1 / 0 AS ordinal")]
    with connected(PostgresConfig(url=newest.url)) as connection:
        read = read_each(connection, queries)
        name, rows = next(read)
        assert (name, rows.num_rows) == ("sound", 1)
        with pytest.raises(errors.DivisionByZero):
            next(read)
