from __future__ import annotations

import codecs
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from metadata_assets.sources.files import text
from metadata_assets.sources.files.delimited import infer_delimited
from metadata_assets.sources.files.inferred import InferredTable, Unreadable
from metadata_assets.sources.files.workbench import Workbench, workbench


@pytest.fixture(scope="module")
def bench() -> Any:
    with workbench() as opened:
        yield opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file.csv"


def infer(bench: Workbench, file: Path, content: str | bytes) -> InferredTable:
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    with bench.one_file():
        (table,) = infer_delimited(file, bench)
    return table


def columns(table: InferredTable) -> list[tuple[str, str]]:
    return [(column.name, column.native_type) for column in table.columns]


def told(table: InferredTable, name: str) -> Any:
    return json.loads(table.properties).get(name)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(bench: Workbench, file: Path, delimiter: str) -> None:
    rows = [["id", "name", "day"], ["1", "x", "2024-01-31"], ["2", "y", "2024-02-01"]]
    table = infer(bench, file, "\n".join(delimiter.join(row) for row in rows))
    assert columns(table) == [("id", "BIGINT"), ("name", "VARCHAR"), ("day", "DATE")]
    assert told(table, "delimiter") == delimiter
    assert table.row_estimate == 2


@pytest.mark.parametrize(("delimiter", "width"), [(";", 2), ("\t", 1), (",", 1), ("!", 1)])
@pytest.mark.parametrize("line", ["sep={}", '"sep={}"', "SEP={}"])
def test_the_delimiter_that_excel_declares_is_believed(
    bench: Workbench, file: Path, line: str, delimiter: str, width: int
) -> None:
    table = infer(bench, file, f"{line.format(delimiter)}\r\nid;day\r\n1;x\r\n2;y\r\n")
    assert len(columns(table)) == width
    assert (told(table, "delimiter"), told(table, "skipped_rows")) == (delimiter, 1)


def test_a_declaration_above_nothing_is_refused(bench: Workbench, file: Path) -> None:
    with pytest.raises(Unreadable, match="no delimiter, header and rows"):
        infer(bench, file, "sep=;\n")


def test_a_delimiter_is_in_the_header_too(bench: Workbench, file: Path) -> None:
    table = infer(bench, file, "a;b\n1.234,56;2,5\n2.000,10;3,5\n")
    assert columns(table) == [("a", "VARCHAR"), ("b", "DOUBLE")]
    assert (told(table, "delimiter"), told(table, "decimal_separator")) == (";", ",")


def test_dates_of_several_formats_are_dates(bench: Workbench, file: Path) -> None:
    table = infer(
        bench,
        file,
        "a,b,c\n31/12/2020,2020-12-31,2020-12-31 10:00:00\n01/02/2021,2021-02-01,2021-02-01\n",
    )
    assert columns(table) == [("a", "DATE"), ("b", "DATE"), ("c", "TIMESTAMP")]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_any_line_end_will_do(bench: Workbench, file: Path, newline: str) -> None:
    table = infer(bench, file, newline.join(["id,name", "1,x", "2,y", ""]))
    assert columns(table) == [("id", "BIGINT"), ("name", "VARCHAR")]
    assert table.row_estimate == 2


def test_mixed_line_ends_are_read(bench: Workbench, file: Path) -> None:
    table = infer(bench, file, 'id,name\n1,"x"\r\n2,"y"\r3,"z"\n')
    assert columns(table) == [("id", "BIGINT"), ("name", "VARCHAR")]
    assert table.row_estimate == 3


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "cp932"]
)
def test_the_encoding_is_found(bench: Workbench, file: Path, encoding: str) -> None:
    word = "名前" if encoding == "cp932" else "Größe"
    body = "田中" if encoding == "cp932" else "schön"
    lines = [f"id,{word}", *(f"{n},{body}" for n in range(30))]
    table = infer(bench, file, "\n".join(lines).encode(encoding))
    assert columns(table) == [("id", "BIGINT"), (word, "VARCHAR")]
    is_marked = encoding in ("utf-8-sig", "utf-16", "utf-32")
    assert told(table, "encoding_is_certain") == is_marked
    assert told(table, "encoding") == encoding


