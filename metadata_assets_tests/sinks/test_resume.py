"""A push that did not end is gone on with: nothing is taught twice, nothing is left behind."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from metadata_assets.errors import SinkFailed
from metadata_assets.lake import Lake
from metadata_assets.sinks.vanna import VannaSink
from metadata_assets.sinks.vanna_classic import ClassicSession
from metadata_assets.sinks.vanna_memory import MemorySession
from metadata_assets_tests.sinks.conftest import Shelf, answer, ddl, record
from metadata_assets_tests.sinks.stores import RandomIds

BEFORE = (ddl("orders"), record("old words", record_id="words"), answer("How many?", "SELECT 1"))
AFTER = (ddl("orders"), record("new words", record_id="words"), ddl("refunds"))
SAID = [fact["content"] for fact in AFTER]


class Killed(BaseException):
    """Like SIGKILL: nothing handles it."""


def push_interrupted(shelf: Shelf, monkeypatch: pytest.MonkeyPatch, act: str) -> None:
    """Push, and be gone right after the first of these acts."""
    with monkeypatch.context() as patched:
        for session in (ClassicSession, MemorySession):
            patched.setattr(session, act, dying_after(getattr(session, act)))
        with pytest.raises(Killed):
            shelf.push()


def dying_after(done: Callable[..., Any]) -> Callable[..., None]:
    def once(*args: Any) -> None:
        done(*args)
        raise Killed

    return once


@pytest.mark.parametrize("act", ["train", "remove"])
def test_a_push_interrupted_in_the_middle_is_finished_by_the_next(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    shelf.records(*BEFORE)
    shelf.push()
    shelf.records(*AFTER)
    push_interrupted(shelf, monkeypatch, act)
    shelf.push()
    assert shelf.contents == sorted(SAID)
    assert {row["status"] for row in shelf.state} == {"pushed"}
    assert shelf.index.pending().num_rows == 0


def test_what_is_no_longer_wanted_after_a_kill_is_found_and_removed(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.records(record("a"), record("b"))
    push_interrupted(shelf, monkeypatch, "train")
    shelf.records(record("c"))
    shelf.push()
    assert shelf.contents == ["c"]
    assert [row["kind"] for row in shelf.state] == ["documentation"]


@pytest.mark.parametrize("act", [1, 2, 4, 6])
def test_a_push_killed_at_any_act_and_run_again_ends_like_an_undisturbed_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: int
) -> None:
    monkeypatch.setenv("VANNA_FOLDER", str(tmp_path))
    shelf = Shelf(
        Lake(str(tmp_path / "lake")),
        VannaSink("random ids", lambda: RandomIds(tmp_path)),
        locks=tmp_path / "locks",
    )
    shelf.records(*BEFORE)
    shelf.push()
    shelf.records(*AFTER)
    killed = subprocess.run(
        [sys.executable, "-m", "metadata_assets_tests.sinks.killed", str(tmp_path), str(act)],
        check=False,
        timeout=120,
    )
    assert killed.returncode == -signal.SIGKILL
    shelf.push()
    assert shelf.contents == sorted(SAID)
    assert shelf.push().unchanged == len(SAID)


def test_a_store_that_fails_says_at_what_and_hides_its_secrets(
    tmp_path: Path, lake: Lake, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: Any) -> str:
        print("noise")
        raise ConnectionError("password=hunter2 was refused")

    monkeypatch.setattr(RandomIds, "_add", refuse)
    shelf = Shelf(lake, VannaSink("mine", lambda: RandomIds(tmp_path)), locks=tmp_path)
    shelf.records(ddl("orders"))
    with pytest.raises(SinkFailed) as failure:
        shelf.push()
    assert "mine failed at training the ddl of main.t: ConnectionError" in str(failure.value)
    assert "hunter2" not in str(failure.value)
    assert failure.value.__suppress_context__
    assert capsys.readouterr().out == ""


def test_a_store_that_forgets_at_once_is_an_error(lake: Lake, tmp_path: Path) -> None:
    class Forgetful(RandomIds):
        def _add(self, *_: Any) -> str:
            return ""

    shelf = Shelf(lake, VannaSink("mine", lambda: Forgetful(tmp_path)), locks=tmp_path)
    shelf.records(ddl("orders"))
    with pytest.raises(SinkFailed, match=r"took the ddl of main\.t and does not show it"):
        shelf.push()


def test_what_a_store_was_taught_by_hand_before_is_not_taught_again(
    lake: Lake, tmp_path: Path
) -> None:
    store = RandomIds(tmp_path)
    store.train(ddl="CREATE TABLE orders (id int)")
    store.train(documentation="by hand")
    shelf = Shelf(lake, VannaSink("mine", lambda: store), locks=tmp_path)
    shelf.records(ddl("orders"))
    assert shelf.push().found == 1
    assert Counter(shelf.contents) == {"CREATE TABLE orders (id int)": 1, "by hand": 1}


def test_two_sources_share_what_they_both_say_and_keep_it_for_each_other(shelf: Shelf) -> None:
    copy = Shelf(shelf.lake, shelf.sink, "demo.copy", locks=shelf.locks)
    shelf.records(ddl("orders"), ddl("mine"))
    copy.records(ddl("orders"), ddl("theirs"))
    shelf.push()
    assert copy.push().found == 1
    shelf.records(ddl("mine"))
    assert shelf.push().removed == 0
    assert len(shelf.contents) == 3
    copy.records()
    copy.push()
    assert shelf.contents == ["CREATE TABLE mine (id int)"]
