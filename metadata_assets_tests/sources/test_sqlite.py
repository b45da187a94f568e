from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from metadata_assets.catalog.fingerprint import data_version
from metadata_assets.catalog.model import Catalog
from metadata_assets.errors import SourceRefused, SourceUnavailable
from metadata_assets.sources import sqlite
from metadata_assets_tests.realdata import REALDATA, needs_realdata, truth
from metadata_assets_tests.sources.reading import differences, fingerprint, listed, only, read

REAL = (
    "Chinook_Sqlite",
    "datasette_fixtures",
    "northwind_create",
    "roundcube_1.0.0",
    "roundcube_1.3.0",
    "roundcube_1.6.0",
    "roundcube_head_2026-08",
    "roundcube_v0.5",
    "tbls_sqlite",
)


def execute(path: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.executescript(statement)
        connection.commit()
    return path


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "shop.db"


def as_truth(catalog: Catalog) -> dict[str, Any]:
    """The catalog in the shape of the truth files, flattened to one value a fact."""
    facts: dict[str, Any] = {}
    for table in catalog.tables.to_pylist():
        facts[table["table_name"], "kind"] = table["object_type"]
    name_of = dict(listed(catalog.tables, "table_fqdn", "table_name"))
    for column in catalog.columns.to_pylist():
        facts[name_of[column["table_fqdn"]], column["column_name"]] = (
            column["native_type"],
            column["nullable"],
            column["default_expr"],
            column["ordinal"],
            column["properties"],
        )
    for row in catalog.constraints.to_pylist():
        table = name_of[row["table_fqdn"]]
        columns = tuple(row["columns"])
        if row["constraint_type"] == "foreign_key":
            key = (row["referenced_table"], row["on_delete"])
            facts[table, "fk", columns, key] = tuple(row["referenced_columns"] or ())
        elif row["constraint_type"] != "check":
            facts[table, row["constraint_type"], columns] = True
    return facts


def from_truth(tables: Iterable[dict[str, Any]]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    keys = {
        t["name"].lower(): tuple(
            c["name"] for c in sorted(t["columns"], key=lambda c: c["pk_pos"]) if c["pk_pos"]
        )
        for t in tables
    }
    properties = {0: None, 1: '{"hidden":true}', 2: '{"generated":"virtual"}'}
    properties[3] = '{"generated":"stored"}'
    for table in tables:
        name = table["name"]
        if table["table_list_type"] == "shadow":
            continue
        facts[name, "kind"] = {"virtual": "virtual_table"}.get(
            table["table_list_type"], table["table_list_type"]
        )
        for ordinal, column in enumerate(table["columns"], start=1):
            facts[name, column["name"]] = (
                column["type"],
                not column["notnull"],
                column["default"],
                ordinal,
                properties[column["hidden"]],
            )
        if keys[name.lower()]:
            facts[name, "primary_key", keys[name.lower()]] = True
        for columns in table["uniques"]:
            facts[name, "unique", tuple(columns)] = True
        for fk in table["fks"]:
            on_delete = None if fk["on_delete"] == "NO ACTION" else fk["on_delete"]
            key = (f"main.{fk['ref_table']}", on_delete)
            referenced = tuple(fk["ref_cols"])
            facts[name, "fk", tuple(fk["cols"]), key] = (
                keys[fk["ref_table"].lower()] if None in referenced else referenced
            )
    return facts


@needs_realdata
@pytest.mark.parametrize("name", REAL)
def test_a_real_database_reads_as_its_truth(name: str, database: Path) -> None:
    script = REALDATA / "sqlite" / f"{name}.sql"
    if script.exists():
        execute(database, script.read_text(encoding="utf-8"))
    else:
        shutil.copy(REALDATA / "sqlite" / f"{name}.sqlite", database)
    catalog = read("sqlite", database)
    assert catalog.unreadable.num_rows == 0
    differing = differences(
        as_truth(catalog), from_truth(truth(f"sqlite/{name}.catalog.json")["tables"])
    )
    assert not differing, "\n".join(differing)


def test_an_oddly_named_table_is_one_among_the_others(database: Path) -> None:
    execute(
        database,
        'CREATE TABLE "odd-name ""q""" ("select" int, "a.b" text, [with space] real, `Mixed` blob)',
        'CREATE TABLE "semi;colon\'s" (x)',
        "CREATE TABLE plain (id int)",
    )
    catalog = read("sqlite", database)
    assert listed(catalog.tables, "table_fqdn") == [
        'main."odd-name ""q"""',
        "main.plain",
        "main.semi;colon's",
    ]
    assert listed(catalog.columns, "column_name", table_fqdn='main."odd-name ""q"""') == [
        "select",
        "a.b",
        "with space",
        "Mixed",
    ]


def test_a_broken_view_is_reported_and_hides_nothing(database: Path) -> None:
    execute(
        database,
        """
        CREATE TABLE t (a int); CREATE TABLE gone (b int);
        CREATE VIEW broken AS SELECT * FROM gone; CREATE VIEW good AS SELECT a FROM t;
        DROP TABLE gone;
        """,
    )
    catalog = read("sqlite", database)
    assert listed(catalog.tables, "table_name") == ["good", "t"]
    assert listed(catalog.unreadable, "object_name", "reason") == [
        ("main.broken", "no such table: main.gone")
    ]
    assert listed(read("sqlite", database, exclude=["brok*"]).unreadable, "reason") == []


def test_a_virtual_table_shows_its_columns_and_not_its_shadows(database: Path) -> None:
    execute(database, "CREATE VIRTUAL TABLE notes USING fts5(title, body)")
    catalog = read("sqlite", database)
    assert listed(catalog.tables, "table_name", "object_type", "properties") == [
        ("notes", "virtual_table", '{"module":"fts5"}')
    ]
    assert listed(catalog.columns, "column_name", "properties") == [
        ("title", None),
        ("body", None),
        ("notes", '{"hidden":true}'),
        ("rank", '{"hidden":true}'),
    ]


def test_columns_tell_their_type_default_generation_identity_and_collation(database: Path) -> None:
    execute(
        database,
        """
        CREATE TABLE t (
          id INTEGER PRIMARY KEY AUTOINCREMENT, -- a comment, with ( and '
          typeless,
          amount DECIMAL(10, 2) NOT NULL DEFAULT 0.5,
          name TEXT COLLATE NOCASE DEFAULT 'it''s, (ok)',
          at TEXT DEFAULT CURRENT_TIMESTAMP,
          expr INT DEFAULT (1 + 2),
          doubled GENERATED ALWAYS AS (amount * 2) VIRTUAL,
          shouted TEXT AS (upper(name) || ')') STORED
        );
        """,
    )
    columns = read("sqlite", database).columns
    assert listed(columns, "column_name", "native_type", "nullable", "default_expr") == [
        ("id", "INTEGER", True, None),
        ("typeless", "", True, None),
        ("amount", "DECIMAL(10, 2)", False, "0.5"),
        ("name", "TEXT", True, "'it''s, (ok)'"),
        ("at", "TEXT", True, "CURRENT_TIMESTAMP"),
        ("expr", "INT", True, "1 + 2"),
        ("doubled", "", True, None),
        ("shouted", "TEXT", True, None),
    ]
    assert listed(columns, "column_name", identity="auto_increment") == ["id"]
    assert listed(columns, "column_name", collation="NOCASE") == ["name"]
    assert dict(listed(columns, "generated_expr", "properties")) == {
        None: None,
        "amount * 2": '{"generated":"virtual"}',
        "upper(name) || ')'": '{"generated":"stored"}',
    }


def test_strict_and_without_rowid_are_kept(database: Path) -> None:
    execute(
        database,
        """
        CREATE TABLE a (x INT PRIMARY KEY) WITHOUT ROWID;
        CREATE TABLE b (x INT) STRICT;
        CREATE TABLE c (x INT PRIMARY KEY) STRICT, WITHOUT ROWID;
        CREATE TABLE d (x INT);
        """,
    )
    assert listed(read("sqlite", database).tables, "properties") == [
        '{"without_rowid":true}',
        '{"strict":true}',
        '{"strict":true,"without_rowid":true}',
        None,
    ]


def test_foreign_keys_name_the_columns_they_leave_out(database: Path) -> None:
    execute(
        database,
        """
        CREATE TABLE Parent (b INT, a INT, u INT UNIQUE, PRIMARY KEY (a, b));
        CREATE TABLE child (
          x INT, y INT, z INT REFERENCES PARENT (U) ON DELETE CASCADE ON UPDATE SET NULL,
          w INT REFERENCES nowhere, FOREIGN KEY (x, y) REFERENCES parent
        );
        """,
    )
    constraints = read("sqlite", database).constraints
    keys = listed(
        constraints,
        "columns",
        "referenced_table",
        "referenced_columns",
        "on_delete",
        "on_update",
        constraint_type="foreign_key",
    )
    assert keys == [
        (["w"], "main.nowhere", None, None, None),
        (["x", "y"], "main.Parent", ["a", "b"], None, None),
        (["z"], "main.Parent", ["u"], "CASCADE", "SET NULL"),
    ]


def test_checks_are_kept_as_written(database: Path) -> None:
    execute(
        database,
        """
        CREATE TABLE t (
          a INT CHECK (a > 0) CHECK (a <> '--)'), b TEXT,
          CONSTRAINT "both, of them" CHECK (a + length(B) < 10 /* ( */),
          CHECK ("b" LIKE 'x%')
        );
        """,
    )
    checks = listed(
        read("sqlite", database).constraints,
        "constraint_name",
        "columns",
        "expression",
        constraint_type="check",
    )
    assert sorted(checks, key=repr) == [
        ("both, of them", ["a", "b"], "a + length(B) < 10"),
        (None, ["a"], "a <> '--)'"),
        (None, ["a"], "a > 0"),
        (None, ["b"], "\"b\" LIKE 'x%'"),
    ]


def test_indexes_tell_expressions_and_predicates(database: Path) -> None:
    execute(
        database,
        """
        CREATE TABLE t (a INT, b TEXT UNIQUE, c TEXT);
        CREATE INDEX plain ON t (c DESC, a);
        CREATE UNIQUE INDEX "some, (index)" ON t (lower(b), a, substr(c, 1, 2)) WHERE a > '(';
        """,
    )
    catalog = read("sqlite", database)
    assert listed(catalog.indexes, "index_name", "columns", "is_unique", "predicate") == [
        ("plain", ["c", "a"], False, None),
        ("some, (index)", ["lower(b)", "a", "substr(c, 1, 2)"], True, "a > '('"),
    ]
    assert listed(catalog.constraints, "columns", constraint_type="unique") == [["b"]]


def test_a_view_is_its_query(database: Path) -> None:
    execute(
        database,
        """
        CREATE TABLE t (a INT, b TEXT);
        CREATE VIEW IF NOT EXISTS "as" (x, "as") AS -- why
          SELECT a, b AS c FROM t;
        """,
    )
    catalog = read("sqlite", database)
    assert only(catalog.tables, table_name="as")["definition"] == (
        "-- why\n          SELECT a, b AS c FROM t"
    )
    assert listed(catalog.columns, "column_name", "native_type", table_fqdn="main.as") == [
        ("x", "INT"),
        ("as", "TEXT"),
    ]


def test_an_analyzed_table_tells_its_rows(database: Path) -> None:
    execute(
        database,
        "CREATE TABLE t (a INT); CREATE INDEX i ON t (a); INSERT INTO t VALUES (1), (2), (3);",
        "ANALYZE",
    )
    catalog = read("sqlite", database)
    assert listed(catalog.tables, "table_name", "row_estimate") == [("t", 3)]


def test_patterns_select_tables(database: Path) -> None:
    execute(database, "CREATE TABLE orders (a); CREATE TABLE order_log (a); CREATE TABLE x (a)")
    kept = read("sqlite", database, include=["order*"], exclude=["main.*_log"])
    assert listed(kept.tables, "table_name") == ["orders"]
    assert listed(kept.columns, "table_fqdn") == ["main.orders"]


def test_an_empty_database_is_an_empty_catalog(database: Path) -> None:
    execute(database, "CREATE TABLE t (a)", "DROP TABLE t")
    assert read("sqlite", database).tables.num_rows == 0


def test_rows_do_not_change_the_fingerprint_and_any_ddl_does(database: Path) -> None:
    execute(database, "CREATE TABLE t (a INT)")
    before = fingerprint("sqlite", database)
    execute(database, "INSERT INTO t VALUES (1)", "VACUUM", "ANALYZE")
    assert fingerprint("sqlite", database) == before
    seen = {before}
    for statement in (
        "ALTER TABLE t ADD COLUMN b TEXT",
        "ALTER TABLE t RENAME COLUMN b TO c",
        "CREATE INDEX i ON t (c)",
        "CREATE VIEW v AS SELECT a FROM t",
        "DROP VIEW v; CREATE VIEW v AS SELECT c FROM t",
        "ALTER TABLE t RENAME TO u",
    ):
        execute(database, statement)
        assert fingerprint("sqlite", database) not in seen
        seen.add(fingerprint("sqlite", database))


def test_reading_twice_gives_one_version(database: Path) -> None:
    execute(database, "CREATE TABLE t (a INT PRIMARY KEY, b TEXT UNIQUE, CHECK (a > 1))")
    assert data_version(read("sqlite", database)) == data_version(read("sqlite", database))


def test_a_missing_file_is_an_error_and_is_not_created(database: Path) -> None:
    with pytest.raises(SourceUnavailable) as failed:
        read("sqlite", database)
    assert str(failed.value) == (
        f"{database}: the path does not exist. "
        "Correct `path` in the source's configuration, or bring the file back."
    )
    assert not database.exists()


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(SourceRefused, match="is a folder"):
        read("sqlite", tmp_path)


def test_another_kind_of_file_is_refused(database: Path) -> None:
    database.write_text("id,name\n1,x\n" * 200)
    with pytest.raises(SourceRefused, match="file is not a database"):
        read("sqlite", database)


def test_a_damaged_database_is_refused(database: Path) -> None:
    execute(database, *(f"CREATE TABLE t{n} (a INT, b TEXT)" for n in range(100)))
    database.write_bytes(database.read_bytes()[:5000])
    with pytest.raises(SourceRefused, match="malformed"):
        read("sqlite", database)


def test_a_locked_database_is_worth_another_try(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.1)
    execute(database, "CREATE TABLE t (a)")
    with closing(sqlite3.connect(database)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        with pytest.raises(SourceUnavailable, match="database is locked"):
            read("sqlite", database)


def test_a_database_that_is_written_to_in_wal_mode_is_read(database: Path) -> None:
    execute(database, "PRAGMA journal_mode = WAL", "CREATE TABLE t (a)")
    with closing(sqlite3.connect(database)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("CREATE TABLE unfinished (a)")
        assert listed(read("sqlite", database).tables, "table_name") == ["t"]


def test_a_path_of_odd_characters_is_opened(tmp_path: Path) -> None:
    path = execute(tmp_path / "100% sure? #1 &é.db", "CREATE TABLE t (a)")
    assert listed(read("sqlite", path).tables, "table_name") == ["t"]
