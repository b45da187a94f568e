"""Files of every format, mutilated at random but always alike: each is read, or refused."""

from __future__ import annotations

import json
import random
from pathlib import Path

import duckdb
import pytest

from metadata_assets_tests.sources.files.workbook_files import write_workbook
from metadata_assets_tests.sources.reading import read

COPIES = 30
TEXT = "id;name;größe\n" + "".join(f"{n};Zoë {n};{n},5\n" for n in range(40))
RECORDS = [{"id": n, "name": f"Zoë {n}", "tags": [{"a": None}]} for n in range(40)]
SPLICES = (b'"', b"\x00", b"\r", b"\n\n", b"\xff\xfe", b";;;;", b"\\", b"{", b"]", b"PK\x03\x04")


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """A folder with one sound file of each format."""
    folder = tmp_path / "sound"
    folder.mkdir()
    for encoding in ("utf-8", "utf-16", "cp1252", "mac_roman"):
        (folder / f"{encoding}.csv").write_bytes(TEXT.encode(encoding))
    (folder / "array.json").write_text(json.dumps(RECORDS), encoding="utf-8")
    (folder / "lines.jsonl").write_text("\n".join(map(json.dumps, RECORDS)), encoding="utf-8")
    write_workbook(folder / "book.xlsx", {"One": [["id", "name"], [1, "x"]]})
    duckdb.sql(f"COPY (SELECT 1 AS id, 'x' AS name) TO '{folder}/rows.parquet'")
    return folder


def mutilated(content: bytes, chance: random.Random) -> bytes:
    text = bytearray(content)
    for _ in range(chance.choice((1, 3, 20, 100))):
        at = chance.randrange(len(text) + 1)
        if chance.random() < 0.5:
            text[at : at + 1] = bytes([chance.randrange(256)])
        elif chance.random() < 0.5:
            text[at:at] = chance.choice(SPLICES)
        elif chance.random() < 0.9:
            del text[at : at + 20]
        else:
            del text[at:]
    return bytes(text)


def test_each_mutilated_file_is_read_or_refused(sound: Path, tmp_path: Path) -> None:
    chance = random.Random(7)
    broken = tmp_path / "broken"
    broken.mkdir()
    for file in sorted(sound.iterdir()):
        for copy in range(COPIES):
            content = mutilated(file.read_bytes(), chance)
            (broken / f"{file.stem}_{copy}{file.suffix}").write_bytes(content)

    catalog = read("files", broken)

    refused = catalog.unreadable.num_rows
    assert catalog.tables.num_rows + refused == COPIES * len(list(sound.iterdir()))
    assert refused > 0
    assert all(catalog.unreadable["reason"].to_pylist())
