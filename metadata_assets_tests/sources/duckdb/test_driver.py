from __future__ import annotations

from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from metadata_assets.errors import SourceRefused, SourceUnavailable
from metadata_assets_tests.sources.databases import duckdb_file
from metadata_assets_tests.sources.reading import fingerprint, listed, only, read


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "shop.duckdb"


def test_same_named_tables_in_two_schemas_stay_two(database: Path) -> None:
    duckdb_file(
        database,
        "CREATE TABLE orders (a INTEGER)",
        'CREATE SCHEMA "Old Shop"',
        'CREATE TABLE "Old Shop".orders (b VARCHAR)',
    )
    catalog = read("duckdb", database)
    assert listed(catalog.tables, "schema_name", "table_fqdn") == [
        ("Old Shop", "Old Shop.orders"),
        ("main", "main.orders"),
    ]
    assert listed(catalog.columns, "table_fqdn", "column_name") == [
        ("Old Shop.orders", "b"),
        ("main.orders", "a"),
    ]


def test_an_oddly_named_table_is_one_among_the_others(database: Path) -> None:
    duckdb_file(
        database,
        'CREATE TABLE "odd-name ""q""" ("select" INTEGER, "a.b" VARCHAR, "Mixed" DATE)',
        "CREATE TABLE plain (id INTEGER)",
    )
    catalog = read("duckdb", database)
    odd = 'main."odd-name ""q"""'
    assert listed(catalog.tables, "table_fqdn") == [odd, "main.plain"]
    assert listed(catalog.columns, "column_name", table_fqdn=odd) == ["select", "a.b", "Mixed"]


def test_nested_types_keep_their_text_and_case(database: Path) -> None:
    duckdb_file(
        database,
        """
        CREATE TABLE t (
          s STRUCT("Name One" INTEGER, "q""x" VARCHAR[]), m MAP(VARCHAR, DECIMAL(18, 4)),
          u UNION(num INTEGER, str VARCHAR), a INTEGER[3], l BIGINT[][], z TIMESTAMPTZ,
          e ENUM('Small', 'LARGE, very', 'it''s'), n ENUM('x)[]', 'y''')[3][]
        )
        """,
    )
    columns = read("duckdb", database).columns
    assert listed(columns, "column_name", "native_type") == [
        ("s", 'STRUCT("Name One" INTEGER, "q""x" VARCHAR[])'),
        ("m", "MAP(VARCHAR, DECIMAL(18,4))"),
        ("u", "UNION(num INTEGER, str VARCHAR)"),
        ("a", "INTEGER[3]"),
        ("l", "BIGINT[][]"),
        ("z", "TIMESTAMP WITH TIME ZONE"),
        ("e", "ENUM('Small', 'LARGE, very', 'it''s')"),
        ("n", "ENUM('x)[]', 'y''')[3][]"),
    ]
    assert only(columns, column_name="e")["allowed_values"] == ["Small", "LARGE, very", "it's"]
    assert only(columns, column_name="n")["allowed_values"] == ["x)[]", "y'"]


def test_named_types_tell_what_they_stand_for(database: Path) -> None:
    duckdb_file(
        database,
        "CREATE TYPE mood AS ENUM ('sad', 'it''s')",
        "COMMENT ON TYPE mood IS 'How it feels'",
        "CREATE SCHEMA sales",
        "CREATE TYPE sales.money AS DECIMAL(18, 4)",
        'CREATE TYPE "odd ""type" AS STRUCT("A b" INTEGER)',
    )
    types = read("duckdb", database).types
    assert listed(types, "type_fqdn", "kind", "labels", "base_type", "comment") == [
        ('main."odd ""type"', "domain", None, 'STRUCT("A b" INTEGER)', None),
        ("main.mood", "enum", ["sad", "it's"], None, "How it feels"),
        ("sales.money", "domain", None, "DECIMAL(18,4)", None),
    ]


