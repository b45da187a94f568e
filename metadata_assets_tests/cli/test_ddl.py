from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from metadata_assets.catalog.store import publish_catalog
from metadata_assets.cli import app
from metadata_assets_tests.home import Home
from metadata_assets_tests.sources.reading import read


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


@pytest.fixture(autouse=True)
def shop(home: Home) -> None:
    """A source that was read: two tables and a view."""
    declared = home.sqlite(
        "shop",
        "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL)",
        "CREATE TABLE sale (item_id INTEGER REFERENCES item, price DECIMAL(5, 2))",
        "CREATE VIEW sold AS SELECT DISTINCT item_id FROM sale",
    )
    home.drop("shop.yaml", declared)
    catalog = read("sqlite", home.path / "shop.sqlite")
    publish_catalog(home.lake, "m.shop", catalog, data_version="1")


def test_the_tables_of_a_source_are_written_in_its_own_words() -> None:
    result = call("ddl", "m.shop")
    assert result.exit_code == 0
    assert "CREATE TABLE sale (\n  item_id INTEGER,\n  price DECIMAL(5, 2)" in result.stdout
    assert "CREATE VIEW sold" in result.stdout


def test_another_dialect_says_what_it_leaves_out() -> None:
    result = call("ddl", "m.shop", "--dialect", "postgres", "--table", "s*", "--json")
    told = json.loads(result.stdout)
    assert [one["kind"] for one in told["statements"]] == ["schema", "table"]
    assert any("is a view" in one for one in told["omitted"])


def test_empty_tables_are_created_elsewhere(tmp_path: Path) -> None:
    result = call("create-tables", "m.shop", "--into", f"sqlite:///{tmp_path / 'copy.db'}")
    assert "Created 2 tables of m.shop." in result.stdout
    with closing(sqlite3.connect(tmp_path / "copy.db")) as connection:
        assert connection.execute("SELECT count(*) FROM sale").fetchall() == [(0,)]


def test_a_source_never_read_is_told_to_be(home: Home) -> None:
    home.drop("other.yaml", home.sqlite("other", "CREATE TABLE t (a)"))
    result = call("ddl", "m.other")
    assert result.exit_code == 1
    assert "metadata-assets sync m.other" in result.stderr
