from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest

from metadata_assets.catalog.model import COLUMNS
from metadata_assets.catalog.profile import PROFILED_TABLES, PROFILES
from metadata_assets.catalog.store import publish_catalog
from metadata_assets.lake import Lake
from metadata_assets.sources.profile import Profile, profile_source
from metadata_assets.sources.registry import Source
from metadata_assets_tests.sources import reading
from metadata_assets_tests.sources.databases import duckdb_file, sqlite_file
from metadata_assets_tests.sources.mysql_servers import MySQLDatabase
from metadata_assets_tests.sources.postgres_servers import PostgresDatabase
from metadata_assets_tests.sources.reading import only

NOW = datetime(2026, 1, 5, 10, tzinfo=timezone.utc)

ORDERS = (
    'CREATE TABLE orders (id int PRIMARY KEY, state varchar(20), "odd ""name" varchar(300),'
    " price decimal(8, 2), placed date, paid {boolean}, code varchar(20), doc {bytes})"
)
ROWS = ", ".join(
    f"({n}, '{('new', 'paid', 'paid', 'sent')[n % 4]}', NULL, {n}.5, '2024-02-{1 + n % 28:02}',"
    f" {'true' if n % 2 else 'false'}, 'c{n % 30:02}', {'NULL' if n % 5 else '{bytes}'})"
    for n in range(100)
)

SQLITE = pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
"""For what no engine does in a way of its own."""


@dataclass(frozen=True)
class Shop:
    """A source with a table of orders, its catalog published into a lake."""

    execute: Callable[[str], Any]
    source: Callable[..., Source]
    schema: str
    lake: Lake

    def publish(self, **config: Any) -> Source:
        source = self.source(profile=True, **config)
        publish_catalog(self.lake, source.key, source.extract(), data_version="1")
        return source

    def profile(self, now: datetime = NOW, **config: Any) -> Profile:
        return profile_source(self.publish(**config), self.lake, now=now)

    def of(self, column: str, profile: Profile) -> Any:
        return only(profile.statistics, column_name=column)


@pytest.fixture(params=["postgres", "mariadb", "sqlite", "duckdb"])
def shop(request: pytest.FixtureRequest, tmp_path: Path, lake: Lake) -> Shop:
    execute: Callable[[str], Any]
    source: Callable[..., Source]
    boolean, schema, blob = "boolean", "main", ("bytea", r"'\x00ff'")
    if request.param == "postgres":
        database: PostgresDatabase = request.getfixturevalue("newest")
        execute, source, schema = database.execute, database.source, "public"
    elif request.param == "mariadb":
        mysql: MySQLDatabase = request.getfixturevalue("mysql")
        source, schema, blob = mysql.source, mysql.name, ("blob", "x'00ff'")

        def execute(statement: str) -> None:
            mysql.execute("SET sql_mode = 'ANSI_QUOTES'", statement)
    else:
        path = tmp_path / "shop.db"
        make = sqlite_file if request.param == "sqlite" else duckdb_file
        blob = ("blob", "x'00ff'" if request.param == "sqlite" else r"'\x00\xFF'::BLOB")

        def execute(statement: str) -> None:
            make(path, statement)

        def source(**config: Any) -> Source:
            return reading.source(request.param, path, **config)

    execute(ORDERS.format(boolean=boolean, bytes=blob[0]))
    execute(f"INSERT INTO orders VALUES {ROWS}".replace("{bytes}", blob[1]))
    return Shop(execute, source, schema, lake)


def test_every_engine_says_the_same_of_the_same_rows(shop: Shop) -> None:
    profile = shop.profile()
    assert profile.left_out == ()
    found = {
        row["column_name"]: tuple(row.values())[2:-2] for row in profile.statistics.to_pylist()
    }
    paid = found.pop("paid")
    assert paid[:3] == (100, 2, 0)
    assert paid[5] in (["false", "true"], ["0", "1"])
    assert found == {
        "id": (100, 100, 0, "0", "99", None, None),
        "state": (100, 3, 0, "new", "sent", ["paid", "new", "sent"], None),
        'odd "name': (100, 0, 100, None, None, [], None),
        "price": (
            100,
            100,
            0,
            found["price"][3],
            "99.5" + "0" * (len(found["price"][3]) - 3),
            None,
            None,
        ),
        "placed": (100, 28, 0, "2024-02-01", "2024-02-28", None, None),
        "code": (100, 30, 0, "c00", "c29", None, ["c00", "c01", "c02", "c03", "c04"]),
        "doc": (100, None, 80, None, None, None, None),
    }
    assert set(profile.statistics["sampled"].to_pylist()) == {False}


def test_a_large_table_is_looked_at_in_part(shop: Shop) -> None:
    shop.execute("ANALYZE TABLE orders" if "t_" in shop.schema else "ANALYZE")
    profile = shop.profile(profile_rows=40)
    state, identity = shop.of("state", profile), shop.of("id", profile)
    assert (state["row_count"], state["sampled"]) == (100, True)
    assert 0 < identity["distinct_count"] <= 40
    assert set(state["top_values"]) <= {"new", "paid", "sent"}
    assert abs(shop.of("doc", profile)["null_count"] - 80) <= 20


@SQLITE
def test_a_table_emptied_since_its_rows_were_counted_has_none(shop: Shop) -> None:
    shop.execute("CREATE TABLE big (rowid VARCHAR(9), a INTEGER); CREATE INDEX i ON big (a)")
    shop.execute(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) "
        "INSERT INTO big SELECT 'x', i FROM n"
    )
    shop.execute("ANALYZE")
    assert shop.of("a", shop.profile(profile_rows=10))["sampled"]
    shop.execute("DELETE FROM big")
    emptied = shop.profile(now=NOW + timedelta(days=30), profile_rows=10)
    assert shop.of("a", emptied)["top_values"] == []


