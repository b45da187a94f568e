from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from metadata_assets.errors import SourceUnavailable
from metadata_assets.sources import extract_catalog, extract_catalog_async
from metadata_assets_tests.sources.databases import duckdb_file, sqlite_file

T = "CREATE TABLE t (id INTEGER)"


def test_files_are_named_by_a_path_or_by_a_url(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    sqlite_file(tmp_path / "a.db", T)
    duckdb_file(tmp_path / "b.duckdb", T)
    (tmp_path / "c.csv").write_text("id,name\n1,x\n2,y\n")
    for text in ("a.db", "sqlite:///a.db", f"sqlite:///{tmp_path}/a.db", "b.duckdb", "c.csv", "."):
        assert extract_catalog(text).tables.num_rows >= 1


def test_a_mapping_is_what_yaml_declares(tmp_path: Path) -> None:
    sqlite_file(tmp_path / "a.db", T)
    declared = {"source_type": "sqlite", "source_config": {"path": str(tmp_path / "a.db")}}
    assert extract_catalog(declared).tables.num_rows == 1


def test_catalogs_are_awaited_side_by_side(tmp_path: Path) -> None:
    paths = [str(sqlite_file(tmp_path / f"{n}.db", T)) for n in range(3)]

    async def all_of_them() -> list[int]:
        catalogs = await asyncio.gather(*(extract_catalog_async(path) for path in paths))
        return [catalog.tables.num_rows for catalog in catalogs]

    assert asyncio.run(all_of_them()) == [1, 1, 1]


def test_pandas_which_takes_most_of_a_second_is_not_imported(tmp_path: Path) -> None:
    table = "CREATE TABLE t (id INTEGER PRIMARY KEY CHECK (id > 0), UNIQUE (id))"
    paths = [
        str(sqlite_file(tmp_path / "a.db", table)),
        str(duckdb_file(tmp_path / "b.duckdb", table)),
    ]
    script = f"""
import sys
from metadata_assets.sources import extract_catalog
print([extract_catalog(path).constraints.num_rows for path in {paths!r}], "pandas" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout == "[3, 3] False\n", done.stderr


def test_a_file_that_is_not_there_is_said_as_everywhere(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="does not exist"):
        extract_catalog(str(tmp_path / "missing.db"))
