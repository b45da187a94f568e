from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

from metadata_assets.catalog.fingerprint import data_version
from metadata_assets.catalog.model import Catalog
from metadata_assets.errors import SourceRefused, SourceUnavailable
from metadata_assets_tests.realdata import REALDATA, needs_realdata, truth
from metadata_assets_tests.sources.reading import differences, fingerprint, listed, only, read

REAL = (
    "all_types",
    "defog_academic",
    "defog_advising",
    "defog_atis",
    "defog_broker",
    "defog_car_dealership",
    "json_nested",
    "tpcds",
)


def execute(path: Path, *statements: str) -> Path:
    with closing(duckdb.connect(str(path))) as connection:
        for statement in statements:
            connection.execute(statement)
    return path


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "shop.duckdb"


@pytest.fixture(scope="module")
def real_databases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("duckdb")
    script = REALDATA / "tools" / "build_duckdb.py"
    subprocess.run([sys.executable, str(script), str(folder)], check=True, timeout=120)
    return folder


def as_truth(catalog: Catalog) -> dict[str, Any]:
    """The catalog in the shape of the truth files, flattened to one value a fact."""
    facts: dict[str, Any] = {}
    name_of: dict[str, tuple[str, str]] = {}
    for row in catalog.tables.to_pylist():
        name = name_of[row["table_fqdn"]] = (row["schema_name"], row["table_name"])
        facts[name] = (row["object_type"], row["comment"], row["row_estimate"])
    for row in catalog.columns.to_pylist():
        facts[name_of[row["table_fqdn"]], row["column_name"]] = (
            row["ordinal"],
            row["native_type"],
            row["nullable"],
            row["default_expr"],
            row["comment"],
        )
    for row in catalog.constraints.to_pylist():
        kind = row["constraint_type"].replace("_", " ").upper()
        facts[name_of[row["table_fqdn"]], kind, tuple(row["columns"])] = True
    return facts


