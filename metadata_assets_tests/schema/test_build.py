from __future__ import annotations

import pytest
import sqlglot
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify

from metadata_assets.lake import Lake
from metadata_assets.schema.build import SCHEMA_COLUMNS, build_schema
from metadata_assets_tests.schema.catalogs import catalog, column, table

SHOP = catalog(
    table("orders", column("id", "bigint"), column("Total", "numeric(12,2)")),
    table("orders", column("note", "text"), schema="archive"),
    table('odd "name".x', column("a b", "text"), schema="My Schema"),
    table("empty"),
)


def expanded(sql: str, schema: sqlglot.MappingSchema, dialect: str) -> str:
    return qualify(sqlglot.parse_one(sql, dialect=dialect), schema=schema, dialect=dialect).sql(
        dialect
    )


def test_same_named_tables_of_two_schemas_stay_two() -> None:
    nested = build_schema(SHOP, "postgres").nested()
    assert list(nested["public"]["orders"]) == ["id", "Total"]
    assert list(nested["archive"]["orders"]) == ["note"]


def test_odd_names_are_kept_as_they_are() -> None:
    nested = build_schema(SHOP, "postgres").nested()
    assert list(nested["My Schema"]['odd "name".x']) == ["a b"]


def test_types_are_the_canonical_ones() -> None:
    nested = build_schema(SHOP, "postgres").nested()
    assert nested["public"]["orders"]["Total"] == exp.DataType.build("DECIMAL(12, 2)")


def test_a_domain_is_typed_by_what_it_rests_on_and_keeps_its_name() -> None:
    built = build_schema(
        catalog(table("t", column("amount", "public.money_amount", base_type="numeric(12,2)"))),
        "postgres",
    )
    (row,) = built.columns.to_pylist()
    assert (row["native_type"], row["sqlglot_type"]) == ("public.money_amount", "DECIMAL(12, 2)")


def test_only_the_named_tables_are_mapped() -> None:
    built = build_schema(SHOP, "postgres")
    assert built.nested(["archive.orders", "public.unknown"]) == {
        "archive": {"orders": {"note": exp.DataType.build("TEXT")}}
    }
    assert built.nested([]) == {}
    assert built.nested(["archive.orders", "public.orders"])["public"] == {
        "orders": built.nested()["public"]["orders"]
    }


def test_exact_names_of_postgres_resolve_when_quoted() -> None:
    schema = build_schema(SHOP, "postgres").mapping()
    assert '"orders"."Total" AS "Total"' in expanded(
        "SELECT * FROM public.orders", schema, "postgres"
    )
    with pytest.raises(sqlglot.errors.OptimizeError):
        expanded("SELECT total FROM public.orders", schema, "postgres")


@pytest.mark.parametrize("dialect", ["duckdb", "sqlite"])
def test_names_resolve_in_any_case_where_the_engine_ignores_it(dialect: str) -> None:
    mixed = catalog(table("Album", column("AlbumId", "INTEGER"), schema="main"))
    schema = build_schema(mixed, dialect).mapping()
    assert "albumid" in expanded('SELECT ALBUMID FROM "ALBUM"', schema, dialect)


def test_a_catalog_without_columns_has_an_empty_schema() -> None:
    built = build_schema(catalog(table("empty")), "postgres")
    assert built.nested() == {}
    assert built.table_count == 0


def test_the_columns_are_stored_in_the_lake_as_they_are(lake: Lake) -> None:
    built = build_schema(SHOP, "postgres")
    lake.partition(SCHEMA_COLUMNS, "demo.shop").replace(built.columns)
    assert lake.read(SCHEMA_COLUMNS, "demo.shop").equals(built.columns)
