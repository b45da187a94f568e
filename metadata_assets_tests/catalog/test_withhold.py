from __future__ import annotations

from typing import Any

import pytest

from metadata_assets.catalog.annotations import annotate
from metadata_assets.catalog.model import Catalog
from metadata_assets.schema.build import build_schema
from metadata_assets.schema.ddl.statements import write_ddl
from metadata_assets_tests.catalog.building import catalog, values
from metadata_assets_tests.catalog.test_annotations import column, note, notes, table

PRIVATE = ("Annson", "1990", "auburn", "blonde")
"""Values that definitions of the flagged columns hold."""

TABLES = values(
    *("schema_name", "table_name", "object_type", "definition"),
    of=[
        ("crm", "people", "table", None),
        ("crm", "anns", "view", "SELECT id FROM people WHERE name = 'Annson' AND open = 'yes'"),
        ("crm", "open", "view", "SELECT id FROM people WHERE open = 'yes'"),
        ("crm", "grown", "view", "SELECT cast(born AS decimal(6,2)) b FROM people WHERE born<1990"),
    ],
)
COLUMNS = values(
    *("schema_name", "table_name", "ordinal", "column_name", "native_type", "nullable"),
    *("default_expr", "generated_expr"),
    of=[
        ("crm", "people", 1, "id", "int", False, None, None),
        ("crm", "people", 2, "name", "varchar(20)", True, "'Annson'", None),
        ("crm", "people", 3, "born", "int", True, "1990", None),
        ("crm", "people", 4, "hair", "enum('auburn','blonde')", True, "auburn", None),
        ("crm", "people", 5, "token", "varchar(36)", True, "uuid()", None),
        ("crm", "people", 6, "is_ann", "tinyint(1)", True, None, "name = 'Annson'"),
        ("crm", "people", 7, "open", "enum('yes','no')", True, "'yes'", None),
        ("crm", "anns", 1, "id", "int", True, None, None),
        ("crm", "open", 1, "id", "int", True, None, None),
    ],
)
CHECKS = values(
    *("schema_name", "table_name", "constraint_name", "constraint_type", "columns", "expression"),
    of=[
        ("crm", "people", "grown", "check", ["born"], "born < 1990"),
        ("crm", "people", "known", "check", ["open"], "open <> 'maybe'"),
    ],
)
INDEXES = values(
    *("schema_name", "table_name", "index_name", "columns", "is_unique", "predicate"),
    of=[("crm", "people", "anns", ["id", "name(10)"], False, "name = 'Annson'")],
)
FLAGGED = [note("crm.people", name, pii=True) for name in ("name", "born", "hair", "token")]


@pytest.fixture(scope="module")
def clean() -> Catalog:
    found = catalog(TABLES, COLUMNS, constraints=CHECKS, indexes=INDEXES)
    return annotate(found, notes(*FLAGGED)).catalog


def definition(clean: Catalog, name: str) -> tuple[Any, ...]:
    row = column(clean, "crm.people", name)
    return row["native_type"], row["default_expr"], row["generated_expr"]


def test_no_part_of_a_catalog_holds_a_value_of_a_flagged_column(clean: Catalog) -> None:
    for part, rows in clean.parts().items():
        assert not [value for value in PRIVATE if value in str(rows.to_pylist())], part.name


def test_what_is_no_value_stays(clean: Catalog) -> None:
    assert definition(clean, "name") == ("varchar(20)", "'…'", None)
    assert definition(clean, "born") == ("int", "'…'", None)
    assert definition(clean, "hair") == ("enum('…')", "'…'", None)
    assert definition(clean, "token") == ("varchar(36)", "uuid()", None)
    assert definition(clean, "is_ann") == ("tinyint(1)", None, "name = '…'")
    assert definition(clean, "open") == ("enum('yes','no')", "'yes'", None)
    assert clean.constraints["expression"].to_pylist() == ["born < '…'", "open <> 'maybe'"]
    assert table(clean, "anns")["definition"].endswith("WHERE name = '…' AND open = '…'")
    assert table(clean, "open")["definition"].endswith("WHERE open = 'yes'")
    grown = "SELECT cast(born AS decimal(6,2)) b FROM people WHERE born<'…'"
    assert table(clean, "grown")["definition"] == grown, "a query that can still be parsed"
    assert clean.indexes["columns"].to_pylist() == [["id", "name(10)"]]


def test_what_is_computed_of_a_flagged_column_is_flagged_too(clean: Catalog) -> None:
    assert [column(clean, "crm.people", name)["pii"] for name in ("is_ann", "open")] == [True, None]
    said = notes(*FLAGGED, note("crm.people", "is_ann", pii=False))
    found = annotate(catalog(TABLES, COLUMNS, constraints=CHECKS, indexes=INDEXES), said).catalog
    assert column(found, "crm.people", "is_ann")["pii"] is False


def test_a_table_is_hashed_as_it_is_stored(clean: Catalog) -> None:
    other = COLUMNS.replace("Annson", "Annsdottir")
    found = catalog(TABLES, other, constraints=CHECKS, indexes=INDEXES)
    assert annotate(found, notes(*FLAGGED)).catalog.tables == clean.tables


def test_a_flagged_enum_still_has_a_canonical_type(clean: Catalog) -> None:
    built = build_schema(clean, "mysql").rows_of("crm.people").to_pylist()
    types = {row["column_name"]: row["sqlglot_type"] for row in built}
    assert (types["hair"], types["token"]) == ("ENUM('…')", "VARCHAR(36)")


def test_ddl_leaves_out_what_is_withheld_and_says_so(clean: Catalog) -> None:
    ddl = write_ddl(clean, "mysql")
    assert {one.partition(" ")[0] for one in ddl.omitted} >= {
        "crm.people.name",
        "crm.people.born",
        "crm.people.is_ann",
        "crm.people.grown",
        "crm.people.anns",
    }
    assert "DEFAULT 'yes'" in ddl.script()
