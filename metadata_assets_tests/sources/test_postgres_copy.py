from __future__ import annotations

from contextlib import closing

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from psycopg import errors

from metadata_assets.sources.postgres_connection import PostgresConfig, connected
from metadata_assets.sources.postgres_copy import read_each
from metadata_assets_tests.sources.postgres_servers import PostgresDatabase

_MANY = "SELECT n AS ordinal, repeat('x', 1000) AS note FROM generate_series(1, 30000) n"


def test_a_large_result_comes_in_a_few_parts_and_in_order(newest: PostgresDatabase) -> None:
    queries = [("few", "SELECT 1 AS ordinal"), ("many", _MANY), ("none", "SELECT 1 AS a LIMIT 0")]
    with connected(PostgresConfig(url=newest.url)) as connection:
        read = {name: list(pieces) for name, pieces in read_each(connection, queries)}

    assert list(read) == ["few", "many", "none"]
    assert (len(read["few"]), len(read["none"])) == (1, 1)
    assert 3 < len(read["many"]) < 25
    many = pa.concat_tables(read["many"])
    assert many["ordinal"].to_pylist() == list(range(1, 30_001))
    assert pc.unique(pc.utf8_length(many["note"])).to_pylist() == [1000]
    assert read["none"][0].column_names == ["a"]


def test_what_nobody_waits_for_is_not_asked(newest: PostgresDatabase) -> None:
    newest.execute("CREATE SEQUENCE asked")
    queries = [(str(n), "SELECT nextval('asked') AS ordinal") for n in range(200)]
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
        name, pieces = next(read)
        assert (name, [piece.num_rows for piece in pieces]) == ("sound", [1])
        with pytest.raises(errors.DivisionByZero):
            next(read)
