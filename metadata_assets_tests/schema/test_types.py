from __future__ import annotations

import json

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from metadata_assets.schema.type_rules import FALLBACKS, RULES
from metadata_assets.schema.types import (
    canonical_texts,
    canonical_type,
    portable_type,
    type_text,
)
from metadata_assets_tests.realdata import REALDATA, needs_realdata

T = exp.DataType.Type
DIALECTS = [
    "bigquery",
    "clickhouse",
    "databricks",
    "duckdb",
    "mysql",
    "postgres",
    "redshift",
    "snowflake",
    "sqlite",
    "tsql",
    "oracle",
]


def real_types() -> dict[str, list[str]]:
    path = REALDATA / "types" / "types.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


@needs_realdata
@pytest.mark.parametrize("dialect", sorted(real_types()))
def test_every_real_type_is_read_and_its_text_reads_back_to_the_same_type(dialect: str) -> None:
    for native in real_types()[dialect]:
        canonical = canonical_type(native, dialect)
        assert isinstance(canonical, exp.DataType), native
        assert canonical_type(type_text(native, dialect), dialect) == canonical, native


@needs_realdata
@pytest.mark.parametrize("dialect", sorted(real_types()))
def test_a_portable_type_has_no_name_of_the_source_left(dialect: str) -> None:
    for native in real_types()[dialect]:
        kinds = [part.this for part in portable_type(native, dialect).find_all(exp.DataType)]
        assert T.USERDEFINED not in kinds, native


@given(st.text(max_size=40), st.sampled_from(DIALECTS))
def test_no_text_is_refused(native: str, dialect: str) -> None:
    canonical = canonical_type(native, dialect)
    assert canonical_type(type_text(native, dialect), dialect) == canonical


_FRAGMENTS = st.sampled_from(
    [
        "int",
        "varchar",
        "(",
        ")",
        "[",
        "]",
        "<",
        ">",
        ",",
        "'a'",
        '"b"',
        "unsigned",
        "with",
        "time",
        "zone",
        "10",
        "-1",
        "struct",
        "array",
        "map",
        "enum",
        "not",
        "null",
        "default",
        "collate",
        "interval",
        "day",
        "to",
        "--",
        "/*",
        ";",
        "nullable",
        "decimal",
    ]
)


@given(st.lists(_FRAGMENTS, max_size=10).map(" ".join), st.sampled_from(DIALECTS))
def test_no_garbled_type_is_refused(native: str, dialect: str) -> None:
    canonical = canonical_type(native, dialect)
    assert canonical_type(type_text(native, dialect), dialect) == canonical


@pytest.mark.parametrize(
    "native",
    [
        *("array<" * 3000 + "int" + ">" * 3000, "int" + "[]" * 3000, "struct(a " * 3000),
        *("(" * 9999, "int(" * 30, "int(" * 30 + ")" * 30),
    ],
)
def test_absurd_nesting_is_survived(native: str) -> None:
    for dialect in ("duckdb", "bigquery", "postgres"):
        assert isinstance(type_text(native, dialect), str)


@pytest.mark.parametrize(
    ("dialect", "native", "expected"),
    [
        # precision, scale, length
        ("postgres", "numeric(12,4)", "DECIMAL(12, 4)"),
        ("postgres", "numeric(4,-2)", "DECIMAL(4, -2)"),
        ("postgres", "character varying(63)", "VARCHAR(63)"),
        ("duckdb", "varchar(80)", "VARCHAR(80)"),
        ("sqlite", "VARYING CHARACTER (32)", "VARCHAR(32)"),
        # time zone and its precision
        ("postgres", "timestamp(3) with time zone", "TIMESTAMPTZ(3)"),
        ("postgres", "timestamp without time zone", "TIMESTAMP"),
        ("mysql", "timestamp", "TIMESTAMPTZ"),
        # width and sign
        ("postgres", "bigint", "BIGINT"),
        ("mysql", "bigint(20) unsigned", "UBIGINT(20)"),
        ("mysql", "int(11) unsigned zerofill", "UINT(11)"),
        ("mysql", "real", "DOUBLE"),
        ("sqlite", "UNSIGNED BIG INT", "UBIGINT"),
        ("sqlite", "INT8", "BIGINT"),
        ("duckdb", "uint64", "UBIGINT"),
        ("bigquery", "INTEGER", "BIGINT"),
        # dimensions and nesting
        ("postgres", "numeric(10,2)[][3]", "ARRAY<ARRAY<DECIMAL(10, 2)>>[3]"),
        ("duckdb", "INTEGER[3][]", "ARRAY<ARRAY<INT>[3]>"),
        ("duckdb", "STRUCT(a INTEGER[], b VARCHAR)", "STRUCT<a ARRAY<INT>, b TEXT>"),
        ("duckdb", "MAP(VARCHAR, STRUCT(b BIGINT))", "MAP<TEXT, STRUCT<b BIGINT>>"),
        # labels
        ("mysql", "enum('a''b','c,d)')", "ENUM('a''b', 'c,d)')"),
        # what SQLite says of types it never heard of
        ("sqlite", "", "UNKNOWN"),
        ("sqlite", "DATETIME_CHAR", "TEXT"),
        ("sqlite", "BIGGISH INTEGER", "BIGINT"),
    ],
)
def test_what_a_type_says_is_kept(dialect: str, native: str, expected: str) -> None:
    assert canonical_type(native, dialect).sql() == expected


@pytest.mark.parametrize(
    ("dialect", "native", "nearest"),
    [
        ("postgres", "bit varying(24)", "TEXT"),
        ("postgres", "citext", "TEXT"),
        ("postgres", "public.mood", "TEXT"),
        ("postgres", '"My Type"', "TEXT"),
        ("postgres", "interval day to second(3)", "INTERVAL"),
        ("mysql", "float(10,2) unsigned", "UDOUBLE"),
        ("sqlite", "foo bar baz(3)", "TEXT"),
    ],
)
def test_what_sqlglot_cannot_say_keeps_its_name_and_has_a_nearest_type(
    dialect: str, native: str, nearest: str
) -> None:
    assert canonical_type(native, dialect).this == T.USERDEFINED
    assert canonical_type(native, dialect).sql(dialect) == native
    assert portable_type(native, dialect).sql() == nearest


def test_arrays_of_named_types_stay_arrays() -> None:
    for native in ("citext[]", "oid[]", "bit varying[]", "public.mood[]", '"char"[]'):
        array = canonical_type(native, "postgres")
        assert array.this == T.ARRAY
        assert array.expressions[0].this == T.USERDEFINED
        assert array.sql("postgres") == native
    assert portable_type("citext[]", "postgres").sql("duckdb") == "TEXT[]"


def test_every_rule_does_one_thing_and_says_why() -> None:
    for rule in (*RULES, *FALLBACKS):
        outcomes = (rule.canonical, rule.respelled, rule.nearest)
        assert sum(outcome is not None for outcome in outcomes) == 1, rule
        assert rule.reason


def test_a_column_of_types_keeps_its_order() -> None:
    native = pa.chunked_array([["integer", "text"], ["integer", "bit varying(3)"]])
    assert canonical_texts(native, "postgres").to_pylist() == [
        "INT",
        "TEXT",
        "INT",
        "bit varying(3)",
    ]
    assert canonical_texts(pa.chunked_array([], pa.string()), "postgres").to_pylist() == []
