from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import islice
from pathlib import Path

import pytest

from metadata_assets.catalog.model import TABLES, Catalog
from metadata_assets.catalog.store import load_catalog
from metadata_assets.errors import CatalogShrank, SourceUnavailable
from metadata_assets.lake import Lake
from metadata_assets.ledger.store import Ledger
from metadata_assets.sources.extract import STAGE, Extraction, extract_source
from metadata_assets.sources.probe import FOLLOWING_STAGES, last_synced, reason_to_sync
from metadata_assets.sources.registry import Source, open_source
from metadata_assets.sources.sqlite.driver import SQLiteConfig, SQLiteDriver
from metadata_assets_tests.sources.mysql_servers import MySQLDatabase

NOW = datetime(2026, 1, 5, 10, tzinfo=timezone.utc)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        yield ledger


class Shop:
    """A SQLite database of ten tables, with what extracting it takes."""

    def __init__(self, folder: Path, lake: Lake, ledger: Ledger) -> None:
        self.path = folder / "shop.sqlite"
        self.lake, self.ledger = lake, ledger
        self.execute(*(f"CREATE TABLE t{n} (id INTEGER PRIMARY KEY, name TEXT)" for n in range(10)))

    def execute(self, *statements: str) -> None:
        with closing(sqlite3.connect(self.path)) as connection, connection:
            for statement in statements:
                connection.execute(statement)

    def source(self, **config: object) -> Source:
        return open_source(
            "m.shop", "sqlite", {"path": str(self.path), **config}, base=Path("/"), env={}
        )

    def extract(self, *, now: datetime = NOW, **options: bool) -> Extraction:
        return extract_source(self.source(), self.lake, self.ledger, now=now, **options)

    def reason(self, now: datetime = NOW) -> str | None:
        return reason_to_sync(self.source(), self.lake, self.ledger, now=now)

    def stored_tables(self) -> list[str]:
        return self.lake.read(TABLES, "m.shop")["table_name"].to_pylist()

    def settle(self, version: str) -> None:
        for stage in FOLLOWING_STAGES:
            self.ledger.update_position("m.shop", stage, "batch", {"data_version": version})


@pytest.fixture
def shop(tmp_path: Path, lake: Lake, ledger: Ledger) -> Shop:
    return Shop(tmp_path, lake, ledger)


def test_an_unchanged_source_is_not_read_again(shop: Shop) -> None:
    first = shop.extract()
    version = shop.lake.version(TABLES)
    second = shop.extract()
    assert (first.was_read, second.was_read) == (True, False)
    assert second.data_version == first.data_version
    assert second.catalog.tables.equals(first.catalog.tables)
    assert shop.lake.version(TABLES) == version


def test_a_changed_source_is_read_and_published(shop: Shop) -> None:
    first = shop.extract()
    shop.execute("ALTER TABLE t1 ADD COLUMN age INTEGER")
    second = shop.extract()
    assert second.was_read
    assert second.data_version != first.data_version
    assert "age" in load_catalog(shop.lake, "m.shop").columns["column_name"].to_pylist()


def test_new_rows_are_no_change(shop: Shop) -> None:
    first = shop.extract()
    shop.execute("INSERT INTO t1 (name) VALUES ('a')")
    assert shop.extract(force=True).data_version == first.data_version


def test_force_reads_an_unchanged_source_and_writes_nothing(shop: Shop) -> None:
    shop.extract()
    forced = shop.extract(force=True)
    assert forced.was_read
    assert forced.written == ()


def test_a_catalog_older_than_its_ttl_is_read_though_the_fingerprint_is_the_same(
    shop: Shop,
) -> None:
    def was_read(now: datetime) -> bool:
        return extract_source(source, shop.lake, shop.ledger, now=now).was_read

    source = shop.source(ttl_seconds=3600)
    assert was_read(NOW)
    assert not was_read(NOW + timedelta(seconds=3600))
    late = NOW + timedelta(seconds=3601)
    assert reason_to_sync(source, shop.lake, shop.ledger, now=late) == (
        "last read more than 3600 seconds ago"
    )
    assert was_read(late)
    assert not was_read(late + timedelta(seconds=3600))


def test_when_and_how_to_read_is_no_change_of_the_source(shop: Shop) -> None:
    plain = shop.source().fingerprint()
    assert plain == shop.source(ttl_seconds=60, max_shrink=0.5, profile=True).fingerprint()


def test_a_changed_configuration_is_a_reason_to_read_again(shop: Shop) -> None:
    shop.extract()
    narrowed = shop.source(exclude=["t9"])
    assert extract_source(narrowed, shop.lake, shop.ledger, now=NOW).was_read
    assert "t9" not in shop.stored_tables()


def test_a_lake_that_was_deleted_is_filled_again(shop: Shop, tmp_path: Path) -> None:
    shop.extract()
    elsewhere = Lake(str(tmp_path / "another"))
    assert extract_source(shop.source(), elsewhere, shop.ledger, now=NOW).was_read
    assert elsewhere.read(TABLES, "m.shop").num_rows == 10


def test_a_catalog_that_comes_back_empty_changes_nothing(shop: Shop) -> None:
    shop.extract()
    shop.execute(*(f"DROP TABLE t{n}" for n in range(10)))
    with pytest.raises(CatalogShrank, match=r"m\.shop: the catalog read back empty: 10 of the 10"):
        shop.extract()
    assert len(shop.stored_tables()) == 10


