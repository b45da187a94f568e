from __future__ import annotations

import pytest

from metadata_assets.diff.widening import effect_of


@pytest.mark.parametrize(
    ("dialect", "narrow", "wide"),
    [
        ("postgres", "smallint", "integer"),
        ("postgres", "integer", "bigint"),
        ("postgres", "integer", "numeric(10,0)"),
        ("postgres", "integer", "numeric"),
        ("postgres", "integer", "double precision"),
        ("postgres", "real", "double precision"),
        ("postgres", "numeric(8,2)", "numeric(10,2)"),
        ("postgres", "numeric(8,2)", "numeric(10,4)"),
        ("postgres", "numeric(8,2)", "numeric"),
        ("postgres", "character varying(40)", "character varying(128)"),
        ("postgres", "character varying(255)", "text"),
        ("postgres", "character(3)", "character varying(5)"),
        ("postgres", "timestamp(3) without time zone", "timestamp without time zone"),
        ("postgres", "integer[]", "bigint[]"),
        ("mysql", "tinyint(3) unsigned", "int(10) unsigned"),
        ("mysql", "smallint(4) unsigned", "mediumint(8) unsigned"),
        ("mysql", "tinyint(3)", "smallint(4)"),
        ("mysql", "int(10) unsigned", "bigint(20)"),
        ("mysql", "text", "longtext"),
        ("mysql", "varchar(255)", "text"),
        ("mysql", "datetime", "datetime(6)"),
        ("mysql", "enum('a','b')", "enum('a','b','c')"),
        ("mysql", "enum('a','bcd')", "varchar(3)"),
        ("mysql", "binary(16)", "varbinary(32)"),
        ("duckdb", "UTINYINT", "SMALLINT"),
        ("duckdb", "DECIMAL(10,2)", "DECIMAL(12,2)"),
        ("sqlite", "varchar(5)", "varchar(16)"),
    ],
)
def test_there_everything_fits_and_back_it_may_not(dialect: str, narrow: str, wide: str) -> None:
    assert effect_of(narrow, wide, dialect) == "widened"
    assert effect_of(wide, narrow, dialect) == "narrowed"


@pytest.mark.parametrize(
    ("dialect", "one", "other"),
    [
        ("postgres", "integer", "text"),
        ("postgres", "timestamp without time zone", "timestamp with time zone"),
        ("postgres", "numeric(10,2)", "numeric(10,4)"),
        ("postgres", "citext", "ltree"),
        ("postgres", "integer", "integer[]"),
        ("postgres", "public.mood", "public.state"),
        ("mysql", "tinyint(1)", "tinyint(1) unsigned"),
        ("mysql", "enum('a','b')", "enum('b','c')"),
        ("duckdb", "STRUCT(a INTEGER)", "STRUCT(b INTEGER)"),
        ("duckdb", "BIGINT", "DOUBLE"),
    ],
)
def test_between_types_that_differ_in_kind_values_change(
    dialect: str, one: str, other: str
) -> None:
    assert effect_of(one, other, dialect) == "changed"
    assert effect_of(other, one, dialect) == "changed"


@pytest.mark.parametrize(
    ("dialect", "one", "other"),
    [
        ("mysql", "int(10)", "int(11)"),
        ("postgres", "varchar", "text"),
        ("sqlite", "INT", "integer"),
    ],
)
def test_two_words_for_one_type_lose_nothing(dialect: str, one: str, other: str) -> None:
    assert effect_of(one, other, dialect) == effect_of(other, one, dialect) == "widened"
