from __future__ import annotations

import pytest

from metadata_assets.catalog.fingerprint import data_version
from metadata_assets.catalog.invariants import require_no_mass_deletion, violations
from metadata_assets.catalog.model import Catalog
from metadata_assets.catalog.unreadable import keep_unreadable, list_hidden, vanished_tables
from metadata_assets_tests.catalog.building import catalog, values

TABLE, VIEW, SHEET = "orders", "open_orders", "book.May"
TABLES = ("schema_name", "table_name", "object_type", "definition", "properties")
COLUMNS = ("schema_name", "table_name", "ordinal", "column_name", "native_type")
ROWS = [
    ("main", TABLE, "table", None, None),
    ("main", VIEW, "view", "SELECT 1", None),
    ("main", SHEET, "table", None, '{"sheet":"May"}'),
]


def shop(
    *rows: tuple[str | None, ...], native_type: str = "INT", unreadable: tuple[str, ...] = ()
) -> Catalog:
    """A catalog of these tables, each with one column."""
    listed = [("main", name, "no privilege") for name in unreadable] or [(None, None, None)]
    reasons = values("schema_name", "table_name", "reason", of=listed)
    return catalog(
        values(*TABLES, of=list(rows)),
        values(*COLUMNS, of=[("main", row[1], 1, "id", native_type) for row in rows]),
        unreadable=reasons if unreadable else f"{reasons} WHERE false",
    )


WHOLE = shop(*ROWS)


def test_what_is_not_shown_stays_as_it_was_and_readable_again_is_unchanged() -> None:
    kept = keep_unreadable(WHOLE, shop(ROWS[0], ROWS[2], unreadable=(VIEW,)))
    assert data_version(kept) == data_version(WHOLE)
    assert violations(kept) == []
    assert kept.unreadable["object_name"].to_pylist() == ["main.open_orders"]
    require_no_mass_deletion(WHOLE.tables, kept, source="s", max_shrink=0)
    assert keep_unreadable(kept, WHOLE) is WHOLE


def test_a_view_whose_query_is_not_shown_keeps_it() -> None:
    without = shop(ROWS[0], ("main", VIEW, "view", None, None), ROWS[2], unreadable=(VIEW,))
    assert data_version(keep_unreadable(WHOLE, without)) == data_version(WHOLE)


def test_a_table_whose_structure_is_shown_is_read_though_its_rows_may_not_be() -> None:
    widened = shop(*ROWS, native_type="BIGINT", unreadable=(TABLE,))
    assert keep_unreadable(WHOLE, widened) is widened


def test_a_workbook_that_cannot_be_read_keeps_its_sheets() -> None:
    kept = keep_unreadable(WHOLE, shop(ROWS[0], ROWS[1], unreadable=("book",)))
    assert data_version(kept) == data_version(WHOLE)


def test_what_was_never_read_is_only_listed() -> None:
    fresh = shop(*ROWS, unreadable=("never_seen",))
    assert keep_unreadable(WHOLE, fresh) is fresh


@pytest.mark.parametrize(
    ("include", "exclude", "vanished"),
    [
        ((), (), [("main", "book.May"), ("main", VIEW)]),
        ((), ("open*",), [("main", "book.May")]),
        (("main.open*",), (), [("main", VIEW)]),
    ],
)
def test_what_vanished_is_what_the_patterns_would_have_shown(
    include: tuple[str, ...], exclude: tuple[str, ...], vanished: list[tuple[str, str]]
) -> None:
    left = shop(ROWS[0])
    assert sorted(vanished_tables(WHOLE.tables, left, include=include, exclude=exclude)) == vanished


def test_hidden_tables_are_listed_and_have_not_vanished() -> None:
    listed = list_hidden(shop(ROWS[0]), [("main", VIEW), ("main", SHEET)], reason="hidden")
    assert listed.unreadable.to_pylist() == [
        {"object_name": 'main."book.May"', "reason": "hidden"},
        {"object_name": "main.open_orders", "reason": "hidden"},
    ]
    assert vanished_tables(WHOLE.tables, listed, include=(), exclude=()) == []
