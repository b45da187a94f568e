from __future__ import annotations

import csv
import gzip
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from metadata_assets.catalog.invariants import violations
from metadata_assets.catalog.model import Catalog
from metadata_assets.errors import ConfigurationError, SourceRefused, SourceUnavailable
from metadata_assets.sources.registry import Source, dialect_of, open_source
from metadata_assets_tests.sources.files.workbook_files import write_workbook
from metadata_assets_tests.sources.mysql_servers import MySQLDatabase
from metadata_assets_tests.sources.reading import listed, only

TABLE_ROWS: list[list[Any]] = [
    [
        *("project_id", "table_fqdn", "object_type", "business_domain", "grain_description"),
        *("owner_email", "status", "exists_flag", "row_count_last_audit", "last_updated_ts"),
    ],
    [
        *("acme", "acme.sales.orders", "TABLE", "sales", "one row an order"),
        *("ops@acme.test", "In Use", "true", "120", "2026-01-02"),
    ],
    ["acme", "acme.sales.daily", "VIEW", "sales", None, None, "Obsolete", "TRUE", None, None],
    ["acme", "acme.crm.orders", "TABLE", "crm", None, None, "In Use", "true", None, None],
    ["acme", "acme.sales.gone", "DELETED", "sales", None, None, "In Use", "true", None, None],
    ["acme", "acme.sales.lost", "TABLE", "sales", None, None, "In Use", "false", None, None],
]
COLUMN_ROWS: list[list[Any]] = [
    [
        *("table_fqdn", "column_name", "data_type", "is_nullable", "description", "pii_flag"),
        *("exists_flag", "ordinal"),
    ],
    ["acme.sales.orders", "email", "STRING", "YES", "of the buyer, or ours", "true", "true", 2],
    ["acme.sales.orders", "id", "INT64", "NO", None, "false", "true", 1],
    ["acme.sales.orders", "old", "STRING", "YES", None, "false", "false", 3],
    ["acme.sales.orders", "lines", "ARRAY<STRUCT<a INT64>>", None, None, None, None, 4],
    ["acme.sales.daily", "day", "DATE", "YES", None, "FALSE", "true", 1],
    ["acme.crm.orders", "id", "INT64", "YES", None, "", "true", 1],
    ["acme.sales.gone", "id", "INT64", "YES", None, None, "true", 1],
    ["acme.sales.unlisted", "id", "INT64", "YES", None, None, "true", 1],
]
VIEW_ROWS: list[list[Any]] = [
    ["view_name", "sql_query", "view_type"],
    ["acme.sales.daily", "CREATE VIEW daily AS\nSELECT DATE(at) AS day FROM sales.orders;", "view"],
]
PARTS = {
    "Table_Metadata": TABLE_ROWS,
    "Column_Metadata": COLUMN_ROWS,
    "View_Definitions": VIEW_ROWS,
}


def write_csv(path: Path, rows: Sequence[Sequence[Any]], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=";" if encoding != "utf-8" else ",").writerows(rows)
    return path


def source(**config: Any) -> Source:
    return open_source("test.source", "data_dictionary", config, base=Path("/"), env={})


def read(**config: Any) -> Catalog:
    catalog = source(**config).extract()
    assert violations(catalog) == []
    return catalog


