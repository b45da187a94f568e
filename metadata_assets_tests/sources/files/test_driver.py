from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pytest

from metadata_assets.catalog.fingerprint import data_version
from metadata_assets.errors import SourceRefused, SourceUnavailable
from metadata_assets_tests.sources.files.workbook_files import write_workbook
from metadata_assets_tests.sources.reading import fingerprint, listed, only, read


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return path


def test_each_file_is_a_table_of_its_folder(tmp_path: Path) -> None:
    write(tmp_path / "orders.csv", "id,name\n1,x\n")
    write(tmp_path / "old" / "deep" / "orders.CSV", "id,name\n1,x\n")
    write(tmp_path / ".hidden" / "orders.csv", "id\n1\n")
    write(tmp_path / "notes.txt", "not asked for")
    catalog = read("csv", tmp_path)
    assert listed(catalog.tables, "table_fqdn") == ["main.orders", "old/deep.orders"]
    assert only(catalog.tables, table_fqdn="main.orders")["bytes"] == 12


def test_one_file_is_a_source_whatever_its_name(tmp_path: Path) -> None:
    write(tmp_path / "orders.dat", "id;name\n1;x\n2;y\n")
    catalog = read("csv", tmp_path / "orders.dat")
    assert listed(catalog.tables, "table_fqdn") == ["main.orders"]
    assert listed(catalog.columns, "column_name", "native_type", "nullable") == [
        ("id", "BIGINT", True),
        ("name", "VARCHAR", True),
    ]


def test_files_of_one_name_keep_their_suffix(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", "x\n1\n")
    write(tmp_path / "A.tsv", "x\n1\n")
    write(tmp_path / "b.csv", "x\n1\n")
    assert listed(read("csv", tmp_path).tables, "table_name") == ["A.tsv", "a.csv", "b"]


def test_file_patterns_and_table_patterns_select(tmp_path: Path) -> None:
    for name in ("orders.csv", "order_log.csv", "stock.txt", "sub/orders.csv"):
        write(tmp_path / name, "id\n1\n")
    assert listed(read("csv", tmp_path, patterns=["*.txt"]).tables, "table_name") == ["stock"]
    assert listed(read("csv", tmp_path, patterns=["sub/*"]).tables, "table_fqdn") == ["sub.orders"]
    assert listed(read("csv", tmp_path, include=["main.order*"]).tables, "table_name") == [
        "order_log",
        "orders",
    ]
    assert listed(read("csv", tmp_path, exclude=["*_log", "sub.*"]).tables, "table_name") == [
        "orders"
    ]


def test_a_bad_file_is_reported_and_hides_nothing(tmp_path: Path) -> None:
    write(tmp_path / "good.csv", "id\n1\n")
    write(tmp_path / "empty.csv", "")
    write(tmp_path / "bad.v2.json", "{")
    (tmp_path / "image.csv").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "archive.csv").write_bytes(b"PK\x03\x04" + bytes(100))
    catalog = read("files", tmp_path)
    assert listed(catalog.tables, "table_name") == ["good"]
    reasons = dict(listed(catalog.unreadable, "object_name", "reason"))
    assert reasons.pop('main."bad.v2"') == (
        "it cannot be read as JSON (line 1, column 2: Expecting property name enclosed in double "
        "quotes); correct it there, or export it again"
    )
    assert reasons == {
        "main.archive": "the file is a ZIP archive or Office document, not text",
        "main.empty": "the file is empty",
        "main.image": "the file is binary, not text",
    }


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_reported(tmp_path: Path) -> None:
    write(tmp_path / "secret.csv", "id\n1\n").chmod(0)
    reasons = listed(read("csv", tmp_path).unreadable, "reason")
    assert "Permission denied" in reasons[0]


def test_a_damaged_footer_hides_no_other_file(tmp_path: Path) -> None:
    write(tmp_path / "good.csv", "id\n1\n")
    duckdb.sql(f"COPY (SELECT 1 AS id) TO '{tmp_path}/rows.parquet'")
    sound = (tmp_path / "rows.parquet").read_bytes()
    at = sound.rindex(b"DuckDB")
    (tmp_path / "rows.parquet").write_bytes(sound[:at] + b"\xa9" + sound[at + 1 :])
    catalog = read("files", tmp_path)
    assert listed(catalog.tables, "table_name") == ["good"]
    assert listed(catalog.unreadable, "object_name") == ["main.rows"]