def test_a_few_foreign_letters_are_taken_for_the_commonest_encoding(
    bench: Workbench, file: Path
) -> None:
    assert told(infer(bench, file, b"a,b\n1,\xa9\n"), "encoding") == "cp1252"


def test_a_byte_order_mark_is_no_part_of_a_name(bench: Workbench, file: Path) -> None:
    table = infer(bench, file, codecs.BOM_UTF8 + b"id,name\n1,x\n")
    assert columns(table)[0] == ("id", "BIGINT")


def test_a_name_is_what_was_quoted(bench: Workbench, file: Path) -> None:
    table = infer(bench, file, '"a, b","it\'s ""q""",  padded  \n1,2,3\n4,5,6\n')
    assert [name.strip() for name, _ in columns(table)] == ["a, b", 'it\'s "q"', "padded"]


def test_repeated_and_blank_names_are_told_apart(bench: Workbench, file: Path) -> None:
    table = infer(bench, file, "id,Name,name,,\n1,a,b,c,d\n2,a,b,c,d\n")
    names = [name for name, _ in columns(table)]
    assert names[:3] == ["id", "Name", "name_1"]
    assert len({name.lower() for name in names}) == 5
    assert columns(infer(bench, file, "id,Name,name,,\n1,a,b,c,d\n2,a,b,c,d\n")) == columns(table)


def test_a_file_of_values_alone_has_no_header(bench: Workbench, file: Path) -> None:
    table = infer(bench, file, "1,x\n2,y\n")
    assert columns(table) == [("column0", "BIGINT"), ("column1", "VARCHAR")]
    assert told(table, "has_header") is False


def test_a_header_alone_is_a_table_of_text(bench: Workbench, file: Path) -> None:
    table = infer(bench, file, "id,name\n")
    assert columns(table) == [("id", "VARCHAR"), ("name", "VARCHAR")]
    assert table.row_estimate == 0
    assert [column.properties for column in table.columns] == ['{"confidence":"none"}'] * 2


@pytest.mark.parametrize(
    ("values", "native_type"),
    [
        (["1", "-2", ""], "BIGINT"),
        (["1", "2.5"], "DOUBLE"),
        (["1", "x"], "VARCHAR"),
        (["true", "false"], "BOOLEAN"),
        (["2024-01-31", ""], "DATE"),
        (["31/12/2024", "01/02/2024"], "DATE"),
        (["12/31/2024", "02/01/2024"], "DATE"),
        (["31.12.2024", "01.02.2024"], "DATE"),
        (["2024-01-31 12:30:00", "2024-02-01 00:00:00"], "TIMESTAMP"),
        (["12:30:00", "00:00:01"], "TIME"),
        (["1,5", "2,75"], "DOUBLE"),
    ],
)
def test_types_are_inferred(
    bench: Workbench, file: Path, values: list[str], native_type: str
) -> None:
    table = infer(bench, file, "\n".join(["name;value", *(f"x;{value}" for value in values)]))
    assert columns(table) == [("name", "VARCHAR"), ("value", native_type)]


@pytest.mark.parametrize(
    ("values", "native_type", "timestamp_format"),
    [
        (["2024-01-31 10:00:00 UTC", "2024-02-01 11:30:00 UTC"], "TIMESTAMPTZ", None),
        (["2024-01-31 10:00:00 +0000", "2024-02-01 11:30:00 +0000"], "TIMESTAMPTZ", None),
        (["2024-01-31T10:00:00.123Z", "2024-02-01T11:30:00Z"], "TIMESTAMPTZ", None),
        (["31/Jan/2024:10:00:00 +0200", "01/Feb/2024:11:30:00 +0200"], "TIMESTAMPTZ", "%d/%b/%Y"),
        (["1/31/2024 13:05:59", "2/1/2024 0:05:59"], "TIMESTAMP", "%m/%d/%Y %H:%M:%S"),
        (["31.01.2024 13:05", "01.02.2024 00:05"], "TIMESTAMP", "%d.%m.%Y %H:%M"),
        (["31-JAN-24 01.05.59 PM", "01-FEB-24 12.00.00 AM"], "TIMESTAMP", "%d-%b-%y %I.%M.%S %p"),
        (["2024-01-31 10:00:00.5", "2024-02-01"], "TIMESTAMP", None),
        (["31.01.2024 10:00:00", "01.02.2024"], "VARCHAR", None),
    ],
)
def test_times_of_many_programs_are_times(
    bench: Workbench, file: Path, values: list[str], native_type: str, timestamp_format: str | None
) -> None:
    table = infer(bench, file, "\n".join(["name,at", *(f"x,{value}" for value in values)]))
    kind = table.columns[1].native_type.replace(" WITH TIME ZONE", "TZ")
    assert kind == native_type
    assert (told(table, "timestamp_format") or "").startswith(timestamp_format or "")