@pytest.fixture(params=["folder", "workbook", "database"])
def dictionary(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    """The same dictionary in each kind of place, as a configuration."""
    if request.param == "folder":
        for name, rows in PARTS.items():
            write_csv(tmp_path / f"{name}.csv", rows)
        return {"path": str(tmp_path)}
    if request.param == "workbook":
        return {"path": str(write_workbook(tmp_path / "dictionary.xlsx", PARTS))}
    with sqlite3.connect(tmp_path / "dictionary.db") as connection:
        for name, (header, *rows) in PARTS.items():
            connection.execute(f"CREATE TABLE {name} ({', '.join(header)})")
            connection.executemany(
                f"INSERT INTO {name} VALUES ({', '.join('?' for _ in header)})", rows
            )
    connection.close()
    return {
        "url": f"sqlite:///{tmp_path / 'dictionary.db'}",
        "table_rows": "Table_Metadata",
        "column_rows": "SELECT * FROM Column_Metadata WHERE column_name <> 'never'",
        "view_rows": "View_Definitions",
    }


def test_it_is_the_catalog_it_describes(dictionary: dict[str, Any]) -> None:
    catalog = read(**dictionary, dialect="bigquery", within="acme")
    assert listed(catalog.tables, "table_fqdn", "object_type", "business_domain", "status") == [
        ("crm.orders", "table", "crm", "In Use"),
        ("sales.daily", "view", "sales", "Obsolete"),
        ("sales.orders", "table", "sales", "In Use"),
    ]
    orders = only(catalog.tables, table_fqdn="sales.orders")
    assert orders["grain_description"] == "one row an order"
    assert (orders["owner"], orders["row_estimate"]) == ("ops@acme.test", 120)
    assert only(catalog.tables, table_name="daily")["definition"] == (
        "SELECT DATE(at) AS day FROM sales.orders"
    )
    columns = listed(
        *(catalog.columns, "ordinal", "column_name", "native_type", "nullable", "pii"),
        table_fqdn="sales.orders",
    )
    assert columns == [
        (1, "id", "INT64", False, False),
        (2, "email", "STRING", True, True),
        (3, "lines", "ARRAY<STRUCT<a INT64>>", True, None),
    ]
    assert only(catalog.columns, column_name="email")["comment"] == "of the buyer, or ours"
    assert listed(catalog.unreadable, "object_name") == ["sales.unlisted"]


def test_the_fingerprint_changes_with_a_description(dictionary: dict[str, Any]) -> None:
    before = source(**dictionary).fingerprint()
    assert source(**dictionary).fingerprint() == before
    if "url" in dictionary:
        with sqlite3.connect(dictionary["url"].removeprefix("sqlite:///")) as connection:
            connection.execute("UPDATE Table_Metadata SET grain_description = 'another'")
        connection.close()
        assert source(**dictionary).fingerprint() != before


def test_one_file_of_columns_is_enough(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "metadata.csv",
        [
            ["Table Name", "Column name", "Data type", "Column description"],
            ["orders", "größe", "int", "in Stück"],
            ["shop.buyers", "id", None, None],
        ],
        encoding="cp1252",
    )
    catalog = read(path=str(path))
    assert listed(catalog.columns, "table_fqdn", "column_name", "native_type", "comment") == [
        ("main.orders", "größe", "int", "in Stück"),
        ("shop.buyers", "id", "unknown", None),
    ]


def test_the_newest_of_two_rows_about_one_table_counts(tmp_path: Path) -> None:
    header = ["table_fqdn", "grain_description", "exists_flag", "last_updated_ts"]
    write_csv(
        tmp_path / "tables.csv",
        [
            header,
            ["s.t", "new", "true", "2026-02-01"],
            ["s.t", "old", "false", "2026-01-01"],
            ["s.u", "was there", "true", "2026-01-01"],
            ["s.u", "is gone", "false", "2026-02-01"],
        ],
    )
    rows = [["table_fqdn", "column_name", "data_type"], ["s.t", "a", "int"], ["s.u", "a", "int"]]
    write_csv(tmp_path / "columns.csv", rows)
    catalog = read(path=str(tmp_path))
    assert listed(catalog.tables, "table_fqdn", "grain_description") == [("s.t", "new")]
    assert catalog.unreadable.num_rows == 0


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("9/1/2024", "10/1/2024"),
        ("30/9/2024 8:05", "1/10/2024"),
        ("30.09.2024", "01.10.2024"),
        ("9/1/2024 11:00:00 AM", "9/1/2024 1:00:00 PM"),
        ("2024-09-01T10:00:00+02:00", "2024-09-01 09:00:00Z"),
        ("2024-9-1", "2024-10-1"),
        ("v1", "v2"),
    ],
)
def test_the_newest_row_is_the_one_of_the_latest_date_however_it_is_written(
    older: str, newer: str, tmp_path: Path
) -> None:
    rows = [
        ["table_fqdn", "column_name", "data_type", "profile_timestamp"],
        ["s.t", "a", "new", newer],
        ["s.t", "a", "old", older],
        ["s.t", "a", "undated", None],
    ]
    catalog = read(path=str(write_csv(tmp_path / "x.csv", rows)))
    assert listed(catalog.columns, "native_type") == ["new"]