def test_columns_tell_default_generation_collation_and_sequence(database: Path) -> None:
    duckdb_file(
        database,
        "CREATE SCHEMA s",
        "CREATE SEQUENCE ids START 100",
        'CREATE SEQUENCE s."odd ids" INCREMENT 5',
        """
        CREATE TABLE s.t (
          id BIGINT DEFAULT nextval('ids') PRIMARY KEY,
          other INTEGER DEFAULT nextval('s."odd ids"'),
          name VARCHAR NOT NULL COLLATE nocase DEFAULT 'it''s, (ok)', nothing INTEGER DEFAULT NULL,
          doubled INTEGER GENERATED ALWAYS AS (id * 2) VIRTUAL
        )
        """,
    )
    columns = read("duckdb", database).columns
    assert listed(columns, "column_name", "nullable", "default_expr", "generated_expr") == [
        ("id", False, "nextval('ids')", None),
        ("other", True, "nextval('s.\"odd ids\"')", None),
        ("name", False, "'it''s, (ok)'", None),
        ("nothing", True, "NULL", None),
        ("doubled", True, None, "(id * 2)"),
    ]
    assert listed(columns, "column_name", collation="nocase") == ["name"]
    assert listed(columns, "properties")[:3] == [
        '{"sequence":{"increment":1,"name":"main.ids"}}',
        '{"sequence":{"increment":5,"name":"s.odd ids"}}',
        None,
    ]


def test_a_sequence_is_told_from_one_of_another_schema(database: Path) -> None:
    duckdb_file(
        database,
        "CREATE SCHEMA s",
        "CREATE SEQUENCE s.ids INCREMENT 2",
        'CREATE SEQUENCE "s.ids" INCREMENT 3',
        "CREATE SEQUENCE ids INCREMENT 4",
        """
        CREATE TABLE t (
          a INTEGER DEFAULT nextval('s.ids'), b INTEGER DEFAULT nextval('"s.ids"'),
          c INTEGER DEFAULT nextval('IDS'), d INTEGER DEFAULT (nextval('ids') + 1)
        )
        """,
    )
    assert listed(read("duckdb", database).columns, "properties") == [
        '{"sequence":{"increment":2,"name":"s.ids"}}',
        '{"sequence":{"increment":3,"name":"main.s.ids"}}',
        '{"sequence":{"increment":4,"name":"main.ids"}}',
        None,
    ]


def test_a_sequence_without_a_schema_is_that_of_the_tables_schema(database: Path) -> None:
    duckdb_file(
        database,
        "CREATE SCHEMA s",
        "CREATE SEQUENCE s.ids INCREMENT 7",
        "CREATE SEQUENCE ids INCREMENT 3",
        'CREATE SEQUENCE "ä" INCREMENT 4',
        'CREATE SEQUENCE "Ä" INCREMENT 5',
        """
        CREATE TABLE s.t (
          a INTEGER DEFAULT nextval('ids'), b INTEGER DEFAULT nextval('shop.main.ids'),
          c INTEGER DEFAULT nextval('shop.ids'), d INTEGER DEFAULT nextval('"Ä"')
        )
        """,
        "INSERT INTO s.t DEFAULT VALUES",
        "INSERT INTO s.t DEFAULT VALUES",
    )
    assert listed(read("duckdb", database).columns, "properties") == [
        '{"sequence":{"increment":7,"name":"s.ids"}}',
        '{"sequence":{"increment":3,"name":"main.ids"}}',
        '{"sequence":{"increment":7,"name":"s.ids"}}',
        '{"sequence":{"increment":5,"name":"main.Ä"}}',
    ]
    with closing(duckdb.connect(database)) as connection:
        first, second = connection.sql("FROM s.t").fetchall()
    # As they count: two columns take turns with s.ids.
    assert [b - a for a, b in zip(first, second, strict=True)] == [14, 3, 14, 5]


def test_collations_may_be_combined(database: Path) -> None:
    duckdb_file(
        database,
        "CREATE TABLE t (a VARCHAR COLLATE nocase.noaccent DEFAULT 'COLLATE x', b VARCHAR)",
    )
    assert listed(read("duckdb", database).columns, "collation") == ["nocase.noaccent", None]


