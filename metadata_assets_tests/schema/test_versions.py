from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from metadata_assets.catalog.model import Catalog
from metadata_assets.schema.versions import catalog_of, only_tables, table_definitions
from metadata_assets.sources.postgres.driver import PostgresConfig, PostgresDriver
from metadata_assets.sources.sqlite.driver import SQLiteConfig, SQLiteDriver
from metadata_assets_tests.realdata import REALDATA, needs_realdata
from metadata_assets_tests.schema.catalogs import (
    catalog,
    column,
    foreign_key,
    index,
    primary_key,
    table,
)
from metadata_assets_tests.servers import PostgresServer

MOOD = {
    "schema_name": "public",
    "type_name": "mood",
    "kind": "enum",
    "labels": ["sad", "ok"],
}
UNUSED = {**MOOD, "type_name": "unused"}


def orders(*columns: dict[str, object], **fields: object) -> dict[str, object]:
    return table(
        "orders",
        *(columns or (column("id", "bigint", comment="key"), column("mood", "mood[]"))),
        **{
            "constraints": [
                primary_key("id", name="orders_pkey"),
                foreign_key("id", 'odd "x".y', on_delete="CASCADE"),
            ],
            "indexes": [index("by_mood", "mood", predicate="mood <> '{}'")],
            "comment": 'quoted "text", ünïcode\n',
            **fields,
        },
    )


SHOP = catalog(
    orders(),
    table('odd "x".y', column("id", "bigint"), schema="public"),
    table("v", column("id"), object_type="view", definition="SELECT 1 AS id"),
    types=[MOOD],
)


def hashes(shop: Catalog) -> tuple[str, str]:
    (row,) = table_definitions(only_tables(shop, ["public.orders"])).to_pylist()
    return row["schema_hash"], row["content_hash"]


def assert_same(one: Catalog, other: Catalog) -> None:
    for part, rows in one.parts().items():
        if part.name == "catalog/tables":
            rows = rows.drop_columns(["row_estimate", "bytes"])
        assert rows.equals(other.parts()[part].select(rows.column_names)), part.name


def test_a_catalog_comes_back_from_its_definitions() -> None:
    assert_same(SHOP, catalog_of(table_definitions(SHOP)))


def test_a_definition_is_canonical_json() -> None:
    for row in table_definitions(SHOP).to_pylist():
        text = row["schema_definition"]
        definition = json.loads(text)
        canonical = json.dumps(
            definition, sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
        assert text == canonical


def test_the_definition_of_a_dropped_table_describes_nothing() -> None:
    definitions = table_definitions(SHOP)
    dropped = definitions.set_column(1, "schema_definition", [["{}"] * definitions.num_rows])
    assert catalog_of(dropped).tables.num_rows == 0


def test_the_order_of_columns_and_comments_change_the_content_alone() -> None:
    plain = hashes(catalog(orders(column("id", "bigint"), column("mood", "text"))))
    for other in (
        orders(column("mood", "text"), column("id", "bigint")),
        orders(column("id", "bigint", comment="new"), column("mood", "text")),
        orders(column("id", "bigint", pii=True), column("mood", "text")),
        orders(column("id", "bigint"), column("mood", "text"), comment="new"),
        orders(column("id", "bigint"), column("mood", "text"), owner="me"),
    ):
        schema_hash, content_hash = hashes(catalog(other))
        assert schema_hash == plain[0]
        assert content_hash != plain[1]


def test_row_counts_change_nothing() -> None:
    assert hashes(catalog(orders(row_estimate=5, bytes=9))) == hashes(catalog(orders()))


@pytest.mark.parametrize(
    "changed",
    [
        orders(column("id", "integer"), column("mood", "text")),
        orders(column("id", "bigint", nullable=False), column("mood", "text")),
        orders(column("id", "bigint", default_expr="1"), column("mood", "text")),
        orders(column("id", "bigint")),
        orders(column("id", "bigint"), column("mode", "text")),
        orders(column("id", "bigint"), column("mood", "text"), constraints=[]),
        orders(column("id", "bigint"), column("mood", "text"), indexes=[]),
        orders(column("id", "bigint"), column("mood", "text"), object_type="view"),
        orders(column("id", "bigint"), column("mood", "text"), properties='{"a":1}'),
    ],
)
def test_everything_else_changes_the_schema(changed: dict[str, object]) -> None:
    plain = hashes(catalog(orders(column("id", "bigint"), column("mood", "text"))))
    schema_hash, content_hash = hashes(catalog(changed))
    assert schema_hash != plain[0]
    assert content_hash != plain[1]


def test_a_definition_holds_the_types_its_columns_are_of_and_no_others() -> None:
    with_types = catalog(orders(), types=[MOOD, UNUSED])
    (row,) = table_definitions(with_types).to_pylist()
    assert [t["type_name"] for t in json.loads(row["schema_definition"])["types"]] == ["mood"]
    more_labels = catalog(orders(), types=[{**MOOD, "labels": ["sad", "ok", "happy"]}])
    assert hashes(more_labels)[0] != hashes(with_types)[0]


def test_a_part_of_a_catalog_is_what_concerns_its_tables() -> None:
    part = only_tables(replace(SHOP, types=catalog(types=[MOOD, UNUSED]).types), ["public.orders"])
    assert part.tables.column("table_name").to_pylist() == ["orders"]
    assert part.types.column("type_name").to_pylist() == ["mood"]
    assert part.indexes.num_rows == 1
    assert only_tables(SHOP, []).columns.num_rows == 0


@needs_realdata
@pytest.mark.parametrize("name", ["datasette_fixtures", "tbls_sqlite", "northwind_create"])
def test_real_sqlite_catalogs_come_back(name: str, tmp_path: Path) -> None:
    script = (REALDATA / "sqlite" / f"{name}.sql").read_text(encoding="utf-8")
    path = tmp_path / "real.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"PRAGMA synchronous = OFF;\n{script}")
    real = SQLiteDriver().extract(SQLiteConfig(path=str(path)))
    assert_same(
        replace(real, unreadable=real.unreadable.slice(0, 0)), catalog_of(table_definitions(real))
    )


@needs_realdata
@pytest.mark.parametrize(
    "script",
    ["pagila/v3.1.0_2022", "icingadb/v1.4.0", "osm/structure_2025-12", "sqlc_datatypes/datatypes"],
)
def test_real_postgres_catalogs_come_back(script: str, postgres: PostgresServer) -> None:
    url = postgres.create_database()
    postgres.load(url, REALDATA / "pg" / f"{script}.sql")
    real = PostgresDriver().extract(PostgresConfig(url=url))
    back = catalog_of(table_definitions(real))
    # Functions are of no table, so no version of one holds them.
    assert back.functions.num_rows == 0
    assert_same(replace(real, types=back.types, functions=back.functions), back)
    assert set(back.types.column("type_fqdn").to_pylist()) <= set(
        real.types.column("type_fqdn").to_pylist()
    )
