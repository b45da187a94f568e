"""Real MySQL schemas on MariaDB, compared with its own information_schema, fact by fact."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

import pytest

from metadata_assets.catalog.model import Catalog
from metadata_assets_tests.realdata import REALDATA, needs_realdata, truth
from metadata_assets_tests.sources.mysql_servers import MySQLServer
from metadata_assets_tests.sources.reading import differences

pytestmark = needs_realdata

Facts = dict[Any, Any]


def cases() -> list[dict[str, str]]:
    listing = REALDATA / "cases.tsv"
    if not listing.exists():
        return []
    with listing.open(encoding="utf-8") as lines:
        return [row for row in csv.DictReader(lines, delimiter="\t") if row["engine"] == "mysql"]


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["id"])
def test_every_fact_of_a_real_schema_is_as_its_server_says(
    case: dict[str, str], mariadb: MySQLServer
) -> None:
    database = mariadb.create_database(case["db"])
    mariadb.load(database, REALDATA / case["file"])

    found = facts(database.read())

    assert not differences(found, dict(expected(truth(f"mysql/{case['db']}.catalog.json"))))


def facts(catalog: Catalog) -> Facts:
    """The catalog as one value a fact."""
    found: Facts = {}
    names = {}
    for table in catalog.tables.to_pylist():
        name = names[table["table_fqdn"]] = (table["schema_name"], table["table_name"])
        found[(*name, "kind")] = table["object_type"]
        found[(*name, "comment")] = table["comment"]
        found[(*name, "json")] = []
    for column in catalog.columns.to_pylist():
        name = names[column["table_fqdn"]]
        if column["native_type"] == "json":
            found[(*name, "json")].append(column["column_name"])
        found[(*name, "column", column["column_name"])] = {
            "ordinal": column["ordinal"],
            "type": column["base_type"] or column["native_type"],
            "nullable": column["nullable"],
            "default": column["default_expr"],
            "generated": column["generated_expr"],
            "comment": column["comment"],
            "auto_increment": column["identity"] == "auto_increment",
            "on_update": "on_update" in (column["properties"] or ""),
        }
    for row in catalog.constraints.to_pylist():
        name, columns = names[row["table_fqdn"]], tuple(row["columns"] or ())
        if row["constraint_type"] == "foreign_key":
            key = row["constraint_name"], columns, row["referenced_table"]
            found[(*name, "foreign key", *key)] = tuple(row["referenced_columns"])
        elif row["constraint_type"] != "check":
            found[(*name, row["constraint_type"], columns)] = True
    for row in catalog.indexes.to_pylist():
        if row["is_unique"]:
            columns = tuple(column.split("(")[0] for column in row["columns"])
            found[(*names[row["table_fqdn"]], "unique", columns)] = True
    return found


def expected(catalog: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    for table in catalog["tables"]:
        name = table["schema"], table["name"]
        kind = {"BASE TABLE": "table", "VIEW": "view"}[table["kind"]]
        yield (*name, "kind"), "partitioned_table" if table["partitioned"] else kind
        yield (*name, "comment"), table["comment"]
        yield (*name, "json"), table["json_valid_checks"]
        for column in table["columns"]:
            extra = column["extra"] or ""
            # Told of a view's column is the default of the column it selects.
            has_default = kind == "table" and column["default"] != "NULL"
            yield (
                (*name, "column", column["name"]),
                {
                    "ordinal": column["pos"],
                    "type": column["type"],
                    "nullable": column["nullable"],
                    "default": column["default"] if has_default else None,
                    "generated": column["generated"],
                    "comment": column["comment"],
                    "auto_increment": "auto_increment" in extra,
                    "on_update": "on update" in extra,
                },
            )
        for key in table["fks"]:
            reference = f"{key['ref_schema']}.{key['ref_table']}"
            yield (
                (*name, "foreign key", key["name"], tuple(key["cols"]), reference),
                tuple(key["ref_cols"]),
            )
        if table["pk"]:
            yield (*name, "primary_key", tuple(table["pk"])), True
        for columns in table["uniques"]:
            yield (*name, "unique", tuple(columns)), True
