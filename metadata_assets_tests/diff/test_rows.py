from __future__ import annotations

import json
from datetime import datetime, timezone

from metadata_assets.diff.changes import AddTable
from metadata_assets.diff.codes import CODES
from metadata_assets.diff.column_changes import ChangeNullability, DropColumn, RetypeColumn
from metadata_assets.diff.definitions import ColumnDefinition
from metadata_assets.diff.rows import CHANGES, change_rows
from metadata_assets.diff.severity import Grading
from metadata_assets.lake import Lake

NOON = datetime(2026, 8, 1, 12, tzinfo=timezone.utc)
LATER = datetime(2026, 8, 1, 13, tzinfo=timezone.utc)

TOTAL = ColumnDefinition("integer", False, None, None, None, "in euro", 2)
FIRST = (AddTable("public.orders", "table"),)
SECOND = (
    RetypeColumn("public.orders", "id", "integer", "bigint", "widened"),
    ChangeNullability("public.orders", "id", True, False),
    DropColumn("public.orders", "total", TOTAL),
)


def test_a_row_says_what_changed_how_gravely_and_between_which_versions() -> None:
    rows = change_rows(
        SECOND,
        Grading(),
        change_set_id="b",
        changed_at=LATER,
        versions={"public.orders": (1, 2)},
    )
    assert rows.schema == CHANGES.schema
    first, _, last = rows.to_pylist()
    assert first == {
        "changed_at": LATER,
        "change_set_id": "b",
        "position": 1,
        "table_fqdn": "public.orders",
        "column_name": "id",
        "code": "AD105",
        "change": "retype_column",
        "before": "integer",
        "after": "bigint",
        "severity": "safe",
        "confidence": None,
        "from_version": 1,
        "to_version": 2,
        "detail": '{"after": "bigint", "before": "integer", "effect": "widened"}',
    }
    assert (last["before"], last["after"], last["severity"]) == (
        "integer NOT NULL",
        None,
        "breaking",
    )
    assert json.loads(last["detail"])["definition"]["comment"] == "in euro"


def test_rows_are_appended_and_come_back_in_the_order_they_were_noticed(lake: Lake) -> None:
    first = change_rows(FIRST, Grading(), change_set_id="z", changed_at=NOON)
    second = change_rows(SECOND, Grading(), change_set_id="a", changed_at=LATER)
    lake.partition(CHANGES, "demo.shop").append(first)
    lake.partition(CHANGES, "demo.shop").append(second)
    stored = lake.read(CHANGES, "demo.shop")
    assert stored.column("code").to_pylist() == ["AD101", "AD105", "MF104", "DS103"]


def test_every_code_says_what_it_is() -> None:
    assert len(set(CODES.values())) == len(CODES)
    for code, words in CODES.items():
        assert code[:2].isalpha()
        assert code[2:].isdigit()
        assert words == words.strip()
