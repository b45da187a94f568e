from __future__ import annotations

import csv
import json
import time
from typing import Any

import duckdb

from metadata_assets.catalog.model import Catalog
from metadata_assets_tests.realdata import REALDATA, needs_realdata, truth
from metadata_assets_tests.sources.reading import differences, listed, read


def as_golden(catalog: Catalog) -> dict[Any, Any]:
    """What is comparable with the golden readings, by file."""
    facts: dict[Any, Any] = {}
    for table in catalog.tables.to_pylist():
        columns = listed(
            catalog.columns, "column_name", "native_type", table_fqdn=table["table_fqdn"]
        )
        facts[f"{table['schema_name']}/{table['table_name']}.csv"] = {
            "delimiter": json.loads(table["properties"])["delimiter"],
            "has_header": json.loads(table["properties"])["has_header"],
            "rows": table["row_estimate"],
            "columns": [name for name, _ in columns],
            "types": [native_type for _, native_type in columns],
        }
    return facts


MOMENTS = {
    ("csvkit/realdata/ks_1033_data.csv", "ship_date"): "%m/%d/%Y %H:%M:%S",
    ("duckdb/bad_date_timestamp_mix.csv", "t2_2"): "%d-%m-%Y %H:%M:%S",
}
"""Times that DuckDB's sniffer takes for text: it knows one format a file, and no `4:05:00`."""


@needs_realdata
def test_times_of_a_format_of_their_own_are_times_each_of_them() -> None:
    for (name, column), moment_format in MOMENTS.items():
        with (REALDATA / "files" / name).open(encoding="utf-8", newline="") as file:
            moments = [time.strptime(row[column], moment_format) for row in csv.DictReader(file)]
        assert moments


@needs_realdata
def test_a_hundred_messy_csv_files_read_as_their_consensus() -> None:
    golden = truth("files_csv_golden.json")
    catalog = read("csv", REALDATA / "files")
    found = as_golden(catalog)
    expected = {
        name: {
            "delimiter": file["delimiter"],
            "has_header": file["has_header"],
            "rows": file["n_data_rows"],
            "columns": file["columns"],
            "types": [
                "TIMESTAMP" if (name, column) in MOMENTS else native_type
                for column, native_type in zip(file["columns"], file["duckdb_types"], strict=True)
            ],
        }
        for name, file in golden.items()
        if file["consensus"]
    }
    differing = differences({name: found.get(name) for name in expected}, expected)
    if duckdb.__version__ >= "2":
        assert not differing, "\n".join(differing)
    assert len(differing) < 5, "\n".join(differing)
    # Every file is either a table or told why it is none.
    unreadable = dict(listed(catalog.unreadable, "object_name", "reason"))
    assert unreadable == {
        "duckdb.empty": "the file is empty",
        "frictionless-py.empty": "the file is empty",
    }
    assert catalog.tables.num_rows + len(unreadable) == len(golden)


PROTECTED = "a password protects the workbook; save a copy without one"
RAGGED = {
    "csvkit/bad.csv": ["column_a", "column_b", "column_c"],
    "csvkit/join_a_short.csv": ["a", "b", "c"],
    "csvkit/test_extra_header.csv": ["a", "b", "c", "d"],
    "duckdb/auto/multiple_skip_row.csv": ["number", "text", "date"],
    "duckdb/auto/skip_row.csv": ["number", "text", "date"],
    "duckdb/csv_quoted_newline_odd.csv": ["content"],
    "duckdb/date_format_percentage.csv": ["test"],
    "duckdb/dirty_line.csv": ["COL1", "COL2", "COL3"],
    "duckdb/extra_delimiters.csv": ["a", "b", "c"],
    "frictionless-py/capital-invalid.csv": ["id", "name", "name_1"],
    "frictionless-py/defective-rows.csv": ["id", "name", "age"],
    "frictionless-py/dialect.csv": ["id", "name"],
    "frictionless-py/invalid.csv": ["id", "name", "column2", "name_1"],
    "frictionless-py/matrix-with-comment.csv": ["f1", "f2", "f3", "f4"],
    "frictionless-py/skip-rows-before-headers.csv": ["id", "name"],
    "frictionless-py/structure-errors.csv": ["id", "name", "age"],
}
"""What a reader of these files would name their columns; the automatic readings do not agree."""


@needs_realdata
def test_ragged_files_are_read_by_their_header() -> None:
    found = as_golden(read("csv", REALDATA / "files"))
    named = {name: found[name]["columns"] for name in RAGGED}
    assert not differences(named, RAGGED)


@needs_realdata
def test_all_files_of_every_format_are_read_or_refused() -> None:
    started = time.monotonic()
    catalog = read("files", REALDATA / "files")
    assert time.monotonic() - started < 60
    unreadable = dict(listed(catalog.unreadable, "object_name", "reason"))
    assert unreadable == {
        "duckdb.empty": "the file is empty",
        "frictionless-py.empty": "the file is empty",
        "messytables.encrypted_no_password": PROTECTED,
        "messytables.libreoffice": "no sheet holds anything",
    }
    # Each file is there: as a table, or as one a sheet.
    files = [path for path in (REALDATA / "files").rglob("*.*") if path.is_file()]
    tables = listed(catalog.tables, "schema_name", "table_name")
    for path in files:
        folder = path.parent.relative_to(REALDATA / "files").as_posix()
        names = {path.stem, path.name}
        assert any(
            schema == folder and (table in names or table.split(".")[0] == path.stem.split(".")[0])
            for schema, table in tables
        ) or any(f"{folder}.{name}" in unreadable for name in names), path
