"""Databricks is not here: its queries run on relations in DuckDB, rows as its manual has them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from metadata_assets.catalog.invariants import violations
from metadata_assets.catalog.model import Catalog
from metadata_assets.errors import ConfigurationError, SourceRefused
from metadata_assets.schema.types import canonical_type
from metadata_assets.sources.information_schema import databricks
from metadata_assets.sources.information_schema.warehouse import catalog_of, fingerprint_of
from metadata_assets.sources.registry import open_source
from metadata_assets_tests.sources.documented import Documented
from metadata_assets_tests.sources.reading import listed, only

CONFIG = {
    "server_hostname": "adb-1.azuredatabricks.net",
    "http_path": "/sql/1.0",
    "catalog": "shop",
}
ORDERS = {"table_catalog": "shop", "table_schema": "sales", "table_name": "orders"}
BUYERS = {"table_catalog": "shop", "table_schema": "crm", "table_name": "buyers"}
COLUMN = {"is_nullable": "YES", "is_generated": "NO", "is_identity": "NO", "comment": None}
KEY = {"constraint_catalog": "shop", "constraint_schema": "sales"}
PARENT = {"constraint_catalog": "shop", "constraint_schema": "crm", "constraint_name": "buyers_pk"}
REFERENCE = {
    "unique_constraint_catalog": "shop",
    "unique_constraint_schema": "crm",
    "unique_constraint_name": "buyers_pk",
    "update_rule": "NO ACTION",
    "delete_rule": "NO ACTION",
}
RELATIONS: dict[str, list[dict[str, object]]] = {
    "tables": [
        ORDERS
        | {"table_type": "MANAGED", "table_owner": "ops", "comment": "one row an order"}
        | {"data_source_format": "DELTA"},
        BUYERS | {"table_type": "EXTERNAL", "data_source_format": "PARQUET"},
        ORDERS | {"table_name": "daily", "table_type": "VIEW"},
        ORDERS | {"table_name": "hidden", "table_type": "VIEW"},
        ORDERS | {"table_name": "live", "table_type": "STREAMING_TABLE"},
        ORDERS | {"table_name": "sums", "table_type": "MATERIALIZED_VIEW"},
        {"table_schema": "information_schema", "table_name": "tables", "table_type": "VIEW"},
    ],
    "columns": [
        ORDERS
        | COLUMN
        | {"column_name": "id", "ordinal_position": 0, "full_data_type": "bigint"}
        | {"is_nullable": "NO", "comment": "of the order"},
        ORDERS
        | COLUMN
        | {"column_name": "price", "ordinal_position": 1}
        | {"full_data_type": "decimal(10,2)", "column_default": "0.0"},
        ORDERS
        | COLUMN
        | {"column_name": "day", "ordinal_position": 2, "full_data_type": "date"}
        | {"partition_ordinal_position": 1},
        ORDERS
        | COLUMN
        | {"column_name": "lines", "ordinal_position": 3}
        | {"full_data_type": "array<struct<sku:string,at:timestamp_ntz>>"},
        BUYERS
        | COLUMN
        | {"column_name": "region", "ordinal_position": 0, "full_data_type": "string"},
        BUYERS | COLUMN | {"column_name": "id", "ordinal_position": 1, "full_data_type": "bigint"},
    ],
    "views": [
        ORDERS | {"table_name": "daily", "view_definition": "SELECT 1 AS one"},
        ORDERS | {"table_name": "hidden", "view_definition": None},
    ],
    "table_constraints": [
        KEY | ORDERS | {"constraint_name": "orders_pk", "constraint_type": "PRIMARY KEY"},
        KEY | ORDERS | {"constraint_name": "orders_buyer", "constraint_type": "FOREIGN KEY"},
        KEY | ORDERS | {"constraint_name": "orders_far", "constraint_type": "FOREIGN KEY"},
        KEY | ORDERS | {"constraint_name": "paid", "constraint_type": "CHECK"},
        BUYERS | PARENT | {"constraint_type": "PRIMARY KEY"},
    ],
    "referential_constraints": [
        KEY | REFERENCE | {"constraint_name": "orders_buyer"},
        KEY | REFERENCE | {"constraint_name": "orders_far", "unique_constraint_catalog": "other"},
    ],
    "check_constraints": [KEY | {"constraint_name": "paid", "check_clause": "price > 0"}],
    "key_column_usage": [
        KEY | ORDERS | {"constraint_name": "orders_pk", "column_name": "id", "ordinal_position": 1},
        BUYERS | PARENT | {"column_name": "region", "ordinal_position": 1},
        BUYERS | PARENT | {"column_name": "id", "ordinal_position": 2},
        KEY
        | ORDERS
        | {"constraint_name": "orders_buyer", "column_name": "id"}
        | {"ordinal_position": 1, "position_in_unique_constraint": 2},
        KEY
        | ORDERS
        | {"constraint_name": "orders_buyer", "column_name": "day"}
        | {"ordinal_position": 2, "position_in_unique_constraint": 1},
        KEY
        | ORDERS
        | {"constraint_name": "orders_far", "column_name": "id"}
        | {"ordinal_position": 1, "position_in_unique_constraint": 1},
    ],
}


def config(**fields: Any) -> databricks.DatabricksConfig:
    return databricks.DatabricksConfig.model_validate(CONFIG | fields)


def catalog() -> Catalog:
    answers = databricks.read(Documented("databricks", **RELATIONS), config())
    found = catalog_of("databricks", answers, databricks.WANTED, config())
    assert violations(found) == []
    return found


def test_tables_tell_their_kind_and_views_their_query() -> None:
    tables = catalog().tables
    assert listed(tables, "table_fqdn", "object_type", "definition") == [
        ("crm.buyers", "external_table", None),
        ("sales.daily", "view", "SELECT 1 AS one"),
        ("sales.hidden", "view", None),
        ("sales.live", "table", None),
        ("sales.orders", "partitioned_table", None),
        ("sales.sums", "materialized_view", None),
    ]
    orders = only(tables, table_name="orders")
    assert (orders["comment"], orders["owner"]) == ("one row an order", "ops")
    assert json.loads(orders["properties"]) == {"format": "DELTA", "partition_key": "day"}


def test_types_are_the_whole_text() -> None:
    types = listed(catalog().columns, "native_type", table_fqdn="sales.orders")
    assert types[1:] == ["decimal(10,2)", "date", "array<struct<sku:string,at:timestamp_ntz>>"]
    assert canonical_type(types[-1], "databricks").sql("databricks") == (
        "ARRAY<STRUCT<sku: STRING, at: TIMESTAMP_NTZ>>"
    )


def test_keys_and_checks_are_read_and_a_key_into_another_catalog_is_told() -> None:
    found = catalog()
    keys = listed(
        *(found.constraints, "constraint_name", "constraint_type", "columns"),
        *("referenced_table", "referenced_columns", "expression"),
    )
    assert keys == [
        ("buyers_pk", "primary_key", ["region", "id"], None, None, None),
        ("paid", "check", None, None, None, "price > 0"),
        ("orders_buyer", "foreign_key", ["id", "day"], "crm.buyers", ["id", "region"], None),
        ("orders_pk", "primary_key", ["id"], None, None, None),
    ]
    assert listed(found.unreadable, "object_name", "reason") == [
        ("sales.hidden", "the user may not see its query"),
        ("sales.orders", "its foreign key orders_far refers to another catalog, other"),
    ]


def test_a_key_to_what_the_user_may_not_see_is_told() -> None:
    hidden = {"constraint_name": "orders_buyer", "unique_constraint_name": "secret_pk"}
    foreign = [KEY | REFERENCE | hidden]
    cursor = Documented("databricks", **RELATIONS | {"referential_constraints": foreign})
    answers = databricks.read(cursor, config())
    found = catalog_of("databricks", answers, databricks.WANTED, config())
    assert listed(found.constraints, "constraint_name", constraint_type="foreign_key") == []
    assert (
        "sales.orders",
        "its foreign key orders_buyer refers to a key that the user may not see",
    ) in listed(found.unreadable, "object_name", "reason")


def test_the_catalog_of_the_configuration_is_asked() -> None:
    cursor = Documented("databricks", **RELATIONS)
    databricks.read(cursor, config(catalog="my-shop"))
    assert all("`my-shop`.information_schema." in statement for statement in cursor.asked)


def test_the_fingerprint_changes_with_a_comment() -> None:
    def fingerprint(relations: dict[str, list[dict[str, object]]]) -> str:
        answers = databricks.read(Documented("databricks", **relations), config())
        return fingerprint_of(answers, databricks.WANTED, ())

    edited = [*RELATIONS["columns"][1:], RELATIONS["columns"][0] | {"comment": "the number"}]
    assert fingerprint(RELATIONS) == fingerprint(RELATIONS)
    assert fingerprint(RELATIONS) != fingerprint(RELATIONS | {"columns": edited})


def test_without_its_connector_it_says_what_to_install() -> None:
    opened = open_source("test.source", "databricks", CONFIG, base=Path(), env={})
    with pytest.raises(SourceRefused, match=r"pip install 'metadata-assets\[databricks\]'"):
        opened.extract()


def test_a_literal_secret_is_refused() -> None:
    for name in ("access_token", "client_secret"):
        with pytest.raises(ConfigurationError, match="a literal secret is refused"):
            open_source("t.s", "databricks", {**CONFIG, name: "hunter2"}, base=Path(), env={})
