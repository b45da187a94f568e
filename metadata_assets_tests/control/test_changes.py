from __future__ import annotations

from metadata_assets.control.changes import ControlChanges
from metadata_assets_tests.control.conftest import Desk

SOURCE = (
    "  - {{source_id: {}, source_type: sqlite, execution_order: {}, source_config: {{path: x}}}}\n"
)


def declare(desk: Desk, **orders: int) -> int:
    sources = "".join(SOURCE.format(name, order) for name, order in orders.items())
    desk.write(
        "a.yaml", f"modules:\n- module_name: m\n  sources: {'[]' if not orders else ''}\n{sources}"
    )
    return desk.ingest().version


def kinds(changes: ControlChanges) -> dict[str, str]:
    return {change.key: change.kind for change in changes.sources}


def test_each_change_between_two_versions_is_named(desk: Desk) -> None:
    before = declare(desk, kept=1, edited=2, removed=3)
    declare(desk, kept=1, edited=1, new=4)
    changes = desk.control.changed_sources(before)
    assert kinds(changes) == {"m.edited": "updated", "m.removed": "deactivated", "m.new": "new"}
    assert changes.to_sync == ("m.edited", "m.new")
    assert changes.gone == ("m.removed",)
    assert changes.to_version == desk.control.version()
    edited = changes.sources[0]
    assert edited.columns == ("execution_order",)
    assert edited.before is not None
    assert edited.before.execution_order == 2


def test_two_given_versions_are_compared_whatever_came_after(desk: Desk) -> None:
    versions = [declare(desk, s=order) for order in (1, 2, 3)]
    (change,) = desk.control.changed_sources(versions[0], versions[1]).sources
    assert change.after is not None
    assert change.after.execution_order == 2


def test_sources_come_in_execution_order(desk: Desk) -> None:
    declare(desk, z=1, a=2, b=1)
    assert desk.control.changed_sources(None).to_sync == ("m.b", "m.z", "m.a")


def test_a_reactivated_source_is_synced_again(desk: Desk) -> None:
    declare(desk, s=1)
    off = declare(desk)
    declare(desk, s=1)
    changes = desk.control.changed_sources(off)
    assert kinds(changes) == {"m.s": "reactivated"}
    assert changes.to_sync == ("m.s",)


def test_a_renamed_file_is_no_change(desk: Desk) -> None:
    before = declare(desk, s=1)
    (desk.drops / "a.yaml").rename(desk.drops / "b.yaml")
    assert desk.ingest().version > before
    assert desk.control.changed_sources(before).sources == ()


def test_edits_of_another_engine_are_seen(desk: Desk) -> None:
    before = declare(desk, s=1, t=1)
    desk.edit("m.s", is_active="false")
    desk.insert(source_id="u", module_name="m", source_type="csv", source_config='{"path": "x"}')
    desk.delta().delete("source_id = 't'")
    changes = desk.control.changed_sources(before)
    assert kinds(changes) == {"m.s": "deactivated", "m.t": "deleted", "m.u": "new"}
    assert changes.gone == ("m.s", "m.t")
    assert changes.to_sync == ("m.u",)


def test_a_row_that_breaks_is_not_gone(desk: Desk) -> None:
    before = declare(desk, s=1)
    desk.edit("m.s", source_config="'{'")
    broken = desk.control.version()
    assert desk.control.changed_sources(before).sources == ()
    desk.edit("m.s", source_config="""'{"path": "y"}'""")
    mended = desk.control.changed_sources(broken)
    assert kinds(mended) == {"m.s": "updated"}
    assert mended.to_sync == ("m.s",)


def test_a_source_that_becomes_another_task_is_gone_as_a_catalog(desk: Desk) -> None:
    before = declare(desk, s=1)
    desk.edit("m.s", transformation_config="""'{"task_type": "sql_query"}'""")
    changes = desk.control.changed_sources(before)
    assert (changes.to_sync, changes.gone) == ((), ("m.s",))


def test_an_inactive_new_source_is_not_synced(desk: Desk) -> None:
    before = declare(desk, s=1)
    desk.insert(source_id="u", module_name="m", is_active=False)
    changes = desk.control.changed_sources(before)
    assert kinds(changes) == {"m.u": "new"}
    assert changes.to_sync == ()


def test_where_the_earlier_version_cannot_be_read_every_source_is_new(desk: Desk) -> None:
    first = declare(desk, s=1)
    declare(desk, s=2)
    desk.delta().vacuum(0, dry_run=False, enforce_retention_duration=False)
    assert kinds(desk.control.changed_sources(first)) == {"m.s": "new"}
    assert kinds(desk.control.changed_sources(999)) == {"m.s": "new"}
