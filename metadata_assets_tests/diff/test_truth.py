"""Real pairs of versions: what `compare` says is what the engines' own catalogs say."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from metadata_assets.catalog.model import Catalog
from metadata_assets.diff.changes import AddTable, Change, ChangeObjectType, DropTable
from metadata_assets.diff.column_changes import (
    AddColumn,
    ChangeAllowedValues,
    ChangeColumnComment,
    ChangeDefault,
    ChangeNullability,
    ColumnChange,
    DropColumn,
    RetypeColumn,
)
from metadata_assets.diff.compare import compare
from metadata_assets.diff.following import without_renames
from metadata_assets.diff.structure_changes import (
    AddConstraint,
    AddType,
    ChangePrimaryKey,
    ChangeType,
    DropConstraint,
    DropType,
)
from metadata_assets.schema.versions import catalog_of, table_definitions
from metadata_assets.sources.postgres.driver import PostgresConfig, PostgresDriver
from metadata_assets.sources.sqlite.driver import SQLiteConfig, SQLiteDriver
from metadata_assets_tests.realdata import REALDATA, needs_realdata, truth
from metadata_assets_tests.servers import PostgresServer
from metadata_assets_tests.sources.mysql_servers import MySQLServer

pytestmark = needs_realdata


def pairs(engine: str) -> list[str]:
    return sorted(path.stem for path in (REALDATA / "truth" / "diff").glob(f"{engine}__*.json"))


class Facts:
    """Changes in the words of the truth files: columns of tables that are in both versions."""

    def __init__(self, before: Catalog, after: Catalog, dialect: str, schema: str = "") -> None:
        self.before, self.after = before, after
        self.changes = without_renames(compare(before, after, dialect))
        self.schema = schema
        self.views = {
            row["table_fqdn"]
            for side in (before, after)
            for row in side.tables.to_pylist()
            if row["object_type"].endswith("view")
        }

    def name(self, change: Change) -> str:
        return change.table.removeprefix(f"{self.schema}.")

    def tables(self, kind: type[AddTable | DropTable], *, views: bool = False) -> set[str]:
        return {
            self.name(c)
            for c in self.changes
            if isinstance(c, kind) and (c.table in self.views) == views
        }

    def columns(self, kind: type[ColumnChange]) -> list[Any]:
        return [c for c in self.changes if isinstance(c, kind) and c.table not in self.views]

    def defined(self, kind: type[AddColumn | DropColumn]) -> set[tuple[Any, ...]]:
        return {
            (self.name(c), c.column, c.definition.native_type, c.definition.nullable)
            for c in self.columns(kind)
        }

    def edited(self, kind: type[ColumnChange]) -> set[tuple[Any, ...]]:
        return {(self.name(c), c.column, c.before, c.after) for c in self.columns(kind)}

    def foreign_keys(self, kind: type[AddConstraint | DropConstraint]) -> set[tuple[str, str]]:
        """Also those of tables that came or went, which are no changes of their own."""
        found = {
            (c.table, spelled(c.constraint.columns, c.constraint))
            for c in self.changes
            if isinstance(c, kind) and c.constraint.constraint_type == "foreign_key"
        }
        side, gone = (self.after, AddTable) if kind is AddConstraint else (self.before, DropTable)
        whole = {c.table for c in self.changes if isinstance(c, gone)}
        for row in side.constraints.to_pylist():
            if row["table_fqdn"] in whole and row["constraint_type"] == "foreign_key":
                text = (
                    f"{json.dumps(row['columns'])} -> {row['referenced_table']}"
                    f"{json.dumps(row['referenced_columns'])}"
                )
                found.add((row["table_fqdn"], text))
        return found

    def primary_keys(self) -> set[tuple[Any, ...]]:
        keys: set[tuple[Any, ...]] = set()
        for c in self.changes:
            if isinstance(c, ChangePrimaryKey):
                keys.add((self.name(c), c.before.columns, c.after.columns))
            elif isinstance(c, AddConstraint) and c.code == "MF102":
                keys.add((self.name(c), None, c.constraint.columns))
            elif isinstance(c, DropConstraint) and c.code == "CD102":
                keys.add((self.name(c), c.constraint.columns, None))
        return keys


def spelled(columns: tuple[str, ...], key: Any) -> str:
    target = f"{key.referenced_table}{json.dumps(list(key.referenced_columns))}"
    return f"{json.dumps(list(columns))} -> {target}"


def listed(rows: list[dict[str, Any]], *fields: str) -> set[tuple[Any, ...]]:
    return {tuple(_hashable(row[field]) for field in fields) for row in rows}


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@pytest.mark.parametrize("pair", pairs("sqlite"))
def test_sqlite_versions_differ_exactly_as_its_pragmas_say(pair: str, tmp_path: Path) -> None:
    expected = truth(f"diff/{pair}.json")
    before, after = (sqlite_catalog(expected[side], tmp_path) for side in ("from", "to"))
    facts = Facts(before, after, "sqlite", schema="main")
    assert facts.tables(AddTable) == set(expected["tables_added"])
    assert facts.tables(DropTable) == set(expected["tables_removed"])
    named = ("table", "column", "type", "nullable")
    assert facts.defined(AddColumn) == listed(expected["columns_added"], *named)
    assert facts.defined(DropColumn) == listed(expected["columns_removed"], *named)
    edited = ("table", "column", "from", "to")
    assert facts.edited(RetypeColumn) == listed(expected["type_changed"], *edited)
    assert facts.edited(ChangeNullability) == listed(expected["nullability_changed"], *edited)


@pytest.mark.parametrize("pair", pairs("pg"))
def test_postgres_versions_differ_exactly_as_its_catalog_says(
    pair: str, postgres: PostgresServer
) -> None:
    expected = truth(f"diff/{pair}.json")
    before, after = (postgres_catalog(expected[side], postgres) for side in ("from", "to"))
    facts = Facts(before, after, "postgres")
    for kind, name in ((AddTable, "added"), (DropTable, "removed")):
        assert facts.tables(kind) == set(expected[f"tables_{name}"])
        assert facts.tables(kind, views=True) == set(expected[f"views_{name}"])
    named = ("table", "column", "type", "nullable")
    assert facts.defined(AddColumn) == listed(expected["columns_added"], *named)
    assert facts.defined(DropColumn) == listed(expected["columns_removed"], *named)
    edited = ("table", "column", "from", "to")
    assert facts.edited(RetypeColumn) == listed(expected["type_changed"], *edited)
    assert facts.edited(ChangeNullability) == listed(expected["nullability_changed"], *edited)
    assert facts.edited(ChangeDefault) == listed(expected["default_changed"], *edited)
    assert facts.edited(ChangeColumnComment) == listed(expected["column_comment_changed"], *edited)
    keys = ("table", "from", "to")
    assert facts.primary_keys() == listed(expected["pk_changed"], *keys)
    for kind, name in ((AddConstraint, "added"), (DropConstraint, "removed")):
        assert facts.foreign_keys(kind) == listed(expected[f"fks_{name}"], "table", "def")
    labels = {
        (c.table, c.before, c.after)
        for c in facts.changes
        if isinstance(c, ChangeType) and c.attribute == "labels"
    }
    assert labels == listed(expected["enum_labels_changed"], "enum", "from", "to")
    for kind, name in ((AddType, "added"), (DropType, "removed")):
        enums = {c.table for c in facts.changes if isinstance(c, kind) and c.kind == "enum"}
        assert enums == {_enum(entry) for entry in expected[f"enums_{name}"]}
    retabled = {c.table for c in facts.changes if isinstance(c, ChangeObjectType)}
    assert retabled == {row["table"] for row in expected["table_kind_or_partition_status_changed"]}


@pytest.mark.parametrize("pair", pairs("sqlite"))
def test_definitions_differ_as_the_catalogs_they_were_made_from(pair: str, tmp_path: Path) -> None:
    expected = truth(f"diff/{pair}.json")
    before, after = (sqlite_catalog(expected[side], tmp_path) for side in ("from", "to"))
    registered = catalog_of(table_definitions(before))
    assert compare(registered, after, "sqlite") == compare(before, after, "sqlite")


@pytest.mark.parametrize("pair", pairs("mysql"))
def test_mariadb_versions_differ_exactly_as_its_information_schema_says(
    pair: str, mariadb: MySQLServer
) -> None:
    expected = truth(f"diff/{pair}.json")
    before, after = (mariadb_catalog(expected[side], mariadb) for side in ("from", "to"))
    facts = Facts(before, after, "mysql", schema="app")
    for kind, name in ((AddTable, "added"), (DropTable, "removed")):
        assert facts.tables(kind) == set(expected[f"tables_{name}"])
        assert facts.tables(kind, views=True) == set(expected[f"views_{name}"])
    named = ("table", "column", "type", "nullable")
    assert facts.defined(AddColumn) == listed(expected["columns_added"], *named)
    assert facts.defined(DropColumn) == listed(expected["columns_removed"], *named)
    edited = ("table", "column", "from", "to")
    # Other labels are a change of their own, though MySQL spells them out in the type.
    types = {
        (table, column, native(before, table, column), native(after, table, column))
        for table, column, _, _ in facts.edited(RetypeColumn) | facts.edited(ChangeAllowedValues)
    }
    assert types == listed(expected["type_changed"], *edited)
    assert facts.edited(ChangeNullability) == listed(expected["nullability_changed"], *edited)
    # MariaDB prints NULL as the default of a nullable column that has none.
    defaults = {
        (row["table"], row["column"], _but_null(row["from"]), _but_null(row["to"]))
        for row in expected["default_changed"]
        if _but_null(row["from"]) != _but_null(row["to"])
    }
    assert facts.edited(ChangeDefault) == defaults
    comments = [
        # No comment is '' in the one listing and null in the other.
        {**row, "from": row["from"] or None, "to": row["to"] or None}
        for row in expected["column_comment_changed"]
    ]
    assert facts.edited(ChangeColumnComment) == listed(comments, *edited)
    keys = {
        (table, *(",".join(key) if key else None for key in (old, new)))
        for table, old, new in facts.primary_keys()
    }
    assert keys == listed(expected["pk_changed"], "table", "from", "to")


def _but_null(default: str | None) -> str | None:
    return None if default == "NULL" else default


def _enum(entry: Any) -> str:
    return str(entry["enum"] if isinstance(entry, dict) else entry)


def sqlite_catalog(name: str, folder: Path) -> Catalog:
    path = folder / f"{name}.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript((REALDATA / "sqlite" / f"{name}.sql").read_text(encoding="utf-8"))
    return SQLiteDriver().extract(SQLiteConfig(path=str(path)))


@cache
def postgres_catalog(case: str, server: PostgresServer) -> Catalog:
    return PostgresDriver().extract(PostgresConfig(url=postgres_database(case, server)))


@cache
def postgres_database(case: str, server: PostgresServer) -> str:
    url = server.create_database()
    server.load(url, script_of(case))
    return url


def mariadb_catalog(case: str, server: MySQLServer) -> Catalog:
    """Each version in a database of the same name, as if it had been migrated."""
    database = server.create_database("app")
    try:
        server.load(database, script_of(f"my_{case}"))
        return database.read()
    finally:
        database.execute("DROP DATABASE app")


def script_of(case: str) -> Path:
    with (REALDATA / "cases.tsv").open(encoding="utf-8") as listing:
        (script,) = [
            row["file"] for row in csv.DictReader(listing, delimiter="\t") if row["id"] == case
        ]
    return REALDATA / script


def native(side: Catalog, table_name: str, column_name: str) -> str:
    (found,) = (
        row["native_type"]
        for row in side.columns.to_pylist()
        if (row["table_fqdn"], row["column_name"]) == (f"app.{table_name}", column_name)
    )
    return str(found)
