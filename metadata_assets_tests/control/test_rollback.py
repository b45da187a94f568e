from __future__ import annotations

import pytest

from metadata_assets.control.model import ETL_CONTROL
from metadata_assets.control.rollback import RollbackOutcome, roll_back
from metadata_assets.errors import ConfigurationError
from metadata_assets_tests.control.conftest import NOON, Desk


def back(desk: Desk, version: int) -> RollbackOutcome:
    return roll_back(desk.control, version, now=NOON, author="ann")


def test_values_go_back_and_the_next_ingestion_does_not_undo_it(desk: Desk) -> None:
    desk.declare("a.yaml", "s: 1", "t: 1")
    first = desk.ingest().version
    desk.declare("a.yaml", "s: 5", "t: 1")
    second = desk.ingest().version
    done = back(desk, first)
    assert (done.changed, done.version) == (("shop.s",), second + 1)
    assert desk.row("shop.s").execution_order == 1
    assert (desk.row("shop.s").updated_by, desk.row("shop.t").updated_by) == ("ann", "user1")
    assert not desk.ingest().is_written
    assert desk.row("shop.s").execution_order == 1
    commit = desk.control.lake.history(ETL_CONTROL, 1)[0]
    assert (commit["origin"], commit["author"], commit["to_version"]) == (
        "rollback",
        "ann",
        str(first),
    )


def test_a_later_source_is_deleted_or_where_a_drop_declares_it_switched_off(desk: Desk) -> None:
    desk.declare("a.yaml", "s")
    first = desk.ingest().version
    desk.declare("a.yaml", "s", "t")
    desk.ingest()
    desk.insert(module_name="own", source_id="x", is_active=True)
    done = back(desk, first)
    assert (done.deleted, done.switched_off) == (("own.x",), ("shop.t",))
    assert [(row.key, row.is_active) for row in desk.control.rows()] == [
        ("shop.s", True),
        ("shop.t", False),
    ]
    assert not desk.ingest().is_written


def test_a_deleted_source_returns(desk: Desk) -> None:
    desk.ingest()
    desk.insert(module_name="own", source_id="x", execution_order=4)
    version = desk.control.version() or 0
    desk.delta().delete("source_id = 'x'")
    assert back(desk, version).returned == ("own.x",)
    assert desk.row("own.x").execution_order == 4


def test_a_rollback_to_what_is_there_writes_nothing(desk: Desk) -> None:
    desk.declare("a.yaml", "s")
    version = desk.ingest().version
    assert back(desk, version).version == version


def test_a_version_that_is_not_there_is_an_error(desk: Desk) -> None:
    desk.ingest()
    with pytest.raises(ConfigurationError, match="version 99 cannot be read"):
        back(desk, 99)
