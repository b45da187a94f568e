from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from metadata_assets.catalog.model import Catalog
from metadata_assets_tests.realdata import REALDATA, needs_realdata, truth
from metadata_assets_tests.sources.databases import sqlite_file
from metadata_assets_tests.sources.reading import differences, listed, read

REAL = (
    "Chinook_Sqlite",
    "datasette_fixtures",
    "northwind_create",
    "roundcube_1.0.0",
    "roundcube_1.3.0",
    "roundcube_1.6.0",
    "roundcube_head_2026-08",
    "roundcube_v0.5",
    "tbls_sqlite",
)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "shop.db"


def as_truth(catalog: Catalog) -> dict[str, Any]:
    """The catalog in the shape of the truth files, flattened to one value a fact."""
    facts: dict[str, Any] = {}
    for table in catalog.tables.to_pylist():
        facts[table["table_name"], "kind"] = table["object_type"]
    name_of = dict(listed(catalog.tables, "table_fqdn", "table_name"))
    for column in catalog.columns.to_pylist():
        facts[name_of[column["table_fqdn"]], column["column_name"]] = (
            column["native_type"],
            column["nullable"],
            column["default_expr"],
            column["ordinal"],
            column["properties"],
        )
    for row in catalog.constraints.to_pylist():
        table = name_of[row["table_fqdn"]]
        columns = tuple(row["columns"])
        if row["constraint_type"] == "foreign_key":
            key = (row["referenced_table"], row["on_delete"])
            facts[table, "fk", columns, key] = tuple(row["referenced_columns"] or ())
        elif row["constraint_type"] != "check":
            facts[table, row["constraint_type"], columns] = True
    return facts


def from_truth(tables: Iterable[dict[str, Any]]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    keys = {
        t["name"].lower(): tuple(
            c["name"] for c in sorted(t["columns"], key=lambda c: c["pk_pos"]) if c["pk_pos"]
        )
        for t in tables
    }
    properties = {0: None, 1: '{"hidden":true}', 2: '{"generated":"virtual"}'}
    properties[3] = '{"generated":"stored"}'
    for table in tables:
        name = table["name"]
        if table["table_list_type"] == "shadow":
            continue
        facts[name, "kind"] = {"virtual": "virtual_table"}.get(
            table["table_list_type"], table["table_list_type"]
        )
        for ordinal, column in enumerate(table["columns"], start=1):
            facts[name, column["name"]] = (
                column["type"],
                not column["notnull"],
                column["default"],
                ordinal,
                properties[column["hidden"]],
            )
        if keys[name.lower()]:
            facts[name, "primary_key", keys[name.lower()]] = True
        for columns in table["uniques"]:
            facts[name, "unique", tuple(columns)] = True
        for fk in table["fks"]:
            on_delete = None if fk["on_delete"] == "NO ACTION" else fk["on_delete"]
            key = (f"main.{fk['ref_table']}", on_delete)
            referenced = tuple(fk["ref_cols"])
            facts[name, "fk", tuple(fk["cols"]), key] = (
                keys[fk["ref_table"].lower()] if None in referenced else referenced
            )
    return facts


@needs_realdata
@pytest.mark.parametrize("name", REAL)
def test_a_real_database_reads_as_its_truth(name: str, database: Path) -> None:
    script = REALDATA / "sqlite" / f"{name}.sql"
    if script.exists():
        sqlite_file(database, script.read_text(encoding="utf-8"))
    else:
        shutil.copy(REALDATA / "sqlite" / f"{name}.sqlite", database)
    catalog = read("sqlite", database)
    assert catalog.unreadable.num_rows == 0
    differing = differences(
        as_truth(catalog), from_truth(truth(f"sqlite/{name}.catalog.json")["tables"])
    )
    assert not differing, "\n".join(differing)