def test_a_name_that_is_no_text_is_shown_in_hexadecimal(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.csv")).write_text("id\n1\n")
    assert listed(read("csv", tmp_path).tables, "table_name") == ["bad\\xff"]


def test_a_sheet_called_as_another_file_is_a_table_of_its_own(tmp_path: Path) -> None:
    write_workbook(tmp_path / "book.xlsx", {"One": [["id"], [1]]})
    write(tmp_path / "book.One.csv", "name\nx\n")
    assert listed(read("files", tmp_path).tables, "table_name") == ["book.One", "book.One_1"]


def test_a_file_that_vanishes_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "stays.csv", "id\n1\n")
    # Listed, then gone.
    monkeypatch.setattr(os, "walk", lambda *_, **__: [(tmp_path, [], ["gone.csv", "stays.csv"])])
    catalog = read("csv", tmp_path)
    assert listed(catalog.tables, "table_name") == ["stays"]
    assert catalog.unreadable.num_rows == 0


def test_a_file_is_what_its_content_says_and_not_its_name(tmp_path: Path) -> None:
    write_workbook(tmp_path / "book.csv", {"One": [["id"], [1]]})
    write_workbook(tmp_path / "book.xls", {"Two": [["id"], [1]]})
    write(tmp_path / "tabs.xls", "id\tname\n1\tx\n")
    write(tmp_path / "records.csv", '[{"id": 1}, {"id": 2}]')
    write(tmp_path / "page.xls", "<html><table><tr><td>id</td></tr></table></html>")
    write(tmp_path / "page.csv", "<!DOCTYPE html>\n<p>You are not logged in</p>\n")
    write(tmp_path / "feed.csv", '<?xml version="1.0"?>\n<rows><row id="1"/></rows>\n')
    write(tmp_path / "page.json", "<html></html>")
    duckdb.sql(f"COPY (SELECT 1 AS id) TO '{tmp_path}/rows.csv' (FORMAT parquet)")
    catalog = read("files", tmp_path)
    assert listed(catalog.columns, "table_fqdn", "column_name", "native_type") == [
        ('main."book.csv.One"', "id", "BIGINT"),
        ('main."book.xls.Two"', "id", "BIGINT"),
        ("main.records", "id", "BIGINT"),
        ("main.rows", "id", "INTEGER"),
        ("main.tabs", "id", "BIGINT"),
        ("main.tabs", "name", "VARCHAR"),
    ]
    mend = "open it in a spreadsheet or a browser, and export its table as CSV"
    assert dict(listed(catalog.unreadable, "object_name", "reason")) == {
        "main.feed": f"the file is XML, not CSV; {mend}",
        'main."page.csv"': f"the file is HTML, not CSV; {mend}",
        'main."page.json"': f"the file is HTML, not JSON; {mend}",
        'main."page.xls"': f"the file is HTML, not CSV; {mend}",
    }


def test_formats_are_told_by_their_suffix(tmp_path: Path) -> None:
    write(tmp_path / "text.csv", "id\n1\n")
    write(tmp_path / "lines.jsonl", '{"id": 1}\n')
    write_workbook(tmp_path / "book.xlsx", {"One": [["id"], [1]]})
    duckdb.sql(f"COPY (SELECT 1 AS id) TO '{tmp_path}/rows.parquet'")
    tables = {
        source_type: listed(read(source_type, tmp_path).tables, "table_name")
        for source_type in ("csv", "excel", "files", "json", "parquet")
    }
    assert tables == {
        "csv": ["text"],
        "excel": ["book.One"],
        "files": ["book.One", "lines", "rows", "text"],
        "json": ["lines"],
        "parquet": ["rows"],
    }