def test_no_column_has_the_zone_of_another_format(bench: Workbench, file: Path) -> None:
    rows = "".join(
        f"{n},{n % 12 + 1}/{n}/2024 13:05:59,2024-01-{n:02} 10:00:00\n" for n in range(1, 29)
    )
    table = infer(bench, file, f"id,local,iso\n{rows}")
    assert [kind for _, kind in columns(table)] == ["BIGINT", "TIMESTAMP", "TIMESTAMP"]


def test_a_date_has_the_format_that_all_of_them_have(bench: Workbench, file: Path) -> None:
    days = "".join(f"{n},{n:02}/01/24\n" for n in range(1, 32))
    table = infer(bench, file, f"id,day\n{days}")
    assert (columns(table)[1], told(table, "date_format")) == (("day", "DATE"), "%d/%m/%y")
    others = "".join(f"{n},{n:02}/01/2024\n" for n in range(1, 32))
    table = infer(bench, file, f"id,day\n0,2024-05-01\n{others}")
    assert (columns(table)[1], told(table, "date_format")) == (("day", "VARCHAR"), None)
    versions = "".join(f"{n},1.2.{n}\n" for n in range(1, 32))
    assert columns(infer(bench, file, f"id,version\n{versions}"))[1] == ("version", "VARCHAR")


@pytest.mark.parametrize("mark", ["NULL", "NA", "N/A", r"\N", "-", "#N/A", "<NA>", "None"])
def test_a_mark_for_nothing_is_no_text(bench: Workbench, file: Path, mark: str) -> None:
    rows = "".join(f"{n};{n},5;2024-01-{n:02};TRUE;x\n" for n in range(10, 30))
    table = infer(bench, file, f"a;b;c;d;none\n1;{mark};{mark};{mark};{mark}\n{rows}")
    assert columns(table) == [
        ("a", "BIGINT"),
        ("b", "DOUBLE"),
        ("c", "DATE"),
        ("d", "BOOLEAN"),
        ("none", "VARCHAR"),
    ]
    assert told(table, "null_marks") == [mark]
    table = infer(bench, file, f"country,iso\nNamibia,{mark}\nNorway,NO\n")
    assert (columns(table)[1], told(table, "null_marks")) == (("iso", "VARCHAR"), None)


def test_one_word_in_all_rows_is_no_flag_but_true_or_false(bench: Workbench, file: Path) -> None:
    table = infer(bench, file, "sex,country,paid,sent,seen\nF,NO,T,t,TRUE\nF,NO,F,t,TRUE\n")
    assert [kind for _, kind in columns(table)] == ["VARCHAR"] * 2 + ["BOOLEAN"] * 3


def test_digits_in_groups_are_no_certain_decimals(bench: Workbench, file: Path) -> None:
    rows = "".join(f"{n},234;{n},5\n" for n in range(1, 20))
    table = infer(bench, file, f"a;b\n{rows}")
    assert columns(table) == [("a", "DOUBLE"), ("b", "DOUBLE")]
    found = [json.loads(column.properties or "{}")["confidence"] for column in table.columns]
    assert found == ["low", "high"]


def test_a_decimal_comma_is_told(bench: Workbench, file: Path) -> None:
    assert told(infer(bench, file, "a;b\nx;1,5\ny;2,75\n"), "decimal_separator") == ","
    assert told(infer(bench, file, "a;b\nx;1.5\ny;2.75\n"), "decimal_separator") is None