def test_comments_and_view_queries_are_read(database: Path) -> None:
    duckdb_file(
        database,
        "CREATE TABLE t (a INTEGER, b VARCHAR)",
        'CREATE VIEW "v AS (x" ("c AS (", d) AS SELECT a, b FROM t WHERE a > 1',
        "COMMENT ON TABLE t IS 'The table'",
        "COMMENT ON COLUMN t.a IS 'The column'",
        "COMMENT ON VIEW \"v AS (x\" IS 'The view'",
    )
    catalog = read("duckdb", database)
    assert listed(catalog.tables, "table_name", "object_type", "comment", "definition") == [
        ("t", "table", "The table", None),
        ("v AS (x", "view", "The view", "SELECT a, b FROM t WHERE (a > 1)"),
    ]
    assert listed(catalog.columns, "column_name", "comment") == [
        ("a", "The column"),
        ("b", None),
        ("c AS (", None),
        ("d", None),
    ]


def test_a_broken_view_is_reported_and_hides_nothing(database: Path) -> None:
    duckdb_file(
        database,
        "CREATE TABLE gone (x INTEGER)",
        "CREATE VIEW v AS SELECT * FROM gone",
        "CREATE TABLE t (a INTEGER, b INTEGER)",
        "CREATE VIEW w AS SELECT a FROM t",
    )
    sound = fingerprint("duckdb", database)
    duckdb_file(database, "DROP TABLE gone", "ALTER TABLE t RENAME a TO c")
    catalog = read("duckdb", database)
    assert listed(catalog.tables, "table_name") == ["t"]
    assert listed(catalog.unreadable, "object_name", "reason") == [
        ("main.v", "Catalog Error: Table with name gone does not exist!"),
        ("main.w", 'Binder Error: Referenced column "a" not found in FROM clause!'),
    ]
    broken = fingerprint("duckdb", database)
    duckdb_file(database, "CREATE TABLE gone (x INTEGER)")
    assert len({sound, broken, fingerprint("duckdb", database)}) == 3


def test_a_view_has_the_columns_that_its_tables_have_now(database: Path) -> None:
    duckdb_file(
        database,
        "CREATE TABLE t (a INTEGER, b VARCHAR, c DATE)",
        "CREATE VIEW everything AS SELECT * FROM t",
        "CREATE VIEW above AS SELECT * FROM everything",
        "CREATE VIEW named (n, m) AS SELECT * FROM t",
        "ALTER TABLE t RENAME b TO n",
        "ALTER TABLE t ALTER a TYPE BIGINT",
    )
    before = fingerprint("duckdb", database)
    duckdb_file(database, "ALTER TABLE t DROP COLUMN c", "ALTER TABLE t ADD COLUMN n_2 DOUBLE")
    duckdb_file(database, "ALTER TABLE t RENAME n_2 TO m")
    assert fingerprint("duckdb", database) != before
    columns = read("duckdb", database).columns
    for view in ("main.everything", "main.above"):
        assert listed(columns, "column_name", "native_type", table_fqdn=view) == [
            ("a", "BIGINT"),
            ("n", "VARCHAR"),
            ("m", "DOUBLE"),
        ]
    # As a query shows it.
    assert listed(columns, "column_name", table_fqdn="main.named") == ["n", "m", "m_1"]


def test_a_view_of_a_file_is_not_looked_into(database: Path, tmp_path: Path) -> None:
    csv = tmp_path / "a.csv"
    csv.write_text("x,y\n1,2\n")
    duckdb_file(database, f"CREATE VIEW v AS FROM '{csv}'")
    csv.unlink()
    catalog = read("duckdb", database)
    assert listed(catalog.columns, "column_name") == ["x", "y"]
    assert catalog.unreadable.num_rows == 0


