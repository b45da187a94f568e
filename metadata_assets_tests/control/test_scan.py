from __future__ import annotations

import os
import time
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path

from metadata_assets.control.scan import DropScan, DropState, scan_drops, states_of


def scan(folder: Path, previous: Mapping[str, DropState] | None = None) -> DropScan:
    """A scan a minute from now, when whatever the test wrote has settled."""
    now = datetime.now(timezone.utc) + timedelta(minutes=1)
    return scan_drops(folder, previous or {}, now=now)


def test_a_first_scan_sees_every_drop(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("x")
    (tmp_path / "b.txt").write_text("x")
    seen = scan(tmp_path)
    assert seen.changed == ("a.yaml",)
    assert seen.is_ready


def test_an_unchanged_folder_is_quiet_and_its_cursor_survives_as_text(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("x")
    first = scan(tmp_path)
    second = scan(tmp_path, states_of(first.cursor()))
    assert (second.changed, second.removed, second.is_ready) == ((), (), False)
    assert second.states == first.states


def test_no_cursor_is_no_states() -> None:
    assert states_of(None) == states_of("") == {}


def test_changed_new_and_removed_drops_are_told_apart(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.yaml").write_text("x")
    first = scan(tmp_path)
    (tmp_path / "a.yaml").write_text("y")
    (tmp_path / "b.yaml").unlink()
    (tmp_path / "d.yaml").write_text("x")
    second = scan(tmp_path, first.states)
    assert (second.changed, second.removed) == (("a.yaml", "d.yaml"), ("b.yaml",))


def test_a_touched_drop_has_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("x")
    first = scan(tmp_path)
    os.utime(path, (1_000_000, 1_000_000))
    second = scan(tmp_path, first.states)
    assert not second.is_ready
    assert second.states != first.states


def test_a_drop_replaced_by_one_of_the_same_size_and_time_has_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("x")
    os.utime(path, (1_000_000, 1_000_000))
    first = scan(tmp_path)
    other = tmp_path / "new"
    other.write_text("y")
    os.utime(other, (1_000_000, 1_000_000))
    other.replace(path)
    assert scan(tmp_path, first.states).changed == ("a.yaml",)


def test_a_drop_still_being_written_waits_for_a_later_scan(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("x")
    first = scan(tmp_path)
    (tmp_path / "a.yaml").write_text("y")
    (tmp_path / "b.yaml").write_text("x")
    early = scan_drops(tmp_path, first.states, now=datetime.now(timezone.utc))
    assert early.settling == ("a.yaml", "b.yaml")
    assert (early.changed, early.removed, early.is_ready) == ((), (), False)
    assert scan(tmp_path, early.states).changed == ("a.yaml", "b.yaml")


def test_a_time_far_in_the_future_does_not_hide_a_drop(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("x")
    ahead = time.time() + 86_400
    os.utime(path, (ahead, ahead))
    assert scan(tmp_path).changed == ("a.yaml",)


def test_a_refused_link_counts_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").symlink_to("/etc/hostname")
    first = scan(tmp_path)
    assert first.changed == ("a.yaml",)
    assert scan(tmp_path, first.states).changed == ()


def test_a_missing_folder_means_that_all_drops_are_removed(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("x")
    first = scan(tmp_path)
    assert scan(tmp_path / "gone", first.states).removed == ("a.yaml",)


def test_a_tick_over_a_thousand_unchanged_drops_takes_less_than_a_tenth_of_a_second(
    tmp_path: Path,
) -> None:
    for n in range(1000):
        (tmp_path / f"{n}.yaml").write_text("modules: []")
    cursor = scan(tmp_path).cursor()
    took = []
    for _ in range(3):
        before = time.perf_counter()
        assert not scan(tmp_path, states_of(cursor)).is_ready
        took.append(time.perf_counter() - before)
    assert min(took) < 0.1  # 0.02 s on an idle core
