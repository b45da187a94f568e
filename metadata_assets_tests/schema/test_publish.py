from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from metadata_assets.catalog.model import Catalog
from metadata_assets.errors import PermanentError
from metadata_assets.schema.build import build_schema
from metadata_assets.schema.publish import (
    mark_stale,
    publish_schema,
    schema_path,
    stale_on_failure,
)
from metadata_assets.schema.stored import load_schema
from metadata_assets_tests.schema.catalogs import catalog, column, primary_key, table

NOON = datetime(2026, 8, 1, 12, tzinfo=timezone.utc)
LATER = NOON + timedelta(hours=1)

SHOP = catalog(
    table(
        "orders",
        column("id", "bigint", nullable=False, comment='the "key"\nof it'),
        column("total", "numeric(12,2)", default_expr="0"),
        constraints=[primary_key("id")],
    ),
    table("orders", column("note", "text"), schema="archive"),
    table('odd "name".x', column('a "b', "public.mood")),
    table("empty"),
    unreadable=("public.secret",),
)


def publish(folder: Path, shop: Catalog = SHOP, *, now: datetime = NOON) -> Path | None:
    built = build_schema(shop, "postgres")
    return publish_schema(folder, "demo.shop", built, shop, source_type="postgres", now=now)


def content(folder: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(schema_path(folder, "demo.shop").read_text("utf-8"))
    return loaded


def test_the_file_has_the_agreed_format(tmp_path: Path) -> None:
    assert publish(tmp_path) == tmp_path / "demo.shop" / "schema.json"
    assert content(tmp_path) == {
        "source_name": "demo.shop",
        "source_type": "postgres",
        "generated_at": "2026-08-01T12:00:00.000000Z",
        "tables": {
            "archive.orders": {
                "columns": {
                    "note": {
                        "type": "text",
                        "nullable": True,
                        "sqlglot_type": "TEXT",
                        "default": None,
                        "comment": None,
                    }
                },
                "metadata": {
                    "table_name": "orders",
                    "schema": "archive",
                    "object_type": "table",
                    "comment": None,
                    "column_count": 1,
                    "primary_key": [],
                },
            },
            'public."odd ""name"".x"': {
                "columns": {
                    'a "b': {
                        "type": "public.mood",
                        "nullable": True,
                        "sqlglot_type": "public.mood",
                        "default": None,
                        "comment": None,
                    }
                },
                "metadata": {
                    "table_name": 'odd "name".x',
                    "schema": "public",
                    "object_type": "table",
                    "comment": None,
                    "column_count": 1,
                    "primary_key": [],
                },
            },
            "public.empty": {
                "columns": {},
                "metadata": {
                    "table_name": "empty",
                    "schema": "public",
                    "object_type": "table",
                    "comment": None,
                    "column_count": 0,
                    "primary_key": [],
                },
            },
            "public.orders": {
                "columns": {
                    "id": {
                        "type": "bigint",
                        "nullable": False,
                        "sqlglot_type": "BIGINT",
                        "default": None,
                        "comment": 'the "key"\nof it',
                    },
                    "total": {
                        "type": "numeric(12,2)",
                        "nullable": True,
                        "sqlglot_type": "DECIMAL(12, 2)",
                        "default": "0",
                        "comment": None,
                    },
                },
                "metadata": {
                    "table_name": "orders",
                    "schema": "public",
                    "object_type": "table",
                    "comment": None,
                    "column_count": 2,
                    "primary_key": ["id"],
                },
            },
        },
        "sqlglot_schema": {
            "archive": {"orders": {"note": "TEXT"}},
            "public": {
                'odd "name".x': {'a "b': "public.mood"},
                "orders": {"id": "BIGINT", "total": "DECIMAL(12, 2)"},
            },
        },
        "metadata": {
            "total_tables": 4,
            "total_columns": 4,
            "databases": ["archive", "public"],
            "source_dialect": "postgres",
            "enums": {},
            "functions": {},
            "status": "current",
            "errors": ["public.secret: denied"],
        },
    }


def test_columns_stand_in_the_order_of_the_table(tmp_path: Path) -> None:
    wide = catalog(table("wide", *(column(f"c{n % 7}_{n}") for n in range(40))))
    publish(tmp_path, wide)
    names = list(content(tmp_path)["tables"]["public.wide"]["columns"])
    assert names == [f"c{n % 7}_{n}" for n in range(40)]


def test_a_file_that_would_only_get_a_new_time_is_not_touched(tmp_path: Path) -> None:
    publish(tmp_path)
    before = schema_path(tmp_path, "demo.shop").stat()
    assert publish(tmp_path, now=LATER) is None
    after = schema_path(tmp_path, "demo.shop").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert [path.name for path in (tmp_path / "demo.shop").iterdir()] == ["schema.json"]


def test_a_changed_schema_replaces_the_file_and_its_time(tmp_path: Path) -> None:
    publish(tmp_path)
    publish(tmp_path, catalog(table("orders", column("id", "integer"))), now=LATER)
    assert content(tmp_path)["generated_at"] == "2026-08-01T13:00:00.000000Z"
    assert content(tmp_path)["metadata"]["total_tables"] == 1


def test_a_failed_build_keeps_the_content_and_marks_the_file(tmp_path: Path) -> None:
    publish(tmp_path)
    good = content(tmp_path)
    mark_stale(tmp_path, "demo.shop", "the database cannot be reached")
    marked = content(tmp_path)
    assert marked["metadata"]["status"] == "stale"
    assert marked["metadata"]["errors"] == ["the database cannot be reached"]
    assert {**marked, "metadata": None} == {**good, "metadata": None}
    assert load_schema(tmp_path, "demo.shop").status == "stale"


def test_the_next_good_build_clears_the_mark(tmp_path: Path) -> None:
    publish(tmp_path)
    mark_stale(tmp_path, "demo.shop", "the database cannot be reached")
    assert publish(tmp_path, now=LATER) is not None
    assert content(tmp_path)["metadata"]["status"] == "current"


def test_a_failed_first_build_leaves_no_file(tmp_path: Path) -> None:
    assert mark_stale(tmp_path, "demo.shop", "refused") is None
    assert list(tmp_path.iterdir()) == []


def test_a_published_schema_loads_back_to_the_same(tmp_path: Path) -> None:
    publish(tmp_path)
    stored = load_schema(tmp_path, "demo.shop")
    built = build_schema(SHOP, "postgres")
    assert stored.schema.columns.equals(built.columns)
    assert stored.schema.nested() == built.nested()
    assert (stored.source, stored.dialect, stored.generated_at) == ("demo.shop", "postgres", NOON)
    assert stored.errors == ("public.secret: denied",)
    assert stored.mapping().column_names("archive.orders") == ["note"]
    assert stored.primary_keys == {"public.orders": ("id",)}


def test_an_empty_schema_loads_back(tmp_path: Path) -> None:
    publish(tmp_path, catalog(table("empty")))
    assert load_schema(tmp_path, "demo.shop").schema.nested() == {}


def test_a_missing_or_broken_file_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(PermanentError, match=r"no schema was published yet.*sync demo\.shop"):
        load_schema(tmp_path, "demo.shop")
    path = schema_path(tmp_path, "demo.shop")
    path.parent.mkdir()
    for broken in ('{"tables": ', "[]", '{"metadata": {}}'):
        path.write_text(broken)
        with pytest.raises(PermanentError, match="no schema file"):
            load_schema(tmp_path, "demo.shop")


@pytest.mark.parametrize("source", ["../etc", "a/b", "a\\b", "..", "", ".", "Shop.x", "a b", "é.x"])
def test_no_source_name_is_a_path(tmp_path: Path, source: str) -> None:
    path = schema_path(tmp_path, source)
    assert path.resolve().parent.parent == tmp_path.resolve()
    assert path.parent.name not in ("", ".", "..")


def test_names_that_sanitise_alike_do_not_collide(tmp_path: Path) -> None:
    sources = ["a b", "a/b", "a_b", "A_b", "a.b", "a..b", "shop.x", "Shop.x"]
    folders = {schema_path(tmp_path, source).parent.name.lower() for source in sources}
    assert len(folders) == len(sources)


def test_a_rebuild_that_fails_marks_the_file_and_still_fails(tmp_path: Path) -> None:
    publish(tmp_path)
    with (
        pytest.raises(ValueError, match="no such type"),
        stale_on_failure(tmp_path, "demo.shop"),
    ):
        raise ValueError("no such type")
    stored = load_schema(tmp_path, "demo.shop")
    assert (stored.status, stored.errors) == ("stale", ("no such type",))
