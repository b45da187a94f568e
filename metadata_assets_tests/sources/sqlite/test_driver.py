from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from metadata_assets_tests.sources.databases import sqlite_file
from metadata_assets_tests.sources.reading import listed, only, read


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "shop.db"


def test_an_oddly_named_table_is_one_among_the_others(database: Path) -> None:
    sqlite_file(
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
    sqlite_file(
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


def test_a_view_that_no_query_can_use_is_reported(database: Path) -> None:
    sqlite_file(
        database,
        """
        CREATE TABLE t (x, y);
        CREATE VIEW v (p, q) AS SELECT * FROM t; CREATE VIEW above AS SELECT p FROM v;
        CREATE VIEW ours AS SELECT x FROM t ORDER BY y COLLATE binary;
        ALTER TABLE t ADD COLUMN z;
        PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET sql = replace(sql, 'binary', 'theirs') WHERE name = 'ours';
        """,
    )
    catalog = read("sqlite", database)
    # The application knows a collation that we do not; the columns are known all the same.
    assert listed(catalog.tables, "table_name") == ["ours", "t"]
    assert listed(catalog.unreadable, "object_name", "reason") == [
        ("main.above", "expected 2 columns for 'v' but got 3"),
        ("main.v", "expected 2 columns for 'v' but got 3"),
    ]


def test_odd_bytes_tell_names_apart(database: Path) -> None:
    sqlite_file(
        database,
        "CREATE TABLE a1 (b2 INT, b3 INT); CREATE TABLE a4 (c INT);"
        "CREATE VIEW a5 AS SELECT 1 AS x; CREATE VIEW a6 AS SELECT * FROM nowhere",
    )
    odd = database.read_bytes()
    for digit in b"123456":
        for letter in b"ab":
            odd = odd.replace(bytes([letter, digit]), bytes([letter, 0xE0 + digit - 0x30]))
    database.write_bytes(odd)
    catalog = read("sqlite", database)
    assert listed(catalog.tables, "table_name") == ["a<e1>", "a<e4>", "a<e5>"]
    assert listed(catalog.columns, "column_name") == ["b<e2>", "b<e3>", "c", "x"]
    assert listed(catalog.unreadable, "object_name") == ["main.a<e6>"]


def test_a_virtual_table_shows_its_columns_and_not_its_shadows(database: Path) -> None:
    sqlite_file(database, "CREATE VIRTUAL TABLE notes USING fts5(title, body)")
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
    sqlite_file(
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
    sqlite_file(
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


KEYS = """
CREATE TABLE match (id INTEGER PRIMARY KEY); CREATE TABLE pair (a INT, b INT, PRIMARY KEY (a, b));
CREATE TABLE child (
  match INT REFERENCES match DEFERRABLE INITIALLY DEFERRED,
  never INT REFERENCES match (id) MATCH "full" ON DELETE CASCADE NOT DEFERRABLE INITIALLY DEFERRED,
  maybe INT REFERENCES match DEFERRABLE,
  late INT REFERENCES match /* deferrable initially deferred */ NOT NULL DEFAULT 1,
  other INT CHECK (other <> 'deferrable') deferrable initially deferred,
  FOREIGN KEY (maybe, other) REFERENCES pair ON UPDATE CASCADE
);
INSERT INTO match VALUES (1);
"""


def test_a_key_that_waits_for_the_commit_is_told_as_sqlite_takes_it(database: Path) -> None:
    sqlite_file(database, KEYS)
    keys = listed(
        read("sqlite", database).constraints, "columns", "properties", constraint_type="foreign_key"
    )
    deferred = '{"deferrable":"INITIALLY DEFERRED"}'
    assert sorted(keys) == [
        (["late"], deferred),  # by the clause of the column after it
        (["match"], deferred),
        (["maybe"], None),
        (["maybe", "other"], None),
        (["never"], '{"match":"FULL"}'),
    ]
    names = ("late", "match", "maybe", "never")
    assert [name for name in names if takes_an_orphan(database, name)] == ["late", "match"]


def test_match_may_be_the_name_of_anything(database: Path) -> None:
    sqlite_file(
        database,
        """
        CREATE TABLE match (id INTEGER PRIMARY KEY);
        CREATE TABLE a (x INT REFERENCES match, y match);
        CREATE TABLE b (x INT REFERENCES match, y INT DEFAULT match);
        CREATE TABLE c (x INT REFERENCES match (id), y INT CONSTRAINT match CHECK (y > 0));
        CREATE TABLE d (x match REFERENCES match ON DELETE SET NULL ON UPDATE CASCADE MATCH full);
        """,
    )
    keys = listed(
        read("sqlite", database).constraints,
        "table_fqdn",
        "properties",
        constraint_type="foreign_key",
    )
    assert keys == [
        ("main.a", None),
        ("main.b", None),
        ("main.c", None),
        ("main.d", '{"match":"FULL"}'),
    ]


def takes_an_orphan(database: Path, column: str) -> bool:
    """Whether SQLite takes a row without its parent until the transaction ends."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.executescript("PRAGMA foreign_keys = ON; BEGIN")
        try:
            connection.execute(f'INSERT INTO child ("{column}") VALUES (99)')
        except sqlite3.IntegrityError:
            return False
        return True


def test_foreign_keys_name_the_columns_they_leave_out(database: Path) -> None:
    sqlite_file(
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


def test_only_the_case_of_ascii_is_ignored(database: Path) -> None:
    sqlite_file(
        database,
        """
        CREATE TABLE Ä (id INTEGER PRIMARY KEY, É INT UNIQUE, é INT UNIQUE);
        CREATE TABLE ä (k INTEGER PRIMARY KEY, Ö INT, ö INT, CHECK (K > 1 AND ö > 2));
        CREATE TABLE c (
          x INT REFERENCES ä, y INT REFERENCES Ä (ID), z INT REFERENCES Ä (é), w INT REFERENCES ü
        );
        CREATE TABLE Ü (id INTEGER PRIMARY KEY);
        """,
    )
    constraints = read("sqlite", database).constraints
    told = ("columns", "referenced_table", "referenced_columns")
    assert listed(constraints, *told, constraint_type="foreign_key") == [
        (["w"], "main.ü", None),
        (["x"], "main.ä", ["k"]),
        (["y"], "main.Ä", ["id"]),
        (["z"], "main.Ä", ["é"]),
    ]
    assert listed(constraints, "columns", constraint_type="check") == [["k", "ö"]]


def test_a_check_names_the_columns_that_cannot_be_dropped(database: Path) -> None:
    sqlite_file(
        database,
        """
        CREATE TABLE t (
          name TEXT, length INT, x INT, e5 INT, text TEXT, nocase INT, t INT, "in" INT,
          CHECK (length(name) > 3), CHECK ("in" <> x'00' AND t.name < 1e5),
          CHECK (CAST(name AS text) IN ('x') COLLATE nocase)
        )
        """,
    )
    checks = listed(read("sqlite", database).constraints, "columns", constraint_type="check")
    assert checks == [["name"], ["name"], ["name", "in"]]
    with closing(sqlite3.connect(database)) as connection:
        for name in ("length", "x", "e5", "text", "nocase", "t"):
            connection.execute(f"ALTER TABLE t DROP COLUMN {name}")
        for name in ("name", "in"):
            with pytest.raises(sqlite3.OperationalError, match="no such column"):
                connection.execute(f'ALTER TABLE t DROP COLUMN "{name}"')


def test_a_check_has_the_last_name_before_it(database: Path) -> None:
    sqlite_file(
        database,
        """
        CREATE TABLE t (
          a INT CONSTRAINT foo NOT NULL CHECK (a > 0),
          b INT CONSTRAINT bar CHECK (b > 0) CHECK (b < 10), CHECK (a < b)
        )
        """,
    )
    checks = listed(
        read("sqlite", database).constraints,
        "expression",
        "constraint_name",
        constraint_type="check",
    )
    assert sorted(checks) == [
        ("a < b", None),
        ("a > 0", "foo"),
        ("b < 10", "bar"),
        ("b > 0", "bar"),
    ]
    with closing(sqlite3.connect(database)) as connection:
        for row, name in (("0, 5", "foo"), ("1, 10", "bar")):
            with pytest.raises(sqlite3.IntegrityError, match=name):
                connection.execute(f"INSERT INTO t VALUES ({row})")


def test_whatever_is_not_ascii_is_a_letter(database: Path) -> None:
    sqlite_file(
        database,
        "CREATE TABLE t (\ufeff😀a TEXT COLLATE NOCASE, b\u00a0c TEXT COLLATE RTRIM,"
        " e\u0301 INT AS (1 + 1), e INT CHECK (e\u0301 > e));"
        "CREATE VIEW 😀as AS SELECT 1 AS x",
    )
    catalog = read("sqlite", database)
    assert listed(catalog.columns, "column_name", "collation", "generated_expr")[:4] == [
        ("😀a", "NOCASE", None),
        ("b\u00a0c", "RTRIM", None),
        ("e\u0301", None, "1 + 1"),
        ("e", None, None),
    ]
    assert listed(catalog.constraints, "columns") == [["e\u0301", "e"]]
    assert listed(catalog.tables, "definition") == [None, "SELECT 1 AS x"]


def test_a_keyword_within_a_name_is_none(database: Path) -> None:
    sqlite_file(
        database,
        """
        CREATE TABLE t (
          "" TEXT COLLATE NOCASE, x$check INT, _as INT, "check (1)" INT, [as] TEXT, écheck INT,
          `collate rtrim` /* CHECK (a) */ INT
            DEFAULT 'x CHECK (b)' CONSTRAINT x$constraint CHECK (_as > 0)
        )
        """,
    )
    catalog = read("sqlite", database)
    assert listed(catalog.columns, "column_name", collation="NOCASE") == [""]
    assert not listed(catalog.columns, "column_name", collation="rtrim")
    assert listed(catalog.constraints, "constraint_name", "expression", "columns") == [
        ("x$constraint", "_as > 0", ["_as"])
    ]


def test_checks_are_kept_as_written(database: Path) -> None:
    sqlite_file(
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
    sqlite_file(
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


def test_indexes_tell_order_and_collation(database: Path) -> None:
    sqlite_file(
        database,
        """
        CREATE TABLE words (word TEXT, other TEXT COLLATE NOCASE, n INT);
        CREATE INDEX plain ON words (word, n);
        CREATE INDEX ordered ON words (word COLLATE RTRIM, other, n DESC);
        CREATE INDEX computed ON words (lower(word) DESC, n DESC);
        """,
    )
    assert listed(read("sqlite", database).indexes, "index_name", "columns", "properties") == [
        ("computed", ["lower(word) DESC", "n"], '{"parts":["","DESC"]}'),
        (
            "ordered",
            ["word", "other", "n"],
            '{"parts":["COLLATE RTRIM","COLLATE NOCASE","DESC"]}',
        ),
        ("plain", ["word", "n"], None),
    ]


def test_a_view_is_its_query(database: Path) -> None:
    sqlite_file(
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
    sqlite_file(
        database,
        "CREATE TABLE t (a INT); CREATE INDEX i ON t (a); INSERT INTO t VALUES (1), (2), (3);",
        "ANALYZE",
    )
    catalog = read("sqlite", database)
    assert listed(catalog.tables, "table_name", "row_estimate") == [("t", 3)]