def test_the_evidence_is_canonical_and_holds_no_count(bench: Workbench, file: Path) -> None:
    table = infer(bench, file, 'id,day\n1,"31/12/2024"\n2,01/02/2024\n')
    assert table.properties == (
        '{"date_format":"%d/%m/%Y","delimiter":",","encoding":"utf-8","encoding_is_certain":true,'
        '"has_header":true,"quote":"\\"","sample":"all rows"}'
    )


def test_confidence_grows_with_the_values(bench: Workbench, file: Path) -> None:
    rows = "".join(f"{n},{'x' if n < 3 else ''},\n" for n in range(20))
    table = infer(bench, file, f"many,few,none\n{rows}")
    confidences = [json.loads(column.properties or "{}") for column in table.columns]
    assert [found["confidence"] for found in confidences] == ["high", "low", "none"]


def test_lines_above_the_table_are_skipped(bench: Workbench, file: Path) -> None:
    table = infer(bench, file, "Report of 2024\n\nid,name\n1,x\n2,y\n3,z\n")
    assert columns(table) == [("id", "BIGINT"), ("name", "VARCHAR")]


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("Konto;DE123\nZeitraum;01.01.2024 - 31.01.2024\nSaldo;1.234,56 EUR\n\n", ""),
        ('"Account";"DE1";\n\n"From";"01.01.2024";\n"Balance";"1,5 EUR";\n', "\n\nNote: x; y\n"),
        ("Report\nby the office\n", "All of it is provisional\n"),
    ],
)
def test_what_a_bank_says_of_an_account_is_no_row(
    bench: Workbench, file: Path, above: str, below: str
) -> None:
    rows = "01.01.2024;Rent;out;-500,00\n02.01.2024;Wages;in;2000,00"
    table = infer(bench, file, f"{above}Day;Text;Kind;Amount\n{rows}\n{below}")
    assert columns(table)[:1] + columns(table)[3:] == [("Day", "DATE"), ("Amount", "DOUBLE")]
    assert table.row_estimate == 2


@pytest.mark.parametrize("delimiter", [",", "\t", " "])
def test_names_of_rows_have_no_name_in_r(bench: Workbench, file: Path, delimiter: str) -> None:
    rows = [["mpg", "cyl", "gear"], *([f"car {n}", f"{n}.5", str(n), "4"] for n in range(9))]
    lines = [[cell if cell[0].isdigit() else f'"{cell}"' for cell in row] for row in rows]
    table = infer(bench, file, "\n".join(delimiter.join(line) for line in lines))
    assert columns(table)[1:] == [("mpg", "DOUBLE"), ("cyl", "BIGINT"), ("gear", "BIGINT")]
    assert (columns(table)[0][1], table.row_estimate) == ("VARCHAR", 9)


def test_a_delimiter_behind_the_last_field_names_no_rows(bench: Workbench, file: Path) -> None:
    table = infer(bench, file, "a,b,c\n1,x,3,\n4,y,6,\n7,z,9,\n")
    assert columns(table)[:3] == [("a", "BIGINT"), ("b", "VARCHAR"), ("c", "BIGINT")]
    table = infer(bench, file, '"remark","city","day",\n' + '"x y","Rome","13-JUN-24",\n' * 9)
    assert columns(table)[:3] == [("remark", "VARCHAR"), ("city", "VARCHAR"), ("day", "DATE")]
    assert (table.row_estimate, told(table, "has_header")) == (9, True)


def test_amounts_of_money_above_a_last_line_divide_nothing(bench: Workbench, file: Path) -> None:
    rows = "".join(f'{n};"$8,8{n}.89";"one\ntwo, three"\n' for n in range(10, 50))
    table = infer(bench, file, f"id;price;remark\n{rows}40 rows exported\n")
    assert [name for name, _ in columns(table)] == ["id", "price", "remark"]
    assert table.row_estimate == 40


def test_ragged_rows_follow_the_header(bench: Workbench, file: Path) -> None:
    table = infer(bench, file, 'a,b,c\n1,2,,"too long"\n,"too short"\n3,4,5\n')
    assert columns(table) == [("a", "BIGINT"), ("b", "VARCHAR"), ("c", "BIGINT")]
    assert told(table, "ragged") is True


def test_text_with_commas_stays_one_column(bench: Workbench, file: Path) -> None:
    lines = ["remark", "hello world", "one, two, three", "nothing here", "good, bye", "the end"]
    assert columns(infer(bench, file, "\n".join(lines))) == [("remark", "VARCHAR")]