def test_losing_a_third_of_the_tables_is_refused_and_a_few_are_not(shop: Shop) -> None:
    shop.extract()
    shop.execute("DROP TABLE t0", "DROP TABLE t1", "DROP TABLE t2")
    assert shop.extract().catalog.tables.num_rows == 7
    shop.execute("DROP TABLE t3", "DROP TABLE t4", "DROP TABLE t5")
    with pytest.raises(CatalogShrank, match="3 of the 7 objects"):
        shop.extract()
    assert len(shop.stored_tables()) == 7


def test_mass_deletion_can_be_allowed(shop: Shop) -> None:
    shop.extract()
    shop.execute(*(f"DROP TABLE t{n}" for n in range(10)))
    assert shop.extract(allow_mass_delete=True).catalog.tables.num_rows == 0
    assert shop.stored_tables() == []


def test_a_missing_database_changes_nothing(shop: Shop) -> None:
    shop.extract()
    shop.path.unlink()
    with pytest.raises(SourceUnavailable, match=r"shop\.sqlite"):
        shop.extract()
    assert len(shop.stored_tables()) == 10


def test_a_crash_before_the_fingerprint_is_remembered_is_made_good(shop: Shop) -> None:
    shop.extract()
    shop.execute("ALTER TABLE t1 ADD COLUMN age INTEGER")
    before = shop.ledger.position("m.shop", STAGE, "batch")
    shop.extract()
    assert before is not None
    shop.ledger.update_position("m.shop", STAGE, "batch", before)  # as if killed just before
    again = shop.extract()
    assert again.was_read
    assert again.written == ()


class Hurried(SQLiteDriver):
    """Reads a database in which something happens right before."""

    def __init__(self, shop: Shop, *happening: str) -> None:
        self.shop = shop
        self.happening = iter(happening)

    def extract(self, config: SQLiteConfig) -> Catalog:
        for statement in islice(self.happening, 1):
            self.shop.execute(statement)
        return super().extract(config)


def test_a_source_that_changes_while_it_is_read_is_read_once_more(shop: Shop) -> None:
    driver = Hurried(shop, "CREATE TABLE passing (id INTEGER)", "DROP TABLE passing")
    source = replace(shop.source(), driver=driver)
    first = extract_source(source, shop.lake, shop.ledger, now=NOW)
    shop.settle(first.data_version)
    assert "passing" not in shop.stored_tables()
    assert next(driver.happening, None) is None


def test_what_is_read_at_rest_is_not_read_again(shop: Shop) -> None:
    driver = Hurried(shop, "CREATE TABLE lasting (id INTEGER)")
    source = replace(shop.source(), driver=driver)
    shop.settle(extract_source(source, shop.lake, shop.ledger, now=NOW).data_version)
    assert "lasting" in shop.stored_tables()
    assert shop.reason() is None


def test_a_change_that_comes_after_the_probe_and_is_undone_is_not_kept(shop: Shop) -> None:
    driver = Hurried(shop, "CREATE TABLE more (id INTEGER)", "CREATE TABLE passing (id INTEGER)")
    source = replace(shop.source(), driver=driver)
    shop.settle(extract_source(source, shop.lake, shop.ledger, now=NOW).data_version)
    assert "passing" in shop.stored_tables()
    shop.execute("DROP TABLE passing")
    assert shop.reason() == "changed"
    assert shop.extract().was_read
    assert "passing" not in shop.stored_tables()
    assert not shop.extract().was_read


def test_what_is_dropped_is_gone_though_something_else_is_hidden(
    mysql: MySQLDatabase, lake: Lake, ledger: Ledger
) -> None:
    names, user = ("kept", "hidden", "dropped"), f"{mysql.name}@localhost"
    mysql.execute(
        *(f"CREATE TABLE {name} (id int)" for name in names),
        f"CREATE USER {user}",
        *(f"GRANT SELECT ON {name} TO {user}" for name in names),
    )
    source = mysql.source(user=mysql.name, max_shrink=0.5)
    first = extract_source(source, lake, ledger, now=NOW)
    mysql.execute(f"REVOKE SELECT ON hidden FROM {user}", "DROP TABLE dropped")
    second = extract_source(source, lake, ledger, now=NOW)
    assert first.catalog.tables["table_name"].to_pylist() == ["dropped", "hidden", "kept"]
    assert second.catalog.tables["table_name"].to_pylist() == ["hidden", "kept"]
    assert second.catalog.unreadable["object_name"].to_pylist() == [f"{mysql.name}.hidden"]


def test_a_probe_says_why_a_source_needs_a_sync(shop: Shop) -> None:
    assert shop.reason() == "not extracted yet"
    version = shop.extract().data_version
    assert shop.reason() == "sqlglot_schema is behind"
    shop.settle(version)
    assert shop.reason() is None
    shop.execute("CREATE TABLE another (id INTEGER)")
    assert shop.reason() == "changed"


def test_a_source_counts_as_synced_whenever_a_probe_finds_it_unchanged(shop: Shop) -> None:
    shop.settle(shop.extract().data_version)
    later = datetime.now(timezone.utc) + timedelta(days=3)
    assert shop.reason(now=later) is None
    assert last_synced(shop.ledger) == {"m.shop": later}
