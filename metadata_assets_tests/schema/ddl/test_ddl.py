from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from metadata_assets.catalog.model import Catalog
from metadata_assets.errors import ConfigurationError, PermanentError
from metadata_assets.schema.ddl import create_empty_tables, write_ddl
from metadata_assets_tests.realdata import REALDATA, needs_realdata
from metadata_assets_tests.schema.catalogs import (
    catalog,
    column,
    foreign_key,
    index,
    primary_key,
    table,
)
from metadata_assets_tests.schema.ddl.facts import unlike
from metadata_assets_tests.servers import PostgresServer
from metadata_assets_tests.sources.databases import sqlite_file
from metadata_assets_tests.sources.postgres_servers import PostgresDatabase
from metadata_assets_tests.sources.reading import listed, read

SHOP = catalog(
    table(
        "orders",
        column("id", "bigint", nullable=False, identity="always"),
        column("customer", "integer", comment="who's it for"),
        column("Total", "numeric(12,2)", default_expr="0"),
        column("placed_at", "timestamp with time zone", default_expr="now()"),
        comment="What was ordered",
        constraints=[
            primary_key("id", name="orders_pkey"),
            foreign_key("customer", "customers", constraint_name="orders_customer_fkey"),
            {"constraint_type": "check", "columns": ["Total"], "expression": '("Total" >= 0)'},
        ],
        indexes=[index("orders_customer_idx", "customer", method="btree")],
    ),
    table(
        "customers",
        column("id", "integer", nullable=False),
        column("order", "text"),
        column("tags", "text[]"),
        column("favourite", "bigint"),
        constraints=[primary_key("id"), foreign_key("favourite", "orders")],
    ),
)
"""Two tables that reference each other, with a reserved word and a capital among the names."""


def test_a_table_is_written_as_a_person_would() -> None:
    ddl = write_ddl(SHOP, "postgres")
    orders = next(one.sql for one in ddl.statements if "TABLE public.orders" in one.sql)
    assert orders == (
        "CREATE TABLE public.orders (\n"
        "  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,\n"
        "  customer integer,\n"
        '  "Total" numeric(12,2) DEFAULT 0,\n'
        "  placed_at timestamp with time zone DEFAULT now(),\n"
        "  CONSTRAINT orders_pkey PRIMARY KEY (id),\n"
        '  CHECK (("Total" >= 0))\n'
        ")"
    )
    assert ddl.statements[-4].sql == (
        "ALTER TABLE public.orders ADD CONSTRAINT orders_customer_fkey "
        "FOREIGN KEY (customer) REFERENCES public.customers (id)"
    )


def test_a_circle_of_keys_is_closed_when_both_tables_are_there(postgres: PostgresServer) -> None:
    database = PostgresDatabase(postgres.create_database())
    create_empty_tables(SHOP, "postgres", database.url)
    keys = listed(
        database.read().constraints, "table_fqdn", "columns", constraint_type="foreign_key"
    )
    assert keys == [("public.customers", ["favourite"]), ("public.orders", ["customer"])]


def test_comments_on_keys_and_indexes_are_written(postgres: PostgresServer) -> None:
    old = PostgresDatabase(postgres.create_database())
    old.execute(
        'CREATE SCHEMA s; CREATE TABLE s."A" (x int PRIMARY KEY, y int CHECK (y > 0));'
        'CREATE TABLE s.b (x int CONSTRAINT "Up" REFERENCES s."A"); CREATE INDEX "I" ON s."A" (y);'
        """COMMENT ON INDEX s."I" IS 'it''s'; COMMENT ON CONSTRAINT "Up" ON s.b IS E'a\\nb';"""
        """COMMENT ON CONSTRAINT "A_y_check" ON s."A" IS '\\'"""
    )
    catalog = old.read()
    new = PostgresDatabase(postgres.create_database())

    create_empty_tables(catalog, "postgres", new.url)

    assert listed(catalog.constraints, "properties", constraint_name="Up") == [
        r'{"comment":"a\nb"}'
    ]
    assert unlike(new.read(), catalog) == []
    without_parent = write_ddl(catalog, "postgres", tables=["s.b"])
    assert not any("COMMENT" in one.sql for one in without_parent.statements)
    elsewhere = write_ddl(catalog, "postgres", to="duckdb")
    assert not any("COMMENT" in one.sql for one in elsewhere.statements)


def test_what_duckdb_cannot_say_is_left_out_and_told(tmp_path: Path) -> None:
    made = create_empty_tables(SHOP, "postgres", f"duckdb:///{tmp_path / 'copy.duckdb'}")
    assert made.omitted == ("public.orders.orders_customer_fkey closes a circle of keys",)
    copy = read("duckdb", tmp_path / "copy.duckdb")
    assert listed(copy.columns, "native_type", table_fqdn="public.orders") == [
        *("BIGINT", "INTEGER", "DECIMAL(12,2)", "TIMESTAMP WITH TIME ZONE")
    ]
    assert listed(copy.tables, "comment", table_fqdn="public.orders") == ["What was ordered"]