@pytest.mark.parametrize(
    ("name", "fqdn"),
    [
        ("`acme.sales.orders`", "sales.orders"),
        ("acme.sales.orders", "sales.orders"),
        ('"acme"."sales"."odd.name"', 'sales."odd.name"'),
        ("other.sales.orders", '"other.sales".orders'),
        ("[dbo].[orders]", "dbo.orders"),
        ("acme.acme", "main.acme"),
        ('"q]"."r[1]"', "q].r[1]"),
        ('"a""b".c', '"a""b".c'),
        ('"a.b"."c"', '"a.b".c'),
        ("[a]].b].[c]", '"a].b".c'),
    ],
)
def test_names_are_read_with_their_quotes(name: str, fqdn: str, tmp_path: Path) -> None:
    rows = [["table_fqdn", "column_name", "data_type"], [name, "a", "int"]]
    catalog = read(path=str(write_csv(tmp_path / "x.csv", rows)), within="acme")
    assert listed(catalog.tables, "table_fqdn") == [fqdn]


def test_columns_of_another_name_are_found_by_the_configuration(tmp_path: Path) -> None:
    rows = [["tabelle", "spalte", "datentyp"], ["s.t", "a", "int"]]
    path = str(write_csv(tmp_path / "x.csv", rows))
    names = {"table_fqdn": "Tabelle", "column_name": "Spalte", "data_type": "Datentyp"}
    assert listed(read(path=path, columns=names).columns, "native_type") == ["int"]


def test_a_missing_column_is_named_with_the_nearest(tmp_path: Path) -> None:
    rows = [["table_fqdn", "column", "datatype"], ["s.t", "a", "int"]]
    path = str(write_csv(tmp_path / "x.csv", rows))
    with pytest.raises(SourceRefused) as failed:
        source(path=path, columns={"column_name": "column"}).extract()
    assert str(failed.value) == (
        f"{path}: the dictionary has no column `data_type`: rows about columns need one; write "
        "`data_type: its name` under `columns`. The nearest is `datatype`. "
        "It has: column, datatype, table_fqdn."
    )
    with pytest.raises(SourceRefused, match=r"`colum`: `columns` says .* nearest is `column`"):
        source(path=path, columns={"column_name": "colum"}).extract()


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({}, "either a `path` or a `url`"),
        ({"path": "x", "url": "sqlite://", "column_rows": "c"}, "either a `path` or a `url`"),
        ({"url": "sqlite:///x.db"}, "which table or SELECT has its `column_rows`"),
        ({"path": "x", "columns": {"datatype": "t"}}, "a dictionary has no `datatype`"),
        ({"path": "x", "dialect": "bigqueri"}, "did you mean `bigquery`"),
    ],
)
def test_a_wrong_configuration_says_what_is_wrong(config: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        source(**config)


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="does not exist"):
        source(path=str(tmp_path / "gone.csv")).extract()
    with pytest.raises(SourceRefused, match="there are no rows about columns"):
        source(path=str(tmp_path)).extract()
    write_csv(tmp_path / "a.csv", TABLE_ROWS)
    with pytest.raises(SourceRefused, match=r"no file or sheet `b`. There are: a\."):
        source(path=str(tmp_path), column_rows="b").extract()
    (tmp_path / "a.csv").write_bytes(b"PK\x03\x04")
    with pytest.raises(SourceRefused, match="it cannot be read: the file is a ZIP archive"):
        source(path=str(tmp_path / "a.csv")).extract()


