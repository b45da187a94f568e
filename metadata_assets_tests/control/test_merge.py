from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from metadata_assets.control.drops import Drops, FailedDrop
from metadata_assets.control.merge import Merge, merge
from metadata_assets.control.model import ControlRow, SourceValues
from metadata_assets.control.modules_drop import DeclaredSource
from metadata_assets.control.problems import Place
from metadata_assets.errors import ConfigurationError

NOW = datetime(2026, 1, 2, tzinfo=timezone.utc)


def values(order: int = 1, *, active: bool = True) -> SourceValues:
    return SourceValues("csv", order, {"path": "x"}, is_active=active)


def drops(*failed: str, **files: dict[str, SourceValues]) -> Drops:
    """Drops by file, each its sources' values by source id."""
    sources = [
        DeclaredSource("m", source_id, declared, f"{file}.yaml", Place(2, 1))
        for file, content in files.items()
        for source_id, declared in content.items()
    ]
    return Drops(
        tuple(f"{file}.yaml" for file in files),
        {source.key: source for source in sources},
        failed=tuple(
            FailedDrop(f"{f}.yaml", (ConfigurationError("x"),), frozenset()) for f in failed
        ),
    )


def apply(rows: list[ControlRow], merged: Merge) -> list[ControlRow]:
    written = {change.row.key: change for change in merged.changes}
    kept = [row for row in rows if row.key not in written]
    return kept + [change.stamped(now=NOW, user="u") for change in merged.changes]


def after(*steps: Drops) -> list[ControlRow]:
    rows: list[ControlRow] = []
    for step in steps:
        rows = apply(rows, merge(rows, step))
    return rows


def effects(merged: Merge) -> list[tuple[str, str]]:
    return [(change.effect, change.row.key) for change in merged.changes]


def test_new_rows_are_inserted() -> None:
    merged = merge([], drops(a={"s": values(3)}))
    assert effects(merged) == [("inserted", "m.s")]
    (row,) = apply([], merged)
    assert (row.execution_order, row.origin) == (3, "yaml:a.yaml")
    assert (row.created_by, row.created_timestamp, row.updated_timestamp) == ("u", NOW, NOW)


def test_the_same_again_changes_nothing() -> None:
    declared = drops(a={"s": values(), "t": values()})
    merged = merge(after(declared), declared)
    assert (merged.changes, merged.conflicts, merged.unchanged) == ((), (), 2)


def test_only_the_row_that_yaml_changed_is_updated() -> None:
    rows = after(drops(a={"s": values(), "t": values()}))
    merged = merge(rows, drops(a={"s": values(2), "t": values()}))
    assert effects(merged) == [("updated", "m.s")]
    assert merged.unchanged == 1


def test_a_direct_edit_survives_a_reload() -> None:
    declared = drops(a={"s": values()})
    (row,) = after(declared)
    assert merge([replace(row, execution_order=9)], declared).changes == ()


def test_edited_on_both_sides_is_a_conflict_and_the_table_stands() -> None:
    (row,) = after(drops(a={"s": values()}))
    edited = [replace(row, execution_order=9)]
    theirs = drops(a={"s": values(2)})
    for _ in range(2):  # and stays one until it is settled
        merged = merge(edited, theirs)
        assert merged.changes == ()
        assert [str(conflict) for conflict in merged.conflicts] == [
            "a.yaml:2: m.s was changed here and in the control table too; the table's value "
            "stands. Make the two equal, or settle it with `metadata-assets control resolve`."
        ]


def test_the_same_edit_on_both_sides_is_no_conflict() -> None:
    (row,) = after(drops(a={"s": values()}))
    merged = merge([replace(row, execution_order=2)], drops(a={"s": values(2)}))
    assert effects(merged) == [("relinked", "m.s")]
    assert merged.conflicts == ()


def test_a_row_made_in_the_table_conflicts_with_another_of_its_key_in_yaml() -> None:
    row = ControlRow(module_name="m", source_id="s", source_type="csv", origin="sql")
    merged = merge([row], drops(a={"s": values()}))
    assert merged.changes == ()
    assert [conflict.key for conflict in merged.conflicts] == ["m.s"]


