from __future__ import annotations

import gzip
from datetime import datetime, timezone
from pathlib import Path

import duckdb

from metadata_assets.catalog.store import publish_catalog
from metadata_assets.lake import Lake
from metadata_assets.sources.profile import profile_source
from metadata_assets_tests.sources import reading

NOW = datetime(2026, 1, 5, 10, tzinfo=timezone.utc)


def test_files_of_each_format_have_the_statistics_of_their_rows(tmp_path: Path, lake: Lake) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    rows = "SELECT i AS n, CASE WHEN i % 3 = 0 THEN 'a' ELSE 'b' END AS t FROM range(30) r(i)"
    for name in ("one.csv", "two.parquet", "three.json"):
        duckdb.sql(f"COPY ({rows}) TO '{folder / name}'")
    (folder / "four.tsv").write_bytes("n\tt\n1\tcafé\n2\t\n".encode("utf-16"))
    wide = ", ".join(f'"w{n}": {n}' for n in range(300))
    (folder / "five.json").write_bytes(f'[{{"ñ": 1, {wide}}}]'.encode("cp1252"))
    (folder / "six.csv").write_text("n^t\n1^x\n2^y\n", encoding="utf-8")
    source = reading.source("files", folder, profile=True)
    publish_catalog(lake, source.key, source.extract(), data_version="1")

    profile = profile_source(source, lake, now=NOW)

    assert profile.left_out == ()
    found = {
        (row["table_fqdn"], row["column_name"]): (
            *(row[name] for name in ("row_count", "distinct_count", "null_count")),
            *(row[name] for name in ("min_value", "max_value", "top_values")),
        )
        for row in profile.statistics.to_pylist()
    }
    for table in ("main.one", "main.two", "main.three"):
        assert found[table, "n"] == (30, 30, 0, "0", "29", None)
        assert found[table, "t"] == (30, 2, 0, "a", "b", ["b", "a"])
    assert found["main.five", "ñ"] == (1, 1, 0, "1", "1", ["1"])
    assert found["main.six", "n"] == (2, 2, 0, "1", "2", ["1", "2"])
    assert found["main.four", "t"] == (2, 1, 1, "café", "café", ["café"])


def test_files_of_one_name_are_not_taken_for_each_other(tmp_path: Path, lake: Lake) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "sales.csv").write_text("id,name\n1,a\n2,b\n", encoding="utf-8")
    (folder / "sales.csv.gz").write_bytes(gzip.compress(b"id,name\n7,SECRET\n9,zzz\n"))
    (folder / "sales.json").write_text('[{"id": 5, "name": "j"}]', encoding="utf-8")
    source = reading.source("files", folder, profile=True)
    publish_catalog(lake, source.key, source.extract(), data_version="1")

    profile = profile_source(source, lake, now=NOW)

    assert {
        row["table_fqdn"]: row["max_value"]
        for row in profile.statistics.to_pylist()
        if row["column_name"] == "id"
    } == {'main."sales.csv"': "2", 'main."sales.csv_1"': "9", 'main."sales.json"': "5"}