def from_truth(expected: dict[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for row in expected["tables"]:
        facts[row["schema_name"], row["table_name"]] = (
            "table",
            row["comment"],
            row["estimated_size"],
        )
    for row in expected["columns"]:
        facts[(row["schema_name"], row["table_name"]), row["column_name"]] = (
            row["column_index"],
            row["data_type"],
            row["is_nullable"],
            row["column_default"],
            row["comment"],
        )
    for row in expected["constraints"]:
        if row["constraint_type"] != "NOT NULL":
            columns = tuple(row["constraint_column_names"])
            facts[(row["schema_name"], row["table_name"]), row["constraint_type"], columns] = True
    return facts


@needs_realdata
@pytest.mark.skipif(duckdb.__version__ < "2", reason="the truths were taken with DuckDB 2")
@pytest.mark.xdist_group("real_duckdb")
@pytest.mark.parametrize("name", REAL)
def test_a_real_database_reads_as_its_truth(name: str, real_databases: Path) -> None:
    expected = truth(f"duckdb/{name}.catalog.json")
    catalog = read("duckdb", real_databases / f"{name}.duckdb")
    differing = differences(as_truth(catalog), from_truth(expected))
    assert not differing, "\n".join(differing)
    assert expected["views"] == []


def test_same_named_tables_in_two_schemas_stay_two(database: Path) -> None:
    execute(
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
    execute(
        database,
        'CREATE TABLE "odd-name ""q""" ("select" INTEGER, "a.b" VARCHAR, "Mixed" DATE)',
        "CREATE TABLE plain (id INTEGER)",
    )
    catalog = read("duckdb", database)
    odd = 'main."odd-name ""q"""'
    assert listed(catalog.tables, "table_fqdn") == [odd, "main.plain"]
    assert listed(catalog.columns, "column_name", table_fqdn=odd) == ["select", "a.b", "Mixed"]


def test_nested_types_keep_their_text_and_case(database: Path) -> None:
    execute(
        database,
        """
        CREATE TABLE t (
          s STRUCT("Name One" INTEGER, "q""x" VARCHAR[]), m MAP(VARCHAR, DECIMAL(18, 4)),
          u UNION(num INTEGER, str VARCHAR), a INTEGER[3], l BIGINT[][], z TIMESTAMPTZ,
          e ENUM('Small', 'LARGE, very', 'it''s')
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
    ]
    assert only(columns, column_name="e")["allowed_values"] == ["Small", "LARGE, very", "it's"]


def test_named_types_tell_what_they_stand_for(database: Path) -> None:
    execute(
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
    execute(
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


def test_comments_and_view_queries_are_read(database: Path) -> None:
    execute(
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


def test_a_view_on_a_dropped_table_hides_nothing(database: Path) -> None:
    execute(
        database,
        "CREATE TABLE gone (x INTEGER)",
        "CREATE VIEW v AS SELECT * FROM gone",
        "DROP TABLE gone",
        "CREATE TABLE t (a INTEGER)",
    )
    assert listed(read("duckdb", database).tables, "table_name") == ["t", "v"]


def test_keys_and_checks_name_their_columns(database: Path) -> None:
    execute(
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
    execute(
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
    execute(database, "CREATE TABLE t (a INTEGER)")
    execute(
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


def test_rows_are_estimated(database: Path) -> None:
    execute(database, "CREATE TABLE t AS SELECT * FROM range(1000) r(i)")
    assert only(read("duckdb", database).tables)["row_estimate"] == 1000


def test_patterns_select_tables(database: Path) -> None:
    execute(
        database,
        "CREATE SCHEMA s",
        "CREATE TABLE orders (a INTEGER)",
        "CREATE TABLE s.orders (a INTEGER)",
        "CREATE TABLE s.order_log (a INTEGER)",
        "CREATE VIEW other AS FROM orders",
    )
    kept = read("duckdb", database, include=["s.*", "oth*"], exclude=["*_log"])
    assert listed(kept.tables, "table_fqdn") == ["main.other", "s.orders"]


def test_an_empty_database_is_an_empty_catalog(database: Path) -> None:
    execute(database)
    assert read("duckdb", database).tables.num_rows == 0


def test_rows_do_not_change_the_fingerprint_and_any_ddl_does(database: Path) -> None:
    execute(
        database,
        "CREATE SEQUENCE ids",
        "CREATE TABLE t (a INTEGER DEFAULT nextval('ids'), b INTEGER)",
    )
    before = fingerprint("duckdb", database)
    execute(database, "INSERT INTO t (b) SELECT * FROM range(1000)", "CHECKPOINT")
    assert fingerprint("duckdb", database) == before
    seen = {before}
    for statement in (
        "ALTER TABLE t ADD COLUMN c VARCHAR",
        "ALTER TABLE t RENAME COLUMN c TO d",
        "ALTER TABLE t ALTER COLUMN d SET DEFAULT 'x'",
        "ALTER TABLE t ALTER COLUMN b SET NOT NULL",
        "COMMENT ON TABLE t IS 'x'",
        "COMMENT ON COLUMN t.d IS 'x'",
        "COMMENT ON COLUMN t.d IS NULL; COMMENT ON COLUMN t.b IS 'x'",
        "CREATE INDEX i ON t (d)",
        "CREATE VIEW v AS SELECT a FROM t",
        "CREATE OR REPLACE VIEW v AS SELECT b AS a FROM t",
        "COMMENT ON VIEW v IS 'x'",
        "CREATE TYPE mood AS ENUM ('a', 'b')",
        "DROP TYPE mood; CREATE TYPE mood AS ENUM ('a', 'c')",
        "CREATE TYPE money AS DECIMAL(18, 3)",
        "DROP TYPE money; CREATE TYPE money AS DECIMAL(18, 4)",
        "CREATE SCHEMA s; CREATE TABLE s.t (a INTEGER)",
    ):
        execute(database, statement)
        after = fingerprint("duckdb", database)
        assert after not in seen, statement
        seen.add(after)


def test_reading_twice_gives_one_version(database: Path) -> None:
    execute(database, "CREATE TABLE t (a INTEGER PRIMARY KEY, b VARCHAR UNIQUE, CHECK (a > 1))")
    assert data_version(read("duckdb", database)) == data_version(read("duckdb", database))


def test_a_missing_file_is_an_error_and_is_not_created(database: Path) -> None:
    with pytest.raises(SourceUnavailable) as failed:
        read("duckdb", database)
    assert str(failed.value) == (
        f"{database}: the path does not exist. "
        "Correct `path` in the source's configuration, or bring the file back."
    )
    assert not database.exists()


def test_another_kind_of_file_is_refused(database: Path) -> None:
    database.write_text("id,name\n1,x\n" * 2000)
    with pytest.raises(SourceRefused, match="the file is not a DuckDB database"):
        read("duckdb", database)


def test_a_damaged_database_is_refused(database: Path) -> None:
    execute(database, *(f"CREATE TABLE t{n} (a INTEGER)" for n in range(20)))
    database.write_bytes(database.read_bytes()[:9000])
    with pytest.raises(SourceRefused, match="DuckDB cannot read it"):
        read("duckdb", database)


@contextmanager
def writer(path: Path) -> Iterator[None]:
    """Another process that has the file open for writing."""
    script = f"import duckdb; c = duckdb.connect({str(path)!r}); print('open', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield
        finally:
            process.kill()


def test_a_file_that_another_process_writes_is_worth_another_try(database: Path) -> None:
    execute(database, "CREATE TABLE t (a INTEGER)")
    with (
        writer(database),
        pytest.raises(SourceUnavailable, match="another process has the DuckDB file open"),
    ):
        read("duckdb", database)
    assert read("duckdb", database).tables.num_rows == 1


def test_a_file_that_this_process_writes_is_worth_another_try(database: Path) -> None:
    with (
        closing(duckdb.connect(str(database))),
        pytest.raises(SourceUnavailable, match="open otherwise in this process"),
    ):
        read("duckdb", database)


def test_what_a_killed_writer_left_in_the_log_is_read(database: Path) -> None:
    script = (
        f"import duckdb, os; c = duckdb.connect({str(database)!r});"
        "c.execute('CREATE TABLE t (a INTEGER)'); os._exit(1)"
    )
    subprocess.run([sys.executable, "-c", script], check=False, timeout=60)
    assert listed(read("duckdb", database).tables, "table_name") == ["t"]
