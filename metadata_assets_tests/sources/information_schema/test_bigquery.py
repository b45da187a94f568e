"""BigQuery is not here: its queries run on relations in DuckDB with rows as its manual has them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from metadata_assets.catalog.invariants import violations
from metadata_assets.catalog.model import Catalog
from metadata_assets.errors import ConfigurationError, SourceRefused
from metadata_assets.schema.types import canonical_type
from metadata_assets.sources.information_schema import bigquery
from metadata_assets.sources.information_schema.warehouse import catalog_of, fingerprint_of
from metadata_assets.sources.registry import open_source
from metadata_assets_tests.sources.documented import Documented, Rows
from metadata_assets_tests.sources.reading import listed, only

ORDERS = {"table_catalog": "shop", "table_schema": "sales", "table_name": "orders"}
CUSTOMERS = {"table_catalog": "shop", "table_schema": "crm", "table_name": "customers"}
COLUMN = {
    "is_nullable": "YES",
    "is_generated": "NEVER",
    "is_hidden": "NO",
    "is_partitioning_column": "NO",
    "collation_name": "NULL",
    "column_default": "NULL",
    "generation_expression": None,
}
KEY = {"constraint_catalog": "shop", "constraint_schema": "sales"}
RELATIONS: dict[str, list[dict[str, object]]] = {
    "tables": [
        ORDERS | {"table_type": "BASE TABLE", "ddl": "CREATE TABLE `shop.sales.orders` (id INT64)"},
        CUSTOMERS
        | {"table_type": "BASE TABLE", "ddl": "CREATE TABLE `shop.crm.customers` (id INT64)"},
        ORDERS
        | {"table_name": "totals", "table_type": "MATERIALIZED VIEW"}
        | {"ddl": "CREATE MATERIALIZED VIEW `shop.sales.totals`\nAS SELECT 1 AS one;"},
        ORDERS
        | {"table_name": "daily", "table_type": "VIEW"}
        | {"ddl": "CREATE VIEW `shop.sales.daily`\nOPTIONS(description='AS')\nAS SELECT 2 AS two"},
        ORDERS | {"table_name": "locked", "table_type": "EXTERNAL", "ddl": None},
    ],
    "views": [
        ORDERS | {"table_name": "daily", "view_definition": "SELECT 2 AS two"},
    ],
    "columns": [
        ORDERS
        | COLUMN
        | {"column_name": "id", "ordinal_position": 1, "data_type": "INT64"}
        | {"is_nullable": "NO", "clustering_ordinal_position": 2},
        ORDERS
        | COLUMN
        | {"column_name": "region", "ordinal_position": 2}
        | {"data_type": "STRING(20)", "clustering_ordinal_position": 1, "column_default": "'EU'"},
        ORDERS
        | COLUMN
        | {"column_name": "sent", "ordinal_position": 3, "data_type": "TIMESTAMP"}
        | {"is_partitioning_column": "YES"},
        ORDERS
        | COLUMN
        | {"column_name": "lines", "ordinal_position": 4}
        | {"data_type": "ARRAY<STRUCT<sku STRING, price NUMERIC(10, 2)>>"},
        ORDERS
        | COLUMN
        | {"column_name": "_PARTITIONTIME", "is_hidden": "YES", "data_type": "TIMESTAMP"},
        CUSTOMERS | COLUMN | {"column_name": "id", "ordinal_position": 1, "data_type": "INT64"},
        CUSTOMERS
        | COLUMN
        | {"column_name": "region", "ordinal_position": 2, "data_type": "STRING"},
        ORDERS
        | COLUMN
        | {"table_name": "totals", "column_name": "one"}
        | {"ordinal_position": 1, "data_type": "INT64"},
        ORDERS
        | COLUMN
        | {"table_name": "daily", "column_name": "two"}
        | {"ordinal_position": 1, "data_type": "INT64"},
    ],
    "column_field_paths": [
        ORDERS | {"column_name": "id", "field_path": "id", "description": "of the order"},
        ORDERS | {"column_name": "lines", "field_path": "lines", "description": "what was bought"},
        ORDERS | {"column_name": "lines", "field_path": "lines.sku", "description": "the article"},
        ORDERS | {"column_name": "sent", "field_path": "sent", "description": None},
    ],
    "table_options": [
        ORDERS | {"option_name": "description", "option_value": '"orders, \\"paid\\" ones"'},
        ORDERS | {"option_name": "require_partition_filter", "option_value": "true"},
        ORDERS | {"option_name": "labels", "option_value": "[]"},
    ],
    "key_column_usage": [
        KEY
        | ORDERS
        | {"constraint_name": "orders.pk$", "column_name": "id", "ordinal_position": 1},
        KEY
        | CUSTOMERS
        | {"constraint_schema": "crm", "constraint_name": "customers.pk$"}
        | {"column_name": "region", "ordinal_position": 1},
        KEY
        | CUSTOMERS
        | {"constraint_schema": "crm", "constraint_name": "customers.pk$"}
        | {"column_name": "id", "ordinal_position": 2},
        KEY
        | ORDERS
        | {"constraint_name": "orders.buyer", "column_name": "id"}
        | {"ordinal_position": 1, "position_in_unique_constraint": 2},
        KEY
        | ORDERS
        | {"constraint_name": "orders.buyer", "column_name": "region"}
        | {"ordinal_position": 2, "position_in_unique_constraint": 1},
    ],
    "constraint_column_usage": [
        KEY | ORDERS | {"constraint_name": "orders.pk$", "column_name": "id"},
        KEY | CUSTOMERS | {"constraint_name": "orders.buyer", "column_name": "id"},
        KEY | CUSTOMERS | {"constraint_name": "orders.buyer", "column_name": "region"},
        KEY
        | CUSTOMERS
        | {"constraint_schema": "crm", "constraint_name": "customers.pk$"}
        | {"column_name": "id"},
    ],
}


class BigQuery(Documented):
    """Its views of keys show those of the dataset in their name."""

    def __init__(self, **relations: Rows) -> None:
        super().__init__("bigquery", **relations)

    def execute(self, operation: str, /) -> object:
        super().execute(operation)
        columns = [column[0] for column in self.description]
        (dataset,) = re.findall(r"`([^`]+)`\.INFORMATION_SCHEMA", operation)
        if "constraint_schema" in columns:
            place = columns.index("constraint_schema")
            self.found = [row for row in self.found if row[place] == dataset]
        return self


def config(**fields: Any) -> bigquery.BigQueryConfig:
    given = {"project": "shop", "location": "EU", **fields}
    return bigquery.BigQueryConfig.model_validate(given)


def catalog(**fields: Any) -> Catalog:
    answers = bigquery.read(BigQuery(**RELATIONS), config(**fields))
    found = catalog_of("bigquery", answers, bigquery.WANTED, config(**fields))
    assert violations(found) == []
    return found


def test_tables_tell_their_kind_description_and_layout() -> None:
    tables = catalog().tables
    orders = only(tables, table_fqdn="sales.orders")
    assert (orders["object_type"], orders["comment"]) == (
        "partitioned_table",
        'orders, "paid" ones',
    )
    assert json.loads(orders["properties"]) == {
        "clustering_key": "region, id",
        "partition_key": "sent",
        "require_partition_filter": True,
    }
    assert listed(tables, "table_name", "object_type", "definition", schema_name="sales") == [
        ("daily", "view", "SELECT 2 AS two"),
        ("locked", "external_table", None),
        ("orders", "partitioned_table", None),
        ("totals", "materialized_view", "SELECT 1 AS one"),
    ]


def test_columns_keep_their_nested_types_and_the_descriptions_of_fields() -> None:
    columns = catalog().columns
    orders = listed(columns, "column_name", "native_type", table_fqdn="sales.orders")
    assert orders == [
        ("id", "INT64"),
        ("region", "STRING(20)"),
        ("sent", "TIMESTAMP"),
        ("lines", "ARRAY<STRUCT<sku STRING, price NUMERIC(10, 2)>>"),
    ]
    written = canonical_type(orders[-1][1], "bigquery").sql("bigquery")
    assert written == "ARRAY<STRUCT<sku STRING, price NUMERIC(10, 2)>>"
    lines = only(columns, column_name="lines")
    assert lines["comment"] == "what was bought"
    assert json.loads(lines["properties"]) == {"fields": {"lines.sku": "the article"}}
    region = only(columns, table_fqdn="sales.orders", column_name="region")
    assert (region["default_expr"], region["collation"]) == ("'EU'", None)


def test_a_foreign_key_pairs_its_columns_with_those_of_the_key_it_refers_to() -> None:
    keys = listed(
        *(catalog().constraints, "table_fqdn", "constraint_type", "columns"),
        *("referenced_table", "referenced_columns"),
    )
    assert keys == [
        ("crm.customers", "primary_key", ["region", "id"], None, None),
        ("sales.orders", "foreign_key", ["id", "region"], "crm.customers", ["id", "region"]),
        ("sales.orders", "primary_key", ["id"], None, None),
    ]


def test_a_foreign_key_into_a_dataset_that_is_not_read_is_kept() -> None:
    keys = catalog(datasets=["sales"]).constraints
    assert ("foreign_key", "crm.customers", None) in listed(
        keys, "constraint_type", "referenced_table", "referenced_columns"
    )


def test_what_shows_no_columns_is_told() -> None:
    assert listed(catalog().unreadable, "object_name", "reason") == [
        ("sales.locked", "the account may not see its columns")
    ]


def test_only_the_datasets_asked_for_are_read() -> None:
    assert listed(catalog(datasets=["crm"]).tables, "table_fqdn") == ["crm.customers"]


def test_views_are_asked_by_location_and_keys_by_dataset() -> None:
    cursor = BigQuery(**RELATIONS)
    bigquery.read(cursor, config())
    places = [statement.split("FROM ")[1].split()[0] for statement in cursor.asked]
    assert places[0] == "`shop`.`region-eu`.INFORMATION_SCHEMA.TABLES"
    assert places[-1] == "`shop`.`sales`.INFORMATION_SCHEMA.CONSTRAINT_COLUMN_USAGE"


def test_the_fingerprint_changes_with_a_description() -> None:
    def fingerprint(relations: dict[str, list[dict[str, object]]]) -> str:
        answers = bigquery.read(BigQuery(**relations), config())
        return fingerprint_of(answers, bigquery.WANTED, ())

    edited = [RELATIONS["table_options"][0] | {"option_value": '"of all kinds"'}]
    assert fingerprint(RELATIONS) == fingerprint(RELATIONS)
    assert fingerprint(RELATIONS) != fingerprint(RELATIONS | {"table_options": edited})


def test_without_its_connector_it_says_what_to_install() -> None:
    opened = open_source("test.source", "bigquery", {"project": "shop"}, base=Path(), env={})
    with pytest.raises(SourceRefused, match=r"pip install 'metadata-assets\[bigquery\]'"):
        opened.extract()


def test_a_literal_key_is_refused() -> None:
    given = {"project": "shop", "credentials_json": '{"private_key": "hunter2"}'}
    with pytest.raises(ConfigurationError, match="a literal secret is refused") as failed:
        open_source("test.source", "bigquery", given, base=Path(), env={})
    assert "hunter2" not in str(failed.value)
