from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from metadata_assets.catalog.model import Catalog
from metadata_assets_tests.realdata import REALDATA, needs_realdata, truth
from metadata_assets_tests.sources.reading import differences, read

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