def test_what_a_database_refuses_is_told(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "x.db").close()
    config = {"url": f"sqlite:///{tmp_path / 'x.db'}", "column_rows": "Column_Metadata"}
    with pytest.raises(SourceUnavailable, match="no such table: Column_Metadata"):
        source(**config).extract()


@pytest.mark.parametrize(
    "place",
    [
        '"Column Metadata"',
        'main."Column Metadata"',
        "[Column Metadata] ",
        'SELECT\n*\nFROM\n"Column Metadata"',
        'select*from"Column Metadata"',
        '\n-- all\nWITH c AS (SELECT * FROM "Column Metadata") SELECT * FROM c',
        "plain_name",
        "select_all ",
    ],
)
def test_rows_are_those_of_a_name_or_of_a_statement(place: str, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "x.db") as connection:
        for name in ('"Column Metadata"', "plain_name", "select_all"):
            connection.execute(
                f"CREATE TABLE {name} AS SELECT 's.t' table_fqdn, 'a' column_name, 'int' data_type"
            )
    connection.close()
    catalog = read(url=f"sqlite:///{tmp_path / 'x.db'}", column_rows=place)
    assert listed(catalog.columns, "table_fqdn", "column_name") == [("s.t", "a")]


def test_its_dialect_is_the_one_it_says() -> None:
    database = {"url": "mssql+pyodbc://host/db", "column_rows": "c"}
    assert dialect_of("data_dictionary", {"path": "x", "dialect": "bigquery"}) == "bigquery"
    assert dialect_of("data_dictionary", {**database, "dialect": "bigquery"}) == "bigquery"
    assert dialect_of("data_dictionary", database) == "tsql"
    assert dialect_of("data_dictionary", {"path": "x"}) == ""


def test_flags_may_be_padded_or_decimal_and_names_may_name_nothing(tmp_path: Path) -> None:
    header = ["table_fqdn", "column_name", "data_type", "is_nullable", "exists_flag"]
    rows = [
        ["s.t", "a", "int", "NO ", "Y  "],
        ["s.t", "b", "int", "YES", "N  "],
        ["s.t", "c", "int", "1.0", "0.0"],
        ["s.gone", "a", "int", "YES", "no"],
        [".", "a", "int", "YES", "Y"],
    ]
    path = write_csv(tmp_path / "Column_Metadata.csv", [header, *rows])
    catalog = read(path=str(path))
    assert listed(catalog.tables, "table_fqdn") == ["s.t"]
    assert listed(catalog.columns, "column_name", "nullable") == [("a", False)]


def test_a_name_without_a_schema_gets_the_one_beside_it_whatever_its_column_is_called(
    tmp_path: Path,
) -> None:
    write_csv(
        tmp_path / "columns.csv",
        [
            ["table_schema", "Tabelle", "column_name", "data_type"],
            ["s1", "t", "a", "int"],
            ["s2", "[t u]", "b", "int"],
            ["s2", "s3.t", "c", "int"],
        ],
    )
    write_csv(
        tmp_path / "views.csv",
        [["table_schema", "view_name", "sql_query"], ["s1", "t", "SELECT 1"]],
    )
    catalog = read(path=str(tmp_path), columns={"table_fqdn": "Tabelle"})
    assert listed(catalog.tables, "table_fqdn", "definition") == [
        ("s1.t", "SELECT 1"),
        ("s2.t u", None),
        ("s3.t", None),
    ]


