"""Tables that are made anew take along whatever holds on to them, and their rows."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from metadata_assets.diff.compare import compare
from metadata_assets.diff.migration.migrate import migrate
from metadata_assets_tests.diff.migration.test_engines import duckdb_catalog, names_by_hand

OLD = """
CREATE SCHEMA sales;
CREATE TABLE country (id INTEGER PRIMARY KEY, code VARCHAR);
CREATE TABLE city (id INTEGER PRIMARY KEY, country_id INTEGER REFERENCES country (id));
CREATE TABLE street (id INTEGER PRIMARY KEY, city_id INTEGER REFERENCES city (id));
CREATE TABLE house (id INTEGER PRIMARY KEY, street_id INTEGER REFERENCES street (id));
CREATE TABLE sales.country (id INTEGER PRIMARY KEY, name VARCHAR);
CREATE TABLE sales."Odd name" (one INTEGER, "Two" VARCHAR, three DATE, four DOUBLE);
CREATE INDEX "Odd index" ON sales."Odd name" ("Two");
CREATE TABLE keyed (gone INTEGER, id INTEGER PRIMARY KEY, note VARCHAR);
INSERT INTO keyed VALUES (0, 7, 'k');
INSERT INTO country VALUES (1, 'de'); INSERT INTO city VALUES (2, 1);
INSERT INTO street VALUES (3, 2); INSERT INTO house VALUES (4, 3);
INSERT INTO sales.country VALUES (5, '33'); INSERT INTO sales."Odd name" VALUES (6, 'y', NULL, 0.5);
"""

CASES = {
    "a table whose children have children": {"code VARCHAR);": "code VARCHAR, UNIQUE (code));"},
    "tables of one name in two schemas": {
        "code VARCHAR);": "code VARCHAR, UNIQUE (code));",
        "name VARCHAR);": "name VARCHAR, UNIQUE (name));",
    },
    "a table that goes to another schema": {
        "SCHEMA sales": 'SCHEMA "new one"; CREATE SCHEMA sales',
        'sales."Odd name"': '"new one"."Odd name"',
    },
    "a table that goes to another schema with a column of another name": {
        'sales."Odd name"': 'main."Odd name"',
        "three DATE": "third DATE",
    },
    "a column that stands before one of a key": {"gone INTEGER, ": "", "(0, 7": "(7"},
    "a table that is referenced from now on": {
        "name VARCHAR);": "name BIGINT);"
        "CREATE TABLE sales.town (country INTEGER REFERENCES sales.country (id));",
        "(5, '33')": "(5, 33)",
    },
    "a table with an index in another schema": {"three DATE": "three TIMESTAMP"},
    "an index in another schema": {'("Two")': '("one")'},
}


@pytest.mark.parametrize("name", CASES)
def test_the_script_makes_the_change_and_keeps_the_rows(tmp_path: Path, name: str) -> None:
    script_of_new = OLD
    for was, becomes in CASES[name].items():
        assert was in script_of_new
        script_of_new = script_of_new.replace(was, becomes)
    old = duckdb_catalog(tmp_path / "old.duckdb", OLD)
    new = duckdb_catalog(tmp_path / "new.duckdb", script_of_new)
    script = migrate(old, new, "duckdb")
    assert names_by_hand(script) == []
    migrated = duckdb_catalog(tmp_path / "old.duckdb", script.text("test"))
    assert compare(migrated, new, "duckdb") == ()
    assert rows(tmp_path / "old.duckdb") == rows(tmp_path / "new.duckdb")


def rows(path: Path) -> dict[tuple[str, str], list[tuple[object, ...]]]:
    with closing(duckdb.connect(path)) as connection:
        names = "SELECT schema_name, table_name FROM duckdb_tables() ORDER BY ALL"
        return {
            (schema, name): connection.execute(f'FROM "{schema}"."{name}"').fetchall()
            for schema, name in connection.execute(names).fetchall()
        }