def test_nul_bytes_are_dropped(bench: Workbench, file: Path) -> None:
    for content in (b"a\x00b,c\n1,x\x00y\n2,z\n", b"ab,c\n1,x\x00y\n2,\x00\n"):
        table = infer(bench, file, content)
        assert columns(table) == [("ab", "BIGINT"), ("c", "VARCHAR")]


def test_a_name_like_a_pattern_is_its_own_file(bench: Workbench, tmp_path: Path) -> None:
    infer(bench, tmp_path / "1.csv", "other,file\n1,2\n")
    table = infer(bench, tmp_path / "[1]*.csv", "this,one\n1,2\n")
    assert [name for name, _ in columns(table)] == ["this", "one"]


@pytest.mark.parametrize("delimiter", ["^", "~", "\x01", "¦", "||", "~|~", ":", "#", " "])
def test_a_rare_delimiter_is_found(bench: Workbench, file: Path, delimiter: str) -> None:
    rows = [["id", "name", "price"], ["1", "x, y", "1,5"], ["2", "z", "20,75"]]
    if delimiter == " ":
        rows[1][1] = '"x y"'
    table = infer(bench, file, "\n".join(delimiter.join(row) for row in rows))
    assert columns(table) == [("id", "BIGINT"), ("name", "VARCHAR"), ("price", "DOUBLE")]
    assert told(table, "delimiter") == delimiter
    assert told(table, "decimal_separator") == ","
    assert table.row_estimate == 2


@pytest.mark.parametrize(
    "lines",
    [
        ["  id  city         price", "   1  New York      10.5", "  20  Rio           2.25"],
        ["id city     price", " 1 New York  10.5", "20           2.25"],
        ["id   city   price", "1  New York   10.5", "20    Rio   2.25"],
        ["id city price", "1 Oslo 10.5", "20 Rio 2.25"],
    ],
)
def test_columns_aligned_by_blanks_are_told_apart(
    bench: Workbench, file: Path, lines: list[str]
) -> None:
    table = infer(bench, file, "\n".join(lines))
    assert columns(table) == [("id", "BIGINT"), ("city", "VARCHAR"), ("price", "DOUBLE")]
    assert told(table, "aligned") is True


DRAWN = {
    "psql": """
 id | name  | price
----+-------+-------
  1 | apple |   1.5
  2 | pear  |  2.25
(2 rows)
""",
    "mysql": """
+----+-------+-------+
| id | name  | price |
+----+-------+-------+
|  1 | apple |   1.5 |
|  2 | pear  |  2.25 |
+----+-------+-------+
2 rows in set (0.00 sec)
""",
    "sqlcmd": """
id|name|price
--|----|-----
1|apple|1.5
2|pear|2.25

(2 rows affected)
""",
    "sqlcmd -s,": """
id         ,name      ,price
-----------,----------,-----
          1,apple     ,  1.5
          2,pear      , 2.25

(2 rows affected)
""",
    "sqlcmd -s tab": "id\tname\tprice\n--\t----\t-----\n1\tapple\t1.5\n2\tpear\t2.25\n",
    "markdown": """
| id | name | price |
|---:|:-----|------:|
| 1 | apple | 1.5 |
| 2 | pear | 2.25 |
""",
    "sqlplus": """
        ID NAME        PRICE
---------- ---------- ------
         1 apple         1.5
         2 pear         2.25

2 rows selected.
""",
}


@pytest.mark.parametrize("text", DRAWN.values(), ids=DRAWN)
def test_a_table_drawn_with_lines_is_read_without_them(
    bench: Workbench, file: Path, text: str
) -> None:
    table = infer(bench, file, text)
    assert [name.lower() for name, _ in columns(table)] == ["id", "name", "price"]
    assert [native_type for _, native_type in columns(table)] == ["BIGINT", "VARCHAR", "DOUBLE"]
    assert (table.row_estimate, told(table, "drawn")) == (2, True)