def test_values_of_a_database_may_be_padded(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "x.db") as connection:
        connection.executescript(
            """
            CREATE TABLE t (table_fqdn, object_type, exists_flag);
            INSERT INTO t VALUES
              ('s.t   ', 'VIEW   ', 'YES  '), ('s.u', 'DELETED  ', NULL), ('s.w', NULL, 0.0);
            CREATE TABLE c (table_fqdn, column_name, data_type, is_nullable, exists_flag);
            INSERT INTO c VALUES
              ('s.t', 'a     ', 'int   ', 'NO ', 1.0), ('s.t', 'b', 'int', 0.0, '     '),
              ('s.t', 'c', 'int', 'YES', '0.00'), ('s.lost', 'a', 'int', 'NO ', 'N  ');
            """
        )
    connection.close()
    url = f"sqlite:///{tmp_path / 'x.db'}"
    catalog = read(url=url, table_rows="t", column_rows="c")
    assert listed(catalog.tables, "table_fqdn", "object_type") == [("s.t", "view")]
    assert listed(catalog.columns, "column_name", "native_type", "nullable") == [
        ("a", "int", False),
        ("b", "int", False),
    ]
    assert catalog.unreadable.num_rows == 0


def test_a_table_whose_columns_are_all_gone_is_gone(tmp_path: Path) -> None:
    rows = [
        ["table_fqdn", "column_name", "data_type", "exists_flag", "profile_timestamp"],
        ["s.t", "a", "int", "true", "2026-01-01"],
        ["s.t", "a", "int", "false", "2026-02-01"],
        ["s.u", "a", "int", "true", "2026-02-01"],
    ]
    write_csv(tmp_path / "columns.csv", rows)
    assert listed(read(path=str(tmp_path)).tables, "table_fqdn") == ["s.u"]
    write_csv(tmp_path / "tables.csv", [["table_fqdn", "status"], ["s.u", "In Use"]])
    assert read(path=str(tmp_path)).unreadable.num_rows == 0


@pytest.mark.parametrize("schema", ["table_schema", "schema_name"])
def test_same_named_tables_of_two_schemas_stay_two(schema: str, tmp_path: Path) -> None:
    rows = [
        ["table_catalog", schema, "table_name", "ordinal_position", "column_name", "data_type"],
        ["db", "s1", "t", "1", "a", "int"],
        ["db", "s.2", "t", "1", "b", "int"],
        ["db", "s.2", "t", "2", "a", "int"],
    ]
    catalog = read(path=str(write_csv(tmp_path / "columns.csv", rows)))
    assert listed(catalog.columns, "table_fqdn", "column_name") == [
        ('"s.2".t', "b"),
        ('"s.2".t', "a"),
        ("s1.t", "a"),
    ]


@pytest.mark.parametrize(
    "above", ["", "Data dictionary of the shop, as of May, 2026\n\n", "sep=;\n", "a|b, all of it\n"]
)
def test_the_delimiter_is_that_of_the_rows_whatever_stands_above_them(
    above: str, tmp_path: Path
) -> None:
    text = f"{above}table_fqdn;column_name;data_type;description\ns.t;a;int;one, or two\n"
    text += "s.t;b;decimal(9,2);three\ns.t;c;text;\n"
    (tmp_path / "shop.csv").write_text(text, encoding="utf-8")
    catalog = read(path=str(tmp_path / "shop.csv"))
    assert listed(catalog.columns, "column_name", "native_type", "comment") == [
        ("a", "int", "one, or two"),
        ("b", "decimal(9,2)", "three"),
        ("c", "text", None),
    ]


def test_a_list_of_tables_may_have_one_column(tmp_path: Path) -> None:
    rows = [["table_fqdn", "column_name", "data_type"], ["s.t", "a", "int"], ["s.u", "a", "int"]]
    write_csv(tmp_path / "Column_Metadata.csv", rows)
    write_csv(tmp_path / "Table_Metadata.csv", [["table_fqdn"], ["s.t"], ["s.empty"]])
    catalog = read(path=str(tmp_path))
    assert listed(catalog.tables, "table_fqdn") == ["s.empty", "s.t"]
    assert listed(catalog.unreadable, "object_name") == ["s.u"]


