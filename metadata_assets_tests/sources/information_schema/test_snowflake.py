from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlglot

from metadata_assets.catalog.invariants import violations
from metadata_assets.catalog.model import Catalog
from metadata_assets.errors import ConfigurationError, SourceRefused
from metadata_assets.schema.types import canonical_type
from metadata_assets.sources.driver import catalog_sql
from metadata_assets.sources.information_schema import snowflake
from metadata_assets.sources.information_schema.warehouse import catalog_of
from metadata_assets.sources.registry import open_source
from metadata_assets_tests.sources.reading import listed

FAKESNOW = os.environ.get("FAKESNOW_PATH")
PROJECT = Path(__file__).parents[3]
CONFIG = {"account": "org-shop", "user": "reader", "database": "SHOP"}


@pytest.fixture(scope="session")
def fakesnow() -> Callable[..., Any]:
    """What the driver reads of a database that statements made, in fakesnow's own environment."""
    if FAKESNOW is None:
        missing = (
            "FAKESNOW_PATH names no folder with fakesnow, which needs an older sqlglot: "
            "pip install --target DIR fakesnow 'snowflake-connector-python<5'"
        )
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)

    def read(*statements: str) -> Any:
        done = subprocess.run(
            [sys.executable, "-m", "metadata_assets_tests.sources.fakesnow_session"],
            input=json.dumps(statements),
            env={**os.environ, "PYTHONPATH": f"{FAKESNOW}{os.pathsep}{PROJECT}"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.splitlines()[-1])

    return read


def test_a_database_of_fakesnow_is_read(fakesnow: Callable[..., Any]) -> None:
    found = fakesnow(
        "CREATE SCHEMA sales",
        """
        CREATE TABLE shop.public.customers (
          id NUMBER(38,0) PRIMARY KEY, email VARCHAR(100) NOT NULL UNIQUE, born DATE,
          seen TIMESTAMP_TZ, "Mixed case" TEXT, price NUMBER(10,2) DEFAULT 1.5, raw VARIANT
        )
        """,
        "CREATE TABLE shop.sales.customers (a FLOAT, b BOOLEAN)",
        "COMMENT ON TABLE shop.public.customers IS 'who buys'",
        "CREATE VIEW shop.sales.mails AS SELECT email AS mail FROM shop.public.customers",
    )
    assert found["violations"] == []
    tables = {row["table_fqdn"]: row for row in found["catalog/tables"]}
    assert sorted(tables) == ["PUBLIC.CUSTOMERS", "SALES.CUSTOMERS", "SALES.MAILS"]
    assert tables["PUBLIC.CUSTOMERS"]["comment"] == "who buys"
    assert tables["SALES.MAILS"]["object_type"] == "view"
    columns = [row for row in found["catalog/columns"] if row["table_fqdn"] == "PUBLIC.CUSTOMERS"]
    assert [(row["column_name"], row["native_type"], row["nullable"]) for row in columns] == [
        ("ID", "NUMBER(38,0)", False),
        ("EMAIL", "VARCHAR(100)", False),
        ("BORN", "DATE", True),
        ("SEEN", "TIMESTAMP_TZ", True),
        ("Mixed case", "VARCHAR(16777216)", True),
        ("PRICE", "NUMBER(10,2)", True),
        ("RAW", "VARIANT", True),
    ]
    # Its SHOW tells of no unique keys, and shows every primary key as a garbled imported one.
    (key,) = found["catalog/constraints"]
    assert (key["constraint_type"], key["columns"]) == ("primary_key", ["ID"])
    before, after, again = found["fingerprints"]
    assert before != after == again


TABLES = {
    "table_catalog": "SHOP",
    "table_schema": "SALES",
    "table_owner": "SYSADMIN",
    "row_count": 3,
    "bytes": 1024,
    "comment": "",
    "is_transient": "NO",
}
COLUMNS = {
    "table_schema": "SALES",
    "table_name": "ORDERS",
    "column_default": None,
    "is_nullable": "YES",
    "character_maximum_length": None,
    "numeric_precision": None,
    "numeric_scale": None,
    "datetime_precision": None,
    "is_identity": "NO",
    "comment": None,
}
KEY = {"database_name": "SHOP", "schema_name": "SALES", "table_name": "ORDERS"}
IMPORTED = {
    "pk_database_name": "SHOP",
    "pk_schema_name": "PUBLIC",
    "pk_table_name": "CUSTOMERS",
    "fk_database_name": "SHOP",
    "fk_schema_name": "SALES",
    "fk_table_name": "ORDERS",
    "update_rule": "NO ACTION",
    "delete_rule": "CASCADE",
    "fk_name": "ORDERS_CUSTOMER",
}
ROWS: dict[str, list[dict[str, object]]] = {
    "tables": [
        {
            **TABLES,
            "table_name": "ORDERS",
            "table_type": "BASE TABLE",
            "clustering_key": "LINEAR(A)",
        },
        {**TABLES, "table_name": "TOTALS", "table_type": "MATERIALIZED VIEW"},
        {**TABLES, "table_name": "HIDDEN", "table_type": "VIEW"},
        {**TABLES, "table_name": "STAGED", "table_type": "EXTERNAL TABLE"},
    ],
    "columns": [
        COLUMNS
        | {"column_name": "ID", "data_type": "NUMBER", "ordinal_position": 1}
        | {"numeric_precision": 38, "numeric_scale": 0, "is_nullable": "NO", "is_identity": "YES"}
        | {"column_default": "IDENTITY START 1 INCREMENT 1 NOORDER"},
        COLUMNS
        | {"column_name": "LINE", "data_type": "NUMBER", "ordinal_position": 2}
        | {"numeric_precision": 9, "numeric_scale": 3, "column_default": "1"},
        COLUMNS
        | {"column_name": "AT", "data_type": "TIMESTAMP_LTZ", "ordinal_position": 3}
        | {"datetime_precision": 3, "comment": "when it was sent"},
        COLUMNS
        | {"column_name": "NOTE", "data_type": "TEXT", "ordinal_position": 4}
        | {"character_maximum_length": 40},
        COLUMNS | {"column_name": "TAGS", "data_type": "ARRAY", "ordinal_position": 5},
    ],
    "views": [
        {"table_schema": "SALES", "table_name": "TOTALS", "is_secure": "NO"}
        | {"view_definition": "create or replace materialized view TOTALS as select 1 as ONE;"},
        {"table_schema": "SALES", "table_name": "HIDDEN", "is_secure": "YES"}
        | {"view_definition": None},
    ],
    "primary_keys": [
        KEY | {"column_name": "LINE", "key_sequence": 2, "constraint_name": "SYS_CONSTRAINT_8a"},
        KEY | {"column_name": "ID", "key_sequence": 1, "constraint_name": "SYS_CONSTRAINT_8a"},
    ],
    "unique_keys": [
        KEY | {"column_name": "NOTE", "key_sequence": 1, "constraint_name": "ONE_NOTE"}
    ],
    "imported_keys": [
        IMPORTED | {"pk_column_name": "REGION", "fk_column_name": "LINE", "key_sequence": 1},
        IMPORTED | {"pk_column_name": "ID", "fk_column_name": "ID", "key_sequence": 2},
    ],
}
"""Rows as Snowflake's manual describes them."""


class Manual:
    """A cursor that finds the rows above."""

    def __init__(self, rows: dict[str, list[dict[str, object]]]) -> None:
        self.rows = rows
        self.asked: list[str] = []
        self.description: list[tuple[str]] = []
        self.found: list[tuple[object, ...]] = []

    def execute(self, statement: str) -> None:
        self.asked.append(statement)
        (name,) = (name for name in ROWS if statement_of(name) in statement.lower())
        columns = list(dict.fromkeys(column for row in self.rows[name] for column in row))
        self.description = [(column.upper(),) for column in columns]
        self.found = [tuple(row.get(column) for column in columns) for row in self.rows[name]]

    def fetchall(self) -> list[tuple[object, ...]]:
        return self.found


def statement_of(name: str) -> str:
    shown = f"show {name.replace('_', ' ')} in "
    return shown if name.endswith("keys") else f"information_schema.{name}"


def catalog(rows: dict[str, list[dict[str, object]]]) -> Catalog:
    config = snowflake.SnowflakeConfig.model_validate(CONFIG)
    answers = snowflake.read(Manual(rows))
    found = catalog_of("snowflake", answers, snowflake.WANTED, config)
    assert violations(found) == []
    return found


def test_types_keep_precision_length_and_time_zone() -> None:
    types = listed(catalog(ROWS).columns, "native_type")
    assert types == ["NUMBER(38,0)", "NUMBER(9,3)", "TIMESTAMP_LTZ(3)", "VARCHAR(40)", "ARRAY"]
    assert [canonical_type(native, "snowflake").sql() for native in types] == [
        "DECIMAL(38, 0)",
        "DECIMAL(9, 3)",
        "TIMESTAMPLTZ(3)",
        "VARCHAR(40)",
        "ARRAY",
    ]


def test_an_identity_is_no_default() -> None:
    columns = catalog(ROWS).columns
    assert listed(columns, "identity", "default_expr")[:2] == [("by_default", None), (None, "1")]


def test_keys_keep_the_order_of_their_columns() -> None:
    keys = {row["constraint_type"]: row for row in catalog(ROWS).constraints.to_pylist()}
    assert keys["primary_key"]["columns"] == ["ID", "LINE"]
    # Its name is Snowflake's, another one whenever the table is made again.
    assert keys["primary_key"]["constraint_name"] is None
    assert keys["unique"]["constraint_name"] == "ONE_NOTE"
    foreign = keys["foreign_key"]
    assert (foreign["columns"], foreign["referenced_columns"]) == (["LINE", "ID"], ["REGION", "ID"])
    assert (foreign["referenced_table"], foreign["on_delete"]) == ("PUBLIC.CUSTOMERS", "CASCADE")


def test_views_have_their_query_or_a_reason() -> None:
    found = catalog(ROWS)
    assert listed(found.tables, "table_name", "object_type", "definition") == [
        ("HIDDEN", "view", None),
        ("ORDERS", "table", None),
        ("STAGED", "external_table", None),
        ("TOTALS", "materialized_view", "select 1 as ONE"),
    ]
    assert listed(found.unreadable, "object_name", "reason") == [
        ("SALES.HIDDEN", "a secure view shows its query to its owner only")
    ]


def test_keys_of_a_schema_that_are_too_many_for_one_answer_are_asked_table_by_table() -> None:
    keys = ROWS["primary_keys"] * 5_000
    cursor = Manual(ROWS | {"primary_keys": keys})
    snowflake.read(cursor)
    asked = [statement for statement in cursor.asked if "PRIMARY KEYS" in statement]
    assert [statement.splitlines()[-1].split(" IN ")[1] for statement in asked] == [
        'SCHEMA "SALES"',
        *(f'TABLE "SALES"."{name}"' for name in ("ORDERS", "TOTALS", "HIDDEN", "STAGED")),
    ]


@pytest.mark.parametrize("name", ["tables", "columns", "views", *snowflake.KEYS])
def test_its_sql_is_snowflakes(name: str) -> None:
    text = catalog_sql("snowflake", name).format(place='SCHEMA "S"')
    (statement,) = sqlglot.parse(text, read="snowflake")
    assert isinstance(statement, sqlglot.exp.Select | sqlglot.exp.Show)


def test_without_its_connector_it_says_what_to_install() -> None:
    opened = open_source("test.source", "snowflake", CONFIG, base=Path(), env={})
    with pytest.raises(SourceRefused, match=r"pip install 'metadata-assets\[snowflake\]'"):
        opened.extract()


def test_a_literal_secret_is_refused() -> None:
    for name in ("password", "private_key_file_pwd", "token"):
        with pytest.raises(ConfigurationError, match="a literal secret is refused"):
            open_source("t.s", "snowflake", {**CONFIG, name: "hunter2"}, base=Path(), env={})