def test_a_removed_row_is_deactivated_with_its_values_kept() -> None:
    rows = after(drops(a={"s": values(), "t": values(7)}))
    merged = merge(rows, drops(a={"s": values()}))
    assert effects(merged) == [("deactivated", "m.t")]
    assert merged.changes[0].row.execution_order == 7
    assert merge(apply(rows, merged), drops(a={"s": values()})).changes == ()


def test_a_removed_file_deactivates_its_rows_only() -> None:
    rows = after(drops(a={"s": values()}, b={"t": values()}))
    own = ControlRow(module_name="m", source_id="own", origin="sql")
    assert effects(merge([*rows, own], drops(a={"s": values()}))) == [("deactivated", "m.t")]


def test_a_returning_row_is_active_again() -> None:
    rows = after(drops(a={"s": values()}), drops(a={}))
    merged = merge(rows, drops(b={"s": values()}))
    assert effects(merged) == [("reactivated", "m.s")]


def test_a_row_returning_with_a_change_takes_it() -> None:
    rows = after(drops(a={"s": values()}), drops(a={}), drops(a={"s": values(4)}))
    assert (rows[0].execution_order, rows[0].is_active) == (4, True)


def test_a_row_edited_before_its_removal_returns_with_the_edit() -> None:
    (row,) = after(drops(a={"s": values()}))
    rows = [replace(row, execution_order=9)]
    for step in (drops(a={}), drops(a={"s": values()})):
        rows = apply(rows, merge(rows, step))
    assert (rows[0].execution_order, rows[0].is_active) == (9, True)


def test_a_row_edited_and_returning_with_a_change_is_a_conflict() -> None:
    (row,) = after(drops(a={"s": values()}), drops(a={}))
    merged = merge([replace(row, execution_order=9)], drops(a={"s": values(4)}))
    assert merged.changes == ()
    assert len(merged.conflicts) == 1


def test_reloading_reactivates_nobody() -> None:
    declared = drops(a={"s": values()})
    (row,) = after(declared)
    switched_off = [replace(row, is_active=False)]
    assert merge(switched_off, declared).changes == ()
    assert merge(switched_off, drops(a={"s": values(2)})).changes == ()


def test_a_row_switched_off_by_hand_stays_off_when_its_file_goes_and_returns() -> None:
    declared = drops(a={"s": values()})
    (row,) = after(declared)
    rows = [replace(row, is_active=False)]
    for step in (drops(a={}), declared, declared):
        rows = apply(rows, merge(rows, step))
        assert not rows[0].is_active


def test_a_row_switched_on_by_hand_after_its_removal_stays_on() -> None:
    for before in ([], [drops(a={"s": values(active=False)})]):
        (row,) = after(*before or [drops(a={"s": values()})], drops(a={}))
        assert not row.is_active
        assert merge([replace(row, is_active=True)], drops(a={})).changes == ()


def test_yaml_switches_off_and_on() -> None:
    on, off = drops(a={"s": values()}), drops(a={"s": values(active=False)})
    assert effects(merge(after(on), off)) == [("deactivated", "m.s")]
    assert effects(merge(after(on, off), on)) == [("reactivated", "m.s")]


def test_a_renamed_file_changes_nothing_but_the_origin() -> None:
    (row,) = after(drops(a={"s": values()}))
    merged = merge([row], drops(b={"s": values()}))
    assert effects(merged) == [("relinked", "m.s")]
    assert apply([row], merged) == [replace(row, origin="yaml:b.yaml")]


def test_a_source_that_moves_to_another_file_is_neither_removed_nor_doubled() -> None:
    rows = after(drops(a={"s": values(), "t": values()}, b={}))
    moved = apply(rows, merge(rows, drops(a={"t": values()}, b={"s": values(5)})))
    assert sorted((row.key, row.is_active, row.origin) for row in moved) == [
        ("m.s", True, "yaml:b.yaml"),
        ("m.t", True, "yaml:a.yaml"),
    ]