def test_years_name_columns(bench: Workbench, file: Path) -> None:
    years = [("country", "VARCHAR"), ("2019", "BIGINT"), ("2020", "DOUBLE")]
    table = infer(bench, file, "country,2019,2020\nA,1,2.5\nB,3,4.5\n")
    assert columns(table) == years
    assert (table.row_estimate, told(table, "has_header")) == (2, True)
    table = infer(bench, file, "World Bank\n\ncountry,2019,2020\nA,1,2.5\nB,3,4.5\nC,5,6.5\n")
    assert columns(table) == years
    assert columns(infer(bench, file, "A,1,2020\nB,3,2021\n"))[0] == ("column0", "VARCHAR")


def test_a_sign_within_fields_divides_nothing(bench: Workbench, file: Path) -> None:
    table = infer(bench, file, "a~b,c~d\n1~,x~2\n~2,y~3\n")
    assert columns(table) == [("a~b", "VARCHAR"), ("c~d", "VARCHAR")]


def test_what_follows_the_rows_is_no_row(bench: Workbench, file: Path) -> None:
    for last in ("Total: 3 rows\n", "\x1a"):
        table = infer(bench, file, f"id,name,price\n1,x,1.5\n2,y,2\n3,z,3\n{last}")
        assert columns(table) == [("id", "BIGINT"), ("name", "VARCHAR"), ("price", "DOUBLE")]
        assert table.row_estimate == 3


@pytest.mark.parametrize(
    "lines",
    [
        ["full name", "John Smith", "Mary Jones"],
        ["started at", "12:30:00", "13:45:00"],
        ["remark", "this ^ that", "~5 of them"],
        ["address", "http://a.example", "http://b.example"],
    ],
)
def test_prose_times_and_addresses_stay_one_column(
    bench: Workbench, file: Path, lines: list[str]
) -> None:
    assert [name for name, _ in columns(infer(bench, file, "\n".join(lines)))] == lines[:1]


def test_a_packed_file_is_unpacked(bench: Workbench, tmp_path: Path) -> None:
    table = infer(bench, tmp_path / "a.csv.gz", gzip.compress(b"id,name\n1,x\n2,y\n"))
    assert columns(table) == [("id", "BIGINT"), ("name", "VARCHAR")]
    assert table.row_estimate == 2
    with pytest.raises(Unreadable, match="the gzip archive is damaged"):
        infer(bench, tmp_path / "b.csv.gz", gzip.compress(b"id,name\n" * 99)[:-20])


def test_of_a_long_file_the_beginning_is_read(
    bench: Workbench, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text, "SAMPLE_BYTES", 5000)
    rows = "".join(f"{100_000 + n},x\n" for n in range(5000))
    table = infer(bench, file, f"id,name\n{rows}")
    assert columns(table) == [("id", "BIGINT"), ("name", "VARCHAR")]
    assert told(table, "sample") == "the first 4 MiB"
    assert table.row_estimate == pytest.approx(5000, rel=0.02)


def test_a_record_that_the_sample_cuts_is_left_out(
    bench: Workbench, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text, "SAMPLE_BYTES", 5000)
    remarks = "".join(f'{n},"one\ntwo, and\nthree {n}",{n}\n' for n in range(1000))
    for size in range(5000, 5030):
        monkeypatch.setattr(text, "SAMPLE_BYTES", size)
        table = infer(bench, file, f"id,remark,n\n{remarks}")
        assert columns(table) == [("id", "BIGINT"), ("remark", "VARCHAR"), ("n", "BIGINT")]
        assert told(table, "ragged") is None
        assert table.row_estimate == pytest.approx(1000, rel=0.1)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"  \r\n\t\n", b"\x00\x00", codecs.BOM_UTF8])
def test_a_file_of_nothing_is_empty(bench: Workbench, file: Path, content: bytes) -> None:
    with pytest.raises(Unreadable, match="the file is empty"):
        infer(bench, file, content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PAR1" + bytes(50), "a Parquet file"),
        (b"SQLite format 3\x00" + bytes(50), "a SQLite database"),
        (b"%PDF-1.7\n", "a PDF document"),
        (bytes(range(1, 256)) * 20, "binary"),
    ],
)
def test_what_is_no_text_is_refused(
    bench: Workbench, file: Path, content: bytes, reason: str
) -> None:
    with pytest.raises(Unreadable, match=reason):
        infer(bench, file, content)


