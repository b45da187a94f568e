from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from metadata_assets.sources.files.documents import infer_documents
from metadata_assets.sources.files.inferred import InferredTable, Unreadable
from metadata_assets.sources.files.workbench import Workbench, workbench
from metadata_assets_tests.realdata import REALDATA, needs_realdata


@pytest.fixture(scope="module")
def bench() -> Iterator[Workbench]:
    with workbench() as opened:
        yield opened


def infer(bench: Workbench, file: Path, content: str | bytes) -> InferredTable:
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    with bench.one_file():
        (table,) = infer_documents(file, bench)
    return table


def columns(table: InferredTable) -> list[tuple[str, str]]:
    return [(column.name, column.native_type) for column in table.columns]


def test_an_array_and_records_by_line_are_one_table_each(bench: Workbench, tmp_path: Path) -> None:
    records = [{"id": 1, "Name": "x", "day": "2024-01-31"}, {"id": 2, "extra": [1.5]}]
    expected = [("id", "BIGINT"), ("Name", "VARCHAR"), ("day", "DATE"), ("extra", "DOUBLE[]")]
    array, lines = json.dumps(records), "\n".join(map(json.dumps, records))
    for text in (array, lines, f"\ufeff{array}", f"\ufeff{lines}"):
        table = infer(bench, tmp_path / "a.json", text)
        assert columns(table) == expected
        assert table.row_estimate == 2


def test_nested_records_keep_their_fields(bench: Workbench, tmp_path: Path) -> None:
    record = {"order": {"Lines": [{"sku": "a", "n": 1}], "empty": None}}
    assert columns(infer(bench, tmp_path / "a.json", json.dumps(record))) == [
        ("order", "STRUCT(Lines STRUCT(sku VARCHAR, n BIGINT)[], empty JSON)")
    ]


def test_a_key_that_repeats_inside_does_not_hide_the_file(bench: Workbench, tmp_path: Path) -> None:
    table = infer(bench, tmp_path / "a.json", '{"a": {"x": 1, "x": 2}, "b": 1}')
    assert [name for name, _ in columns(table)] == ["a", "b"]


def test_a_packed_file_is_unpacked(bench: Workbench, tmp_path: Path) -> None:
    table = infer(bench, tmp_path / "[x]*.json.gz", gzip.compress(b'{"id": 1}'))
    assert columns(table) == [("id", "BIGINT")]


@pytest.mark.parametrize("content", [b"", b"{", b"id,name\n1,x\n", bytes(range(256))])
def test_what_is_no_json_is_refused(bench: Workbench, tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Unreadable) as failed:
        infer(bench, tmp_path / "a.json", content)
    assert "/tmp" not in str(failed.value)


def test_hundreds_of_like_fields_are_columns(bench: Workbench, tmp_path: Path) -> None:
    record = {f"sensor_{n}": n / 2 for n in range(300)}
    table = infer(bench, tmp_path / "a.json", json.dumps([record, record]))
    assert columns(table)[299] == ("sensor_299", "DOUBLE")
    inside = infer(bench, tmp_path / "b.json", json.dumps([{"id": 1, "sensors": record}]))
    assert columns(inside) == [("id", "BIGINT"), ("sensors", "MAP(VARCHAR, DOUBLE)")]
    alone = infer(bench, tmp_path / "c.json", json.dumps([{"sensors": record}]))
    assert columns(alone) == [("sensors", "MAP(VARCHAR, DOUBLE)")]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[{"a": 1},\n {"a": 2},]', "line 2, column 11"),
        ('{"a": 1}\n{"a": 2}\n{"a" 3}\n', "line 3, column 6"),
    ],
)
def test_a_refusal_says_where_to_look(
    bench: Workbench, tmp_path: Path, text: str, place: str
) -> None:
    with pytest.raises(Unreadable, match=rf"cannot be read as JSON \({place}: .+\); correct it"):
        infer(bench, tmp_path / "a.json", text)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-16-be", "utf-8-sig", "cp932"])
def test_any_encoding_is_read(bench: Workbench, tmp_path: Path, encoding: str) -> None:
    word = "名前、氏名" if encoding == "cp932" else "größe"
    records = [{word: n, "name": f"{word} {n}"} for n in range(9)]
    content = json.dumps(records, ensure_ascii=False).encode(encoding)
    for name, packed in (("a.json", content), ("b.json", gzip.compress(content))):
        table = infer(bench, tmp_path / name, packed)
        assert columns(table) == [(word, "BIGINT"), ("name", "VARCHAR")]
        assert table.row_estimate == 9


@needs_realdata
def test_every_real_file_is_read(bench: Workbench) -> None:
    for file in sorted((REALDATA / "duckdb" / "json").iterdir()):
        with bench.one_file():
            (table,) = infer_documents(file, bench)
        assert table.columns, file
        assert '"NULL"' not in str(columns(table)), file


def test_what_is_nested_too_deeply_is_refused_with_its_line(
    bench: Workbench, tmp_path: Path
) -> None:
    with pytest.raises(Unreadable, match="line 2: it is nested too deeply"):
        infer(bench, tmp_path / "a.json", '{"a":1}\n' + "[" * 1100 + "\n")


def test_the_fault_is_found_behind_a_number_of_many_digits(
    bench: Workbench, tmp_path: Path
) -> None:
    with pytest.raises(Unreadable, match=r"column 50\d+: Expecting value"):
        infer(bench, tmp_path / "a.json", '[{"a":' + "1" * 5000 + '},{"b":]')