def test_names_are_the_same_in_any_case_of_ascii(database: Path) -> None:
    duckdb_file(
        database,
        "CREATE SCHEMA s",
        "CREATE TABLE s.Customers (Id INTEGER, ä INTEGER, Ä INTEGER, PRIMARY KEY (ID))",
        """
        CREATE TABLE s.orders (
          OrderId INTEGER, Amount INTEGER, UNIQUE (orderid),
          FOREIGN KEY (ORDERID) REFERENCES s.customers (id), CHECK (amount > 0 AND AMOUNT < 9)
        )
        """,
        "CREATE INDEX i ON s.ORDERS (amount, (lower(amount::VARCHAR)))",
        "CREATE INDEX j ON s.customers (Ä, ä)",
    )
    catalog = read("duckdb", database)
    told = ("constraint_type", "columns", "referenced_table", "referenced_columns")
    assert listed(catalog.constraints, *told) == [
        ("primary_key", ["Id"], None, None),
        ("check", ["Amount"], None, None),
        ("foreign_key", ["OrderId"], "s.Customers", ["Id"]),
        ("unique", ["OrderId"], None, None),
    ]
    assert listed(catalog.indexes, "table_fqdn", "columns") == [
        ("s.Customers", ["Ä", "ä"]),
        ("s.orders", ["Amount", "(lower(CAST(amount AS VARCHAR)))"]),
    ]


def test_keys_and_checks_name_their_columns(database: Path) -> None:
    duckdb_file(
        database,
        "CREATE SCHEMA s",
        "CREATE TABLE s.p (b INTEGER, a INTEGER, u INTEGER UNIQUE, PRIMARY KEY (a, b))",
        """
        CREATE TABLE s.c (
          x INTEGER, y INTEGER, z INTEGER, FOREIGN KEY (x, y) REFERENCES s.p (a, b),
          CHECK (z > 0 AND z < y AND z <> 7)
        )
        """,
    )
    constraints = read("duckdb", database).constraints
    told = ("constraint_type", "columns", "referenced_table", "referenced_columns", "expression")
    assert listed(constraints, *told) == [
        ("check", ["z", "y"], None, None, "((z > 0) AND (z < y) AND (z != 7))"),
        ("foreign_key", ["x", "y"], "s.p", ["a", "b"], None),
        ("primary_key", ["a", "b"], None, None, None),
        ("unique", ["u"], None, None, None),
    ]


def test_indexes_tell_names_and_expressions(database: Path) -> None:
    duckdb_file(
        database,
        'CREATE TABLE t (a INTEGER, "b, c" VARCHAR, "q""x" INTEGER)',
        'CREATE UNIQUE INDEX u ON t ("b, c", "q""x")',
        'CREATE INDEX "odd index" ON t (a, (a + 1))',
    )
    indexes = read("duckdb", database).indexes
    assert listed(indexes, "index_name", "columns", "is_unique", "method") == [
        ("odd index", ["a", "((a + 1))"], False, "ART"),
        ("u", ["b, c", 'q"x'], True, "ART"),
    ]


def test_attached_databases_are_read_with_their_name(database: Path, tmp_path: Path) -> None:
    duckdb_file(database, "CREATE TABLE t (a INTEGER)")
    duckdb_file(
        tmp_path / "it's other.duckdb",
        "CREATE TABLE t (b INTEGER PRIMARY KEY, g INTEGER GENERATED ALWAYS AS (b + 1))",
        "CREATE TYPE named AS INTEGER[]",
    )
    catalog = read("duckdb", database, attach={"old one": "it's other.duckdb"})
    assert listed(catalog.tables, "table_fqdn") == ['"old one.main".t', "main.t"]
    assert listed(catalog.columns, "generated_expr") == [None, "(b + 1)", None]
    assert listed(catalog.constraints, "table_fqdn") == ['"old one.main".t']
    assert listed(catalog.types, "type_fqdn", "base_type") == [
        ('"old one.main".named', "INTEGER[]")
    ]
    with pytest.raises(SourceUnavailable, match=r"missing\.duckdb: the path does not exist"):
        read("duckdb", database, attach={"other": "missing.duckdb"})
    with pytest.raises(SourceRefused, match="the file itself `shop`, so no other can be `Shop`"):
        read("duckdb", database, attach={"Shop": "it's other.duckdb"})


def test_rows_are_estimated(database: Path) -> None:
    duckdb_file(database, "CREATE TABLE t AS SELECT * FROM range(1000) r(i)")
    assert only(read("duckdb", database).tables)["row_estimate"] == 1000