def test_notes_beside_the_one_table_of_a_workbook_are_no_part_of_it(tmp_path: Path) -> None:
    sheets = {
        "Read me": [["How to fill this in"], ["Ask the data team"]],
        "Fields": [["table_fqdn", "column_name", "data_type"], ["s.t", "a", "int"]],
    }
    catalog = read(path=str(write_workbook(tmp_path / "x.xlsx", sheets)))
    assert listed(catalog.columns, "table_fqdn", "column_name") == [("s.t", "a")]


def test_packed_files_are_read_under_the_names_of_what_is_in_them(tmp_path: Path) -> None:
    for name, rows in PARTS.items():
        path = write_csv(tmp_path / f"{name}.csv", rows)
        (tmp_path / f"{name}.csv.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    catalog = read(path=str(tmp_path), within="acme")
    assert listed(catalog.tables, "table_fqdn") == ["crm.orders", "sales.daily", "sales.orders"]


def test_flags_may_be_bits_and_texts_may_have_no_character_set(mysql: MySQLDatabase) -> None:
    mysql.execute(
        "CREATE TABLE c (table_fqdn varbinary(20), column_name blob, data_type text,"
        " is_nullable bit(1), pii_flag bit, exists_flag bit(1))",
        "INSERT INTO c VALUES ('s.t', 'größe', 'int', b'0', b'1', b'1'),"
        " ('s.t', 'b', 'int', b'1', b'0', NULL), ('s.t', 'c', 'int', b'1', b'0', b'0')",
    )
    catalog = read(url=mysql.url, column_rows="c")
    assert listed(catalog.columns, "column_name", "nullable", "pii") == [
        ("größe", False, True),
        ("b", True, False),
    ]


def test_a_table_may_be_named_in_its_first_row_alone(tmp_path: Path) -> None:
    rows = [
        ["schema_name", "Table", "column_name", "data_type", "is_nullable"],
        ["s", "t", "a", "int", "NOT NULL"],
        [None, None, "b", "text", "NULL"],
        [None, None, None, None, None],
        ["s", "u", "a", "int", None],
        [None, None, "c", "int", None],
    ]
    for path in (
        write_csv(tmp_path / "x.csv", rows),
        write_workbook(tmp_path / "x.xlsx", {"x": rows}, {"x": ["A2:A3", "B2:B3"]}),
    ):
        catalog = read(path=str(path), columns={"table_fqdn": "Table"})
        assert listed(catalog.columns, "table_fqdn", "column_name", "nullable") == [
            ("s.t", "a", False),
            ("s.t", "b", True),
            ("s.u", "a", True),
            ("s.u", "c", True),
        ]


def test_files_and_sheets_of_one_name_are_one_table(tmp_path: Path) -> None:
    sales = [["Table FQDN", "column_name", "Data type"], ["sales.t", "a", "int"]]
    crm = [["column_name", "table_fqdn", "data_type", "comment"], ["b", "crm.t", "text", "why"]]
    write_workbook(tmp_path / "crm.xlsx", {"Notes": [["by us"]], "Columns": crm})
    write_workbook(tmp_path / "sales.xlsx", {"Columns": sales})
    catalog = read(path=str(tmp_path))
    assert listed(catalog.columns, "table_fqdn", "column_name", "native_type", "comment") == [
        ("crm.t", "b", "text", "why"),
        ("sales.t", "a", "int", None),
    ]


def test_a_merged_cell_is_the_value_of_all_its_rows(tmp_path: Path) -> None:
    rows = [
        ["Data dictionary of the shop", None, None, None],
        ["schema_name", "table_fqdn", "column_name", "data_type"],
        [None, None, None, None],
        ["s", "t", "a", "int"],
        [None, None, "b", "text"],
        [None, "u", "a", "int"],
    ]
    merges = ["A1:D1", "A2:A3", "B2:B3", "C2:C3", "D2:D3", "A4:A6", "B4:B5"]
    path = write_workbook(tmp_path / "x.xlsx", {"x": rows}, {"x": merges})
    assert listed(read(path=str(path)).columns, "table_fqdn", "column_name") == [
        ("s.t", "a"),
        ("s.t", "b"),
        ("s.u", "a"),
    ]
