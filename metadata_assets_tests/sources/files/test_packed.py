from __future__ import annotations

import bz2
import gzip
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from metadata_assets_tests.sources.files.workbook_files import write_workbook
from metadata_assets_tests.sources.reading import listed, read

TEXT = b"id,name\n1,x\n2,y\n"
PACKERS: list[tuple[str, Callable[[bytes], bytes]]] = [
    (".gz", gzip.compress),
    (".bz2", bz2.compress),
    (".xz", lzma.compress),
    (".zst", lambda content: pa.compress(content, "zstd", asbytes=True)),
]


def reasons(path: Path) -> list[str]:
    return [str(reason) for reason in listed(read("files", path).unreadable, "reason")]


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(("suffix", "pack"), PACKERS, ids=[suffix for suffix, _ in PACKERS])
def test_a_packed_file_is_read_whatever_its_name(
    tmp_path: Path, suffix: str, pack: Callable[[bytes], bytes]
) -> None:
    (tmp_path / "plain.csv").write_bytes(pack(TEXT))
    (tmp_path / f"told.csv{suffix}").write_bytes(pack(TEXT))
    (tmp_path / f"records.json{suffix}").write_bytes(pack(b'[{"id": 1, "name": "x"}]'))
    write_workbook(tmp_path / "book", {"One": [["id", "name"], [1, "x"]]})
    (tmp_path / "book.xlsx").write_bytes(pack((tmp_path / "book").read_bytes()))
    catalog = read("files", tmp_path)
    assert catalog.unreadable.num_rows == 0
    assert catalog.tables.num_rows == 4
    assert listed(catalog.columns, "column_name", "native_type") == 4 * [
        ("id", "BIGINT"),
        ("name", "VARCHAR"),
    ]


def test_a_zip_of_one_file_is_that_file(tmp_path: Path) -> None:
    zipped(tmp_path / "a.csv", {"a.csv": TEXT, "__MACOSX/._a.csv": b"\x00\x05\x16\x07"})
    zipped(tmp_path / "b.csv.zip", {"folder/b.json": b'{"id": 1, "name": "x"}'})
    catalog = read("files", tmp_path)
    assert listed(catalog.tables, "table_name") == ["b.csv", "a"]
    assert catalog.columns.num_rows == 4


def test_a_zip_of_several_files_is_refused(tmp_path: Path) -> None:
    zipped(tmp_path / "a.csv", {"a.csv": TEXT, "b.csv": TEXT})
    assert reasons(tmp_path) == ["the file is a ZIP archive of 2 files; unpack it into the folder"]


@pytest.mark.parametrize(("suffix", "pack"), PACKERS, ids=[suffix for suffix, _ in PACKERS])
def test_a_damaged_archive_is_refused(
    tmp_path: Path, suffix: str, pack: Callable[[bytes], bytes]
) -> None:
    whole = pack(TEXT * 99)
    (tmp_path / f"short.csv{suffix}").write_bytes(whole[: len(whole) - 14])
    (tmp_path / f"wrong.csv{suffix}").write_bytes(whole[:14] + b"\xff" * 20 + whole[34:])
    refused = reasons(tmp_path)
    assert len(refused) == 2
    assert all(
        "archive is damaged (" in reason and "pack or copy it again" in reason for reason in refused
    )


def test_an_archive_of_an_unknown_version_is_refused(tmp_path: Path) -> None:
    content = bytearray(zipped(tmp_path / "a.csv", {"a.csv": TEXT}).read_bytes())
    content[content.index(b"PK\x01\x02") + 6] = 223
    (tmp_path / "a.csv").write_bytes(content)
    assert len(reasons(tmp_path)) == 1


def test_what_unpacks_to_gigabytes_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("metadata_assets.sources.files.workbench.COPIED_BYTES", 1000)
    (tmp_path / "a.json.bz2").write_bytes(bz2.compress(b'{"id": 1}\n' * 1000))
    (tmp_path / "a.csv.bz2").write_bytes(bz2.compress(TEXT * 1000))
    (reason,) = reasons(tmp_path)
    assert reason.endswith("unpack it and save it as UTF-8")