def test_an_empty_folder_is_an_empty_catalog(tmp_path: Path) -> None:
    assert read("csv", tmp_path).tables.num_rows == 0


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable) as failed:
        read("csv", tmp_path / "gone")
    assert str(failed.value) == (
        f"{tmp_path}/gone: the path does not exist. "
        "Correct `path` in the source's configuration, or bring the file back."
    )


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "loop.csv").symlink_to("loop.csv")
    (tmp_path / "gone.csv").symlink_to("nowhere.csv")
    (tmp_path / "zero.csv").symlink_to("/dev/zero")
    with pytest.raises(SourceRefused, match="neither a file nor a folder"):
        read("csv", tmp_path / "pipe.csv")
    catalog = read("csv", tmp_path)
    assert catalog.tables.num_rows == 0
    assert dict(listed(catalog.unreadable, "object_name", "reason")) == {
        "main.gone": (
            "it is a symbolic link to nowhere.csv, which does not exist; correct or remove it"
        ),
        "main.loop": (
            "it is a symbolic link to loop.csv, which does not exist; correct or remove it"
        ),
        "main.pipe": "it is a pipe, not a file; remove it, or narrow `patterns`",
        "main.zero": "it is a device, not a file; remove it, or narrow `patterns`",
    }


def test_appended_rows_change_neither_content_nor_version(tmp_path: Path) -> None:
    rows = [f"{n},x{n},2024-01-{n % 28 + 1:02}\n" for n in range(200)]
    write(tmp_path / "a.csv", "id,name,day\n" + "".join(rows[:50]))
    before = read("csv", tmp_path)
    write(tmp_path / "a.csv", "id,name,day\n" + "".join(rows))
    after = read("csv", tmp_path)
    assert after.tables["content_hash"].equals(before.tables["content_hash"])
    assert data_version(after) == data_version(before)
    assert only(after.tables)["row_estimate"] == 200


def test_a_touched_file_is_read_again_and_gives_the_same_version(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", "id,name\n1,x\n")
    before, version = fingerprint("csv", tmp_path), data_version(read("csv", tmp_path))
    os.utime(file, ns=(1, 1))
    assert fingerprint("csv", tmp_path) != before
    assert data_version(read("csv", tmp_path)) == version


def test_the_fingerprint_follows_the_files_and_opens_none(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", "id\n1\n")
    write(tmp_path / "other.txt", "x")
    before = fingerprint("csv", tmp_path)
    write(tmp_path / "other.txt", "y")
    assert fingerprint("csv", tmp_path) == before
    seen = {before}
    for change in (
        lambda: write(tmp_path / "a.csv", "id\n1\n2\n"),
        lambda: write(tmp_path / "b.csv", ""),
        lambda: (tmp_path / "b.csv").rename(tmp_path / "c.csv"),
        lambda: os.utime(tmp_path / "c.csv", ns=(1, 1)),
        # As long as before, and with the old time.
        lambda: (write(tmp_path / "a.csv", "id\nx\ny\n"), os.utime(tmp_path / "a.csv", ns=(1, 1))),
        lambda: (write(tmp_path / "a.csv", "id\nx\nz\n"), os.utime(tmp_path / "a.csv", ns=(1, 1))),
    ):
        change()
        assert fingerprint("csv", tmp_path) not in seen
        seen.add(fingerprint("csv", tmp_path))
    last = fingerprint("csv", tmp_path)
    (tmp_path / "c.csv").unlink()
    assert fingerprint("csv", tmp_path) != last


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    write(tmp_path / "files" / "a.csv", "id\n1\n")
    write(tmp_path / "files" / "b.csv", "")
    read("csv", tmp_path / "files")
    assert list(scratch.iterdir()) == []


def test_a_linked_folder_is_told_unless_it_is_read_anyway(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere" / "a.csv", "id\n1\n")
    root = tmp_path / "root"
    write(root / "v1" / "b.csv", "id\n1\n")
    (root / "linked").symlink_to(tmp_path / "elsewhere")
    (root / "current").symlink_to(root / "v1")
    catalog = read("csv", root)
    assert listed(catalog.tables, "table_fqdn") == ["v1.b"]
    ((name, reason),) = listed(catalog.unreadable, "object_name", "reason")
    assert name == "main.linked"
    assert "which is not followed" in reason