def test_a_file_that_cannot_be_read_leaves_its_rows_untouched() -> None:
    rows = after(drops(a={"s": values()}, b={"t": values()}))
    merged = merge(rows, drops("a", b={"s": values(9), "t": values()}))
    assert merged.changes == ()
    assert "came from a.yaml, which cannot be read" in str(merged.conflicts[0])


def test_a_row_that_a_broken_new_file_mentions_is_not_switched_off() -> None:
    rows = after(drops(a={"s": values(), "t": values()}))
    renamed = Drops(failed=(FailedDrop("b.yaml", (), frozenset({"modules", "s"})),))
    assert effects(merge(rows, renamed)) == [("deactivated", "m.t")]


def test_a_row_that_cannot_be_understood_is_left_alone() -> None:
    assert merge([], drops(a={"s": values()}), broken={"m.s"}).changes == ()


# --- properties: random histories of YAML states and direct edits ---

SOURCES = st.sampled_from(["s", "t", "u"])
VALUES = st.builds(values, st.integers(1, 3), active=st.booleans())
FILES = st.dictionaries(SOURCES, st.tuples(st.sampled_from(["a", "b"]), VALUES), max_size=3).map(
    lambda sources: drops(
        **{
            file: {s: declared for s, (f, declared) in sources.items() if f == file}
            for file in ("a", "b")
        }
    )
)
EDITS = st.dictionaries(SOURCES, VALUES, max_size=2)
HISTORIES = st.lists(st.tuples(EDITS, FILES), min_size=1, max_size=6)


def edited(rows: list[ControlRow], edits: dict[str, SourceValues]) -> list[ControlRow]:
    names = [column.name for column in fields(SourceValues)]
    return [
        replace(row, **{name: getattr(edits[row.source_id], name) for name in names})
        if row.source_id in edits
        else row
        for row in rows
    ]


@given(HISTORIES)
@settings(max_examples=300, deadline=None)
def test_ingesting_twice_is_ingesting_once(
    history: list[tuple[dict[str, SourceValues], Drops]],
) -> None:
    rows: list[ControlRow] = []
    for edits, step in history:
        rows = edited(rows, edits)
        first = merge(rows, step)
        rows = apply(rows, first)
        second = merge(rows, step)
        assert second.changes == ()
        assert second.conflicts == first.conflicts
        assert len({row.key for row in rows}) == len(rows)


@given(HISTORIES)
@settings(max_examples=300, deadline=None)
def test_no_direct_edit_is_ever_overwritten(
    history: list[tuple[dict[str, SourceValues], Drops]],
) -> None:
    """An edit stands until YAML agrees; only `is_active` follows a row out of YAML and back."""
    rows: list[ControlRow] = []
    standing: dict[str, SourceValues] = {}
    for edits, step in history:
        before = {row.source_id: row for row in rows}
        rows = edited(rows, edits)
        for row in rows:
            if row.content_hash != before[row.source_id].content_hash:
                standing[row.source_id] = edits[row.source_id]
        merged = merge(rows, step)
        taken_away = {row.key for row in rows if (row.base_hash or "").startswith("removed:")}
        taken_away |= {row.key for row in rows if row.key not in step.sources}
        rows = apply(rows, merged)
        for row in rows:
            declared = step.sources.get(row.key)
            wanted = standing.get(row.source_id)
            if declared is not None and declared.values.content_hash == row.content_hash:
                standing.pop(row.source_id, None)
            elif wanted is not None:
                if row.key in taken_away:
                    wanted = replace(wanted, is_active=row.is_active)
                standing[row.source_id] = wanted
                assert row.content_hash == wanted.content_hash


@given(HISTORIES)
@settings(max_examples=200, deadline=None)
def test_without_edits_the_table_is_what_yaml_says(
    history: list[tuple[dict[str, SourceValues], Drops]],
) -> None:
    rows = after(*(step for _, step in history))
    declared = history[-1][1].sources
    for row in rows:
        if row.key in declared:
            assert row.content_hash == declared[row.key].values.content_hash
            assert row.origin == f"yaml:{declared[row.key].file}"
        else:
            assert not row.is_active
    assert set(declared) <= {row.key for row in rows}
