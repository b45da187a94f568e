from __future__ import annotations

from metadata_assets.control.detect import FieldChange
from metadata_assets_tests.control.conftest import Desk


def test_modules_that_come_change_go_and_return_are_named(desk: Desk) -> None:
    for module in ("kept", "edited", "idle"):
        desk.declare(f"{module}.yaml", "a", "b", module=module)
    first = desk.ingest().version
    desk.declare("edited.yaml", "a: 4", "b", module="edited")
    desk.declare("idle.yaml", "a: 1 off", "b: 1 off", module="idle")
    desk.declare("new.yaml", "a", module="new")
    second = desk.ingest().version
    changes = desk.control.detect_changes(first)
    assert changes.new_modules == ("new",)
    assert changes.updated_modules == ("edited",)
    assert changes.deactivated_modules == ("idle",)
    assert changes.reactivated == ()
    assert (changes.from_version, changes.to_version) == (first, second)
    assert {c.source: c.change for c in changes.changed_sources} == {
        "edited.a": "updated",
        "new.a": "new",
        "idle.a": "deactivated",
        "idle.b": "deactivated",
    }
    desk.declare("idle.yaml", "a", "b: 1 off", module="idle")
    desk.ingest()
    assert desk.control.detect_changes(second).reactivated == ("idle",)


def test_one_inactive_source_does_not_deactivate_its_module(desk: Desk) -> None:
    desk.declare("m.yaml", "a", "b", module="m")
    version = desk.ingest().version
    desk.declare("m.yaml", "a", "b: 1 off", module="m")
    desk.ingest()
    changes = desk.control.detect_changes(version)
    assert (changes.updated_modules, changes.deactivated_modules) == (("m",), ())


def test_each_changed_field_has_its_value_before_and_after(desk: Desk) -> None:
    desk.declare("m.yaml", "a: 1", module="m")
    version = desk.ingest().version
    desk.edit("m.a", execution_order="3", target_config="""'{"b": 1}'""")
    (change,) = desk.control.detect_changes(version).changed_sources
    assert change.fields == {
        "execution_order": FieldChange(1, 3),
        "target_config": FieldChange({}, {"b": 1}),
    }


def test_a_module_that_is_deleted_counts_as_deactivated(desk: Desk) -> None:
    desk.declare("m.yaml", "a", module="m")
    version = desk.ingest().version
    desk.delta().delete("module_name = 'm'")
    assert desk.control.detect_changes(version).deactivated_modules == ("m",)


def test_clocks_play_no_part(desk: Desk) -> None:
    desk.declare("m.yaml", "a", module="m")
    version = desk.ingest().version
    desk.edit("m.a", execution_order="3", updated_timestamp="'1999-01-01 00:00:00+00:00'")
    assert desk.control.detect_changes(version).updated_modules == ("m",)
    desk.edit("m.a", updated_timestamp="'2999-01-01 00:00:00+00:00'")
    assert desk.control.detect_changes(version + 1).is_empty


def test_from_the_beginning_everything_is_new(desk: Desk) -> None:
    assert desk.control.detect_changes().is_empty
    desk.declare("m.yaml", "a", module="m")
    desk.ingest()
    assert desk.control.detect_changes().new_modules == ("m",)