def test_sqlite_takes_keys_in_a_circle_and_same_named_tables_apart(tmp_path: Path) -> None:
    two = catalog(
        table("t", column("id"), constraints=[primary_key("id")]),
        table("t", column("id"), schema="old"),
    )
    create_empty_tables(two, "postgres", f"sqlite:///{tmp_path / 'two.sqlite'}")
    assert listed(read("sqlite", tmp_path / "two.sqlite").tables, "table_name") == [
        *("old_t", "public_t")
    ]
    create_empty_tables(SHOP, "postgres", f"sqlite:///{tmp_path / 'shop.sqlite'}")
    keys = listed(
        read("sqlite", tmp_path / "shop.sqlite").constraints,
        "referenced_table",
        constraint_type="foreign_key",
    )
    assert keys == ["main.orders", "main.customers"]


def test_a_copy_in_sqlite_lets_the_same_keys_wait(tmp_path: Path) -> None:
    sqlite_file(
        tmp_path / "old.sqlite",
        """CREATE TABLE a (id INTEGER PRIMARY KEY, b INT REFERENCES b MATCH FULL ON DELETE CASCADE
             DEFERRABLE INITIALLY DEFERRED);
           CREATE TABLE b (id INTEGER PRIMARY KEY, a INT REFERENCES a);""",
    )
    old = read("sqlite", tmp_path / "old.sqlite")
    create_empty_tables(old, "sqlite", f"sqlite:///{tmp_path / 'copy.sqlite'}")
    assert unlike(read("sqlite", tmp_path / "copy.sqlite"), old) == []


def test_only_the_chosen_tables_are_written() -> None:
    ddl = write_ddl(SHOP, "postgres", tables=["public.cust*"])
    assert {one.name for one in ddl.statements} == {"customers"}
    assert ddl.omitted == ("public.customers.foreign_key cannot be said here",)


def test_what_is_there_is_passed_over_when_asked_to(tmp_path: Path) -> None:
    target = f"sqlite:///{tmp_path / 'shop.sqlite'}"
    create_empty_tables(SHOP, "postgres", target, tables=["customers"])
    made = create_empty_tables(SHOP, "postgres", target, if_not_exists=True)
    assert {one.name for one in made.statements if one.kind == "table"} == {"orders"}


@pytest.mark.parametrize("engine", ["duckdb", "sqlite"])
def test_all_tables_are_created_or_none(engine: str, tmp_path: Path) -> None:
    file = tmp_path / "copy"
    if engine == "sqlite":
        sqlite_file(file, "CREATE TABLE orders (id)")
    else:
        with closing(duckdb.connect(str(file))) as connection:
            connection.execute("CREATE SCHEMA public; CREATE TABLE public.orders (id INTEGER)")
    with pytest.raises(PermanentError, match=r"refused it.*--if-not-exists"):
        create_empty_tables(SHOP, "postgres", f"{engine}:///{file}")
    assert listed(read(engine, file).tables, "table_name") == ["orders"]


def test_a_target_of_another_kind_is_refused_by_name() -> None:
    with pytest.raises(ConfigurationError, match="tables cannot be created in `oracle`"):
        create_empty_tables(SHOP, "postgres", "oracle://host/x")


def test_a_target_that_cannot_be_opened_tells_no_password() -> None:
    with pytest.raises(PermanentError) as refused:
        create_empty_tables(SHOP, "postgres", "postgresql://me:secret@localhost:1/x")
    assert "secret" not in str(refused.value)


def test_views_come_after_what_they_are_made_of(tmp_path: Path) -> None:
    script = (
        "CREATE TABLE t (a INTEGER); CREATE VIEW z AS SELECT a FROM t;"
        "CREATE VIEW b AS SELECT a FROM z; CREATE VIEW c AS SELECT b.a FROM b JOIN z ON b.a = z.a"
    )
    chained = read("sqlite", sqlite_file(tmp_path / "views.sqlite", script))
    order = [one.name for one in write_ddl(chained, "sqlite").statements if one.kind == "view"]
    assert order == ["z", "b", "c"]


def real(name: str, folder: Path) -> Catalog:
    text = (REALDATA / "sqlite" / name).read_text(encoding="utf-8")
    return read("sqlite", sqlite_file(folder / "real.sqlite", text))


@needs_realdata
@pytest.mark.parametrize("name", ["datasette_fixtures.sql", "tbls_sqlite.sql"])
def test_real_tables_are_made_in_other_engines(
    name: str, tmp_path: Path, postgres: PostgresServer
) -> None:
    catalog_ = real(name, tmp_path)
    tables = sum(1 for kind in listed(catalog_.tables, "object_type") if kind != "view")
    create_empty_tables(catalog_, "sqlite", f"duckdb:///{tmp_path / 'copy.duckdb'}")
    assert read("duckdb", tmp_path / "copy.duckdb").tables.num_rows == tables
    database = PostgresDatabase(postgres.create_database())
    create_empty_tables(catalog_, "sqlite", database.url)
    assert database.read().tables.num_rows == tables


def test_the_script_runs_as_it_is() -> None:
    ddl = write_ddl(SHOP, "postgres", to="sqlite")
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(ddl.script())
