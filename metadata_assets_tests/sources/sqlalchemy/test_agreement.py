"""The same databases through SQLAlchemy and through our own drivers, compared fact by fact.

Left out is what SQLAlchemy does not tell: partitions, shadow tables, how a default is printed.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from metadata_assets.catalog.invariants import violations
from metadata_assets.catalog.model import Catalog
from metadata_assets.schema.types import canonical_type
from metadata_assets.sources.registry import open_source
from metadata_assets_tests.realdata import REALDATA, needs_realdata
from metadata_assets_tests.servers import PostgresServer
from metadata_assets_tests.sources.databases import duckdb_file, sqlite_file
from metadata_assets_tests.sources.mysql_servers import MySQLServer
from metadata_assets_tests.sources.postgres_servers import PostgresDatabase
from metadata_assets_tests.sources.reading import differences, listed, read

pytestmark = pytest.mark.filterwarnings("ignore:Did not recognize type")

POSTGRES = ("osm_2025_12", "icinga_v1_4_0", "pagila_2017", "sqlc_datatypes")
MARIADB = ("my_sakila", "my_icinga_v1_4_0", "my_dbz_mysql_test_create", "my_dbz_regression_test")
SQLITE = ("roundcube_head_2026-08", "northwind_create", "datasette_fixtures", "tbls_sqlite")
KEYS = ("primary_key", "unique", "foreign_key")


def through_sqlalchemy(url: str, **config: Any) -> Catalog:
    config = {"url": url, **config}
    catalog = open_source("test.source", "sqlalchemy", config, base=Path(), env={}).extract()
    assert violations(catalog) == []
    assert listed(catalog.unreadable, "object_name") == []
    return catalog


def case(name: str) -> dict[str, str]:
    with (REALDATA / "cases.tsv").open(encoding="utf-8") as lines:
        return next(row for row in csv.DictReader(lines, delimiter="\t") if row["id"] == name)


def facts(catalog: Catalog, dialect: str) -> dict[Any, Any]:
    """Names, canonical types, nullability, labels, comments and keys: one value a fact."""
    found: dict[Any, Any] = {}
    kinds: dict[str, str] = {}
    for table in catalog.tables.to_pylist():
        name = table["table_fqdn"]
        kinds[name] = "view" if "view" in table["object_type"] else "table"
        found[name] = (kinds[name], table["comment"])
    for column in catalog.columns.to_pylist():
        table, read_as = column["table_fqdn"], column["base_type"] or column["native_type"]
        found[table, column["column_name"]] = (
            column["ordinal"],
            canonical_type(read_as, dialect).sql().lower(),
            column["allowed_values"],
            # What a view's column may hold is told by MySQL's information_schema alone.
            column["nullable"] if kinds[table] == "table" or dialect != "mysql" else None,
            column["generated_expr"] is not None,
            column["comment"],
        )
    for key in catalog.constraints.to_pylist():
        if key["constraint_type"] in KEYS:
            columns = tuple(key["columns"])
            reference = key["referenced_table"], key["referenced_columns"]
            found[key["table_fqdn"], key["constraint_type"], columns] = reference
    return found


def assert_agreement(ours: Catalog, theirs: Catalog, dialect: str) -> None:
    differing = differences(facts(theirs, dialect), facts(ours, dialect))
    assert not differing, "\n".join(differing)


@needs_realdata
@pytest.mark.parametrize("name", POSTGRES)
def test_postgres_reads_alike(
    name: str,
    postgres: PostgresServer,
    require_extensions: Callable[[PostgresServer, Iterable[str]], None],
) -> None:
    row = case(name)
    require_extensions(postgres, filter(None, row["requires"].split(",")))
    database = PostgresDatabase(postgres.create_database())
    postgres.load(database.url, REALDATA / row["file"])

    assert_agreement(database.read(), through_sqlalchemy(database.url), "postgres")


@needs_realdata
@pytest.mark.parametrize("name", MARIADB)
def test_mariadb_reads_alike(name: str, mariadb: MySQLServer) -> None:
    database = mariadb.create_database(case(name)["db"])
    mariadb.load(database, REALDATA / case(name)["file"])

    assert_agreement(database.read(), through_sqlalchemy(database.url), "mysql")


@needs_realdata
@pytest.mark.parametrize("name", SQLITE)
def test_sqlite_reads_alike(name: str, tmp_path: Path) -> None:
    script = (REALDATA / "sqlite" / f"{name}.sql").read_text(encoding="utf-8")
    path = sqlite_file(tmp_path / "real.db", script)
    ours = read("sqlite", path)
    virtual = listed(ours.tables, "table_name", object_type="virtual_table")
    # SQLAlchemy takes the tables behind a virtual table for tables of their own.
    hidden = [pattern for name in virtual for pattern in (name, f"{name}_*")]

    assert_agreement(
        read("sqlite", path, exclude=hidden),
        through_sqlalchemy(f"sqlite:///{path}", exclude=hidden),
        "sqlite",
    )


@pytest.mark.filterwarnings("ignore:duckdb-engine doesn't yet support")
def test_duckdb_reads_alike_though_its_dialect_cannot_reflect_it(tmp_path: Path) -> None:
    pytest.importorskip("duckdb_engine", reason="duckdb-engine is not installed")
    path = duckdb_file(
        tmp_path / "shop.duckdb",
        """
        CREATE TABLE types (
          a HUGEINT NOT NULL, b DECIMAL(38, 10), c TIMESTAMP WITH TIME ZONE, d UUID[],
          e STRUCT(x INTEGER, "Y y" VARCHAR[]), f MAP(VARCHAR, INTEGER), g ENUM('a', 'it''s'),
          h UNION(n INTEGER, t VARCHAR), "odd ""name" TINYINT
        )
        """,
        "CREATE SCHEMA sales",
        "CREATE TABLE sales.types (a BIGINT)",
        "CREATE VIEW sales.v AS SELECT a AS b FROM types",
        "COMMENT ON TABLE types IS 'of every kind'",
    )
    ours = read("duckdb", path)
    config = {"url": f"duckdb:///{path}"}
    theirs = open_source("test.source", "sqlalchemy", config, base=Path(), env={}).extract()

    def columns(catalog: Catalog) -> list[Any]:
        names = [fqdn.split(".")[-2:] for fqdn in listed(catalog.columns, "table_fqdn")]
        names = [[part.strip('"') for part in name] for name in names]
        told = listed(catalog.columns, "ordinal", "column_name", "native_type", "nullable")
        return sorted(zip(names, told, strict=True))

    assert columns(theirs) == columns(ours)
    # Its dialect asks for catalogs of PostgreSQL that DuckDB lacks: keys are unknown, and said so.
    assert all("primary_key: " in reason for reason in listed(theirs.unreadable, "reason"))
    assert theirs.unreadable.num_rows == theirs.tables.num_rows == 3
