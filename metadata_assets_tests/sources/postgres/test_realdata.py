"""Real PostgreSQL schemas, compared with what their own pg_catalog says, fact by fact."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from metadata_assets.catalog.model import Catalog
from metadata_assets_tests.realdata import REALDATA, needs_realdata, truth
from metadata_assets_tests.servers import PostgresServer
from metadata_assets_tests.sources.postgres_servers import PostgresDatabase
from metadata_assets_tests.sources.reading import differences

pytestmark = needs_realdata

_KINDS = {
    "r": "table",
    "p": "partitioned_table",
    "v": "view",
    "m": "materialized_view",
    "f": "foreign_table",
}
_IDENTITIES = {"a": "always", "d": "by_default"}
_ACTIONS = {"r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}

_WRITTEN_FOR_15 = frozenset({"tbls_pg"})

Facts = dict[Any, Any]


def cases() -> list[dict[str, str]]:
    listing = REALDATA / "cases.tsv"
    if not listing.exists():
        return []
    with listing.open(encoding="utf-8") as lines:
        return [row for row in csv.DictReader(lines, delimiter="\t") if row["engine"] == "pg"]


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["id"])
def test_every_fact_of_a_real_schema_is_as_its_server_says(
    case: dict[str, str], any_postgres: PostgresServer, require_extensions: Callable[..., None]
) -> None:
    require_extensions(any_postgres, filter(None, case["requires"].split(",")))
    database = PostgresDatabase(any_postgres.create_database())
    if case["id"] in _WRITTEN_FOR_15 and any_postgres.major_version < 15:
        pytest.skip("its script has ON DELETE SET NULL (column), which came with PostgreSQL 15")
    any_postgres.load(database.url, REALDATA / case["file"])

    found = facts(database.read(include_extensions=True))

    assert not differences(found, expected_facts(truth(f"pg/{case['db']}.catalog.json")))


def facts(catalog: Catalog) -> Facts:
    """The catalog as one value a fact."""
    names = {
        row["table_fqdn"]: (row["schema_name"], row["table_name"])
        for row in catalog.tables.to_pylist()
    }
    found: Facts = {}
    for table in catalog.tables.to_pylist():
        name = names[table["table_fqdn"]]
        found[(*name, "kind")] = table["object_type"]
        found[(*name, "comment")] = table["comment"]
        found[(*name, "checks")] = 0
    for column in catalog.columns.to_pylist():
        found[(*names[column["table_fqdn"]], "column", column["column_name"])] = {
            name: column[name]
            for name in ("ordinal", "native_type", "nullable", "identity", "comment")
        } | {
            # Where the column itself has none, a domain's default stands for it.
            "default": column["generated_expr"] or column["default_expr"],
            "generated": column["generated_expr"] is not None,
        }
    for row in catalog.constraints.to_pylist():
        table, columns = names[row["table_fqdn"]], tuple(row["columns"] or ())
        if row["constraint_type"] == "check":
            found[(*table, "checks")] += 1
        elif row["constraint_type"] == "foreign_key":
            found[(*table, "foreign key", row["constraint_name"])] = (
                columns,
                names[row["referenced_table"]],
                tuple(row["referenced_columns"]),
                row["on_delete"],
            )
        elif row["constraint_type"] != "exclusion":
            found[(*table, row["constraint_type"], columns)] = True
    for row in catalog.types.to_pylist():
        found[row["schema_name"], row["type_name"], row["kind"]] = {
            "enum": row["labels"],
            "domain": (row["base_type"], row["nullable"]),
            "composite": row["attributes"],
            "range": row["base_type"],
        }[row["kind"]]
    return found


def expected_facts(catalog: dict[str, Any]) -> Facts:
    expected: Facts = {}
    for table in catalog["tables"]:
        if not table["is_partition"]:
            expected |= dict(_expected_of(table))
    for enum in catalog["enums"] or ():
        expected[enum["schema"], enum["name"], "enum"] = enum["labels"]
    for domain in catalog["domains"] or ():
        name = domain["schema"], domain["name"], "domain"
        expected[name] = (domain["base"], not domain["notnull"])
    for composite in catalog["composites"] or ():
        expected[composite["schema"], composite["name"], "composite"] = [
            f"{field['name']} {field['type']}" for field in composite["fields"]
        ]
    for span in catalog["ranges"] or ():
        expected[span["schema"], span["name"], "range"] = span["subtype"]
    return expected


def _expected_of(table: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    name = table["schema"], table["name"]
    yield (*name, "kind"), _KINDS[table["kind"]]
    yield (*name, "comment"), table["comment"]
    yield (*name, "checks"), table["n_checks"]
    for ordinal, column in enumerate(table["columns"] or (), start=1):
        yield (
            (*name, "column", column["name"]),
            {
                "ordinal": ordinal,
                "native_type": column["type"],
                "nullable": column["nullable"],
                "identity": _IDENTITIES.get(column["identity"]),
                "comment": column["comment"],
                "default": column["default"],
                "generated": column["generated"] is not None,
            },
        )
    for key in table["fks"] or ():
        yield (
            (*name, "foreign key", key["name"]),
            (
                tuple(key["cols"]),
                (key["ref_schema"], key["ref_table"]),
                tuple(key["ref_cols"]),
                _ACTIONS.get(key["on_delete"]),
            ),
        )
    if table["pk"]:
        yield (*name, "primary_key", tuple(table["pk"])), True
    for columns in table["uniques"] or ():
        yield (*name, "unique", tuple(columns)), True