def test_a_very_wide_and_a_very_long_line_are_survived(bench: Workbench, file: Path) -> None:
    wide = ",".join(f"c{n}" for n in range(3000))
    assert len(columns(infer(bench, file, f"{wide}\n{'1,' * 2999}1\n"))) == 3000
    table = infer(bench, file, "id,name\n1," + "x" * 3_000_000 + "\n2,y\n")
    assert columns(table) == [("id", "BIGINT"), ("name", "VARCHAR")]
    assert table.row_estimate == 2
    table = infer(bench, file, "id,name\n1," + "x" * 3_000_000 + ",more\n2\n")
    assert columns(table) == [("id", "BIGINT"), ("name", "VARCHAR")]
    with pytest.raises(Unreadable, match="a name of 100,000 characters"):
        infer(bench, file, "x" * 100_000)
    for wide in ("," * 100_000 + "\n" + "," * 100_000 + "\n", "title\n" + "," * 100_000 + "\n"):
        with pytest.raises(Unreadable, match="more than 20,000 fields"):
            infer(bench, file, wide)


def test_what_most_rows_begin_with_is_no_comment(bench: Workbench, file: Path) -> None:
    colours = "".join(f"#{n:06X},n{n},{n}\n" for n in range(30))
    table = infer(bench, file, f"color,name,n\n{colours}#FFFFFF,white\n")
    assert columns(table) == [("color", "VARCHAR"), ("name", "VARCHAR"), ("n", "BIGINT")]
    assert table.row_estimate == 31
    tags = "".join(f"#tag{n},{n},{n}\n" for n in range(30))
    assert infer(bench, file, f"tag,count,x\n{tags}#other,5\nplain,6,7\n").row_estimate == 32


def test_a_header_may_begin_as_a_comment_does(bench: Workbench, file: Path) -> None:
    table = infer(bench, file, "#id,name,pos\n1,a,5\n2,b,6,7\n3,c,8,9,10\n4,d\n")
    assert [name for name, _ in columns(table)] == ["#id", "name", "pos"]
    assert table.row_estimate == 4


def test_ragged_rows_may_hold_line_breaks(bench: Workbench, file: Path) -> None:
    table = infer(bench, file, 'id,"First\nName",v\n1,x,2\n2,y\n3,z,4,5\n')
    assert columns(table) == [("id", "BIGINT"), ("First\nName", "VARCHAR"), ("v", "BIGINT")]


@pytest.mark.parametrize("newline", ["\r\n", "\n"])
def test_ragged_rows_may_hold_line_breaks_of_another_kind(
    bench: Workbench, file: Path, newline: str
) -> None:
    rows = newline.join(
        ["id,remark,kind", *(f'{n},"x\ry",z' for n in range(9)), "5,6,7,8", "5,6", ""]
    )
    table = infer(bench, file, rows)
    assert columns(table) == [("id", "BIGINT"), ("remark", "VARCHAR"), ("kind", "VARCHAR")]
    assert table.row_estimate == 11


def test_years_are_a_header_of_ragged_rows_too(bench: Workbench, file: Path) -> None:
    rows = "".join(f"R{n},{n},{n + 1},{n + 2}\n" for n in range(30))
    table = infer(bench, file, f"Region,2019,2020,2021\n{rows}Source: statistics office\n")
    assert [name for name, _ in columns(table)] == ["Region", "2019", "2020", "2021"]
    assert table.row_estimate == 30


def test_lines_may_end_as_on_an_old_macintosh(bench: Workbench, file: Path) -> None:
    table = infer(bench, file, "id,a,b,c,d\r" + "1,2,3,4,5\r" * 6000)
    assert (len(table.columns), table.row_estimate) == (5, 6000)
    semicolons = infer(bench, file, "a;b\r1.234,56;2,5\r2.000,10;3,5\r")
    assert columns(semicolons) == [("a", "VARCHAR"), ("b", "DOUBLE")]


def test_a_number_may_have_any_number_of_digits(bench: Workbench, file: Path) -> None:
    table = infer(bench, file, f"{'9' * 5000},1\n{'8' * 5000},2\n")
    assert [kind for _, kind in columns(table)][1] == "BIGINT"
    assert table.row_estimate == 2