@SQLITE
def test_only_what_changed_is_read_again(shop: Shop) -> None:
    shop.execute("CREATE TABLE customers (id int)")
    fqdn = f"{shop.schema}.{{}}".format
    assert sorted(shop.profile().profiled) == [fqdn("customers"), fqdn("orders")]
    version = shop.lake.version(PROFILES)
    assert shop.profile().profiled == ()
    assert shop.lake.version(PROFILES) == version
    shop.execute("ALTER TABLE customers ADD COLUMN name varchar(9)")
    assert shop.profile().profiled == (fqdn("customers"),)
    assert len(shop.profile(NOW + timedelta(days=7)).profiled) == 2
    shop.execute("DROP TABLE customers")
    assert set(shop.profile().statistics["table_fqdn"].to_pylist()) == {fqdn("orders")}
    assert shop.lake.read(PROFILED_TABLES, "test.source").num_rows == 1


@SQLITE
def test_personal_data_is_never_read_and_forgotten_once_flagged(shop: Shop) -> None:
    source = shop.publish()
    assert profile_source(source, shop.lake, now=NOW).statistics.num_rows == 8
    flag_states(shop, source)
    flagged = profile_source(source, shop.lake, now=NOW)
    assert "state" not in flagged.statistics["column_name"].to_pylist()
    again = profile_source(source, shop.lake, now=NOW, oldest=NOW)
    assert again.profiled
    assert "state" not in again.statistics["column_name"].to_pylist()


@pytest.mark.parametrize("shop", ["postgres"], indirect=True)
def test_a_copy_of_personal_data_is_forgotten_once_flagged_and_not_read_again(shop: Shop) -> None:
    shop.execute("CREATE MATERIALIZED VIEW copied AS SELECT id, state AS renamed FROM orders")
    shop.execute("CREATE MATERIALIZED VIEW counted AS SELECT count(id) AS n FROM orders")
    source = shop.publish()
    assert profiled_tables(profile_source(source, shop.lake, now=NOW)) == {
        "public.copied",
        "public.counted",
        "public.orders",
    }
    flag_states(shop, source)
    kept = {"public.counted", "public.orders"}
    assert profiled_tables(profile_source(source, shop.lake, now=NOW)) == kept
    again = profile_source(source, shop.lake, now=NOW, oldest=NOW)
    assert set(again.profiled) == profiled_tables(again) == kept


def profiled_tables(profile: Profile) -> set[str]:
    return set(profile.statistics["table_fqdn"].to_pylist())


def flag_states(shop: Shop, source: Source) -> None:
    """Somebody says that every column called `state` is personal data."""
    partition = shop.lake.partition(COLUMNS, source.key)
    columns = partition.read()
    flags = pc.equal(columns["column_name"], "state")
    place = columns.schema.get_field_index("pii")
    partition.replace(columns.set_column(place, columns.schema.field("pii"), flags))


@SQLITE
def test_without_being_asked_for_statistics_are_removed(shop: Shop) -> None:
    shop.profile()
    silent = shop.source()
    assert profile_source(silent, shop.lake, now=NOW).statistics.num_rows == 0
    assert shop.lake.read(PROFILES, silent.key).num_rows == 0
    assert shop.lake.read(PROFILED_TABLES, silent.key).num_rows == 0


def test_a_table_that_cannot_be_read_is_left_out_with_its_reason(shop: Shop) -> None:
    shop.execute("CREATE TABLE gone (id int)")
    source = shop.publish()
    shop.execute("DROP TABLE gone")
    profile = profile_source(source, shop.lake, now=NOW)
    assert profile.profiled == (f"{shop.schema}.orders",)
    ((table, reason),) = profile.left_out
    assert table == f"{shop.schema}.gone"
    assert "gone" in reason
    assert profile_source(source, shop.lake, now=NOW).left_out == ()  # not tried again at once


def test_a_table_that_takes_too_long_is_left_out(newest: PostgresDatabase, lake: Lake) -> None:
    newest.execute(
        "CREATE TABLE fast (id int)",
        "CREATE FUNCTION slow() RETURNS int LANGUAGE sql AS 'SELECT 1 FROM pg_sleep(5)'",
        "CREATE TABLE slow (id int)",
        "INSERT INTO slow VALUES (1)",
        "ALTER TABLE slow ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY sleepy ON slow USING (slow() = 1)",
        f"CREATE ROLE {newest.name} LOGIN",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {newest.name}",
    )
    shop = Shop(newest.execute, newest.source, "public", lake)
    url = newest.url.replace("postgres:@", f"{newest.name}@")
    started = time.monotonic()
    profile = shop.profile(url=url, profile_seconds=1)
    assert time.monotonic() - started < 4
    assert profile.profiled == ("public.fast",)
    assert "statement timeout" in dict(profile.left_out)["public.slow"]


def test_what_the_time_does_not_reach_is_done_by_the_next_run(
    newest: PostgresDatabase, lake: Lake
) -> None:
    newest.execute(*(f"CREATE TABLE t{n} (id int)" for n in range(5)))
    shop = Shop(newest.execute, newest.source, "public", lake)
    source = shop.publish()
    hasty = replace(source, config=source.config.model_copy(update={"profile_budget_seconds": 0}))
    first = profile_source(hasty, lake, now=NOW)
    assert (len(first.profiled), first.postponed) == (1, 4)
    rest = profile_source(source, lake, now=NOW)
    assert (len(rest.profiled), rest.postponed, rest.statistics.num_rows) == (4, 0, 5)
