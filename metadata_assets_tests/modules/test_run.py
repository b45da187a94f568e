from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from metadata_assets.control.model import ControlRow
from metadata_assets.errors import ConfigurationError
from metadata_assets.ledger.store import Ledger
from metadata_assets_tests.home import Home
from metadata_assets_tests.modules.tasks import ALLOWED, python, row, run, sql, statuses


@pytest.fixture(autouse=True)
def shop(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that tasks write into, and functions they may call."""
    home.sqlite("d", "CREATE TABLE log (task TEXT)")
    for name, value in ALLOWED.items():
        monkeypatch.setenv(name, value)


def log(name: str, order: int, **more: Any) -> ControlRow:
    return sql(name, order, "INSERT INTO log VALUES (:task)", parameters={"task": name}, **more)


def logged(home: Home) -> list[str]:
    done = run(home, sql("look", 1, "SELECT task FROM log ORDER BY rowid"))
    return [str(value) for (value,) in done.outcomes[0].result.preview]


def test_orders_run_one_after_the_other_and_inactive_tasks_not_at_all(home: Home) -> None:
    done = run(home, log("c", 3), log("a", 1), log("b", 2), log("off", 1, active=False))
    assert done.succeeded
    assert done.inactive == ("off",)
    assert logged(home) == ["a", "b", "c"]


def test_a_task_that_fails_stops_what_comes_after_it_and_is_not_half_done(home: Home) -> None:
    bad = sql("bad", 2, "INSERT INTO log VALUES ('half'); INSERT INTO nosuch VALUES (1)")
    done = run(home, log("a", 1), bad, log("beside", 2), log("c", 3), log("d", 4))
    assert statuses(done) == {
        "a": "succeeded",
        "bad": "failed",
        "beside": "succeeded",
        "c": "skipped",
        "d": "skipped",
    }
    messages = {outcome.task: outcome.message for outcome in done.outcomes}
    assert messages["bad"] == "m.bad: its SQL failed: no such table: nosuch"
    assert messages["c"] == "skipped, because `bad` failed"
    assert logged(home) == ["a", "beside"]


def test_a_task_that_depends_on_another_of_its_order_waits_for_it(home: Home) -> None:
    run(home, log("a", 1, depends_on=["b"]), log("b", 1, depends_on=["c"]), log("c", 1))
    assert logged(home) == ["c", "b", "a"]


def test_equal_orders_really_overlap(home: Home) -> None:
    def one(name: str, other: str) -> ControlRow:
        folder = {"folder": str(home.path), "name": name, "other": other}
        return python(name, 1, "overlap", parameters=folder)

    assert statuses(run(home, one("x", "y"), one("y", "x"))) == {
        "x": "succeeded",
        "y": "succeeded",
    }


def test_a_function_is_called_with_its_parameters_and_its_answer_is_kept(home: Home) -> None:
    done = run(home, python("a", 1, "greet", parameters={"name": "you"}))
    assert done.outcomes[0].result.note == "hello you"


def test_a_function_this_machine_does_not_allow_is_not_called(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("METADATA_ASSETS_PYTHON_TASKS", '["other:*"]')
    (outcome,) = run(home, python("a", 1, "greet")).outcomes
    assert "which this machine does not allow" in outcome.message


def test_a_task_is_tried_again_as_often_as_it_may(home: Home) -> None:
    def task(retries: int) -> ControlRow:
        counter = home.path / f"made{retries}"
        return python(
            f"t{retries}",
            1,
            "fail_until",
            parameters={"counter": str(counter), "attempts": 3},
            retries=retries,
            retry_seconds=0,
        )

    first, second = run(home, task(1), task(2)).outcomes
    assert (first.status, first.attempts) == ("failed", 2)
    assert "OSError" in first.message
    assert "hunter2" not in first.message
    assert (second.status, second.attempts, second.result.note) == ("succeeded", 3, "attempt 3")


def test_a_process_that_dies_is_a_failed_task(home: Home) -> None:
    (outcome,) = run(home, python("a", 1, "die")).outcomes
    assert "its process ended without an answer (signal SIGKILL)" in outcome.message


def test_a_task_that_hangs_is_ended_with_all_it_started(home: Home) -> None:
    mark = home.path / "started"
    started = time.monotonic()
    hung = python("a", 1, "hang", parameters={"started": str(mark)}, timeout_seconds=1, retries=3)
    (outcome,) = run(home, hung).outcomes
    assert (outcome.status, outcome.attempts) == ("failed", 1)
    assert outcome.message == "m.a: it took too long, and its process was ended"
    assert time.monotonic() - started < 30
    if mark.exists():
        assert not is_running(int(mark.read_text()))


def test_a_module_has_a_time_of_its_own(home: Home) -> None:
    mark = {"started": str(home.path / "started")}
    done = run(home, python("a", 1, "hang", parameters=mark), row("b", 2), seconds=1)
    assert statuses(done) == {"a": "failed", "b": "skipped"}


def test_a_module_without_an_active_task_is_not_run(home: Home) -> None:
    with pytest.raises(ConfigurationError, match="every task of it is inactive"):
        run(home, row("a", active=False))


def test_every_task_is_a_run_in_the_ledger(home: Home) -> None:
    run(home, sql("good", 1, "SELECT 1 UNION SELECT 2"), sql("bad", 1, "SELECT nosuch"))
    with Ledger.open(home.settings.ledger_url) as ledger:
        (good,), (bad,) = ledger.runs("m.good"), ledger.runs("m.bad")
    assert (good.status, good.stage, good.records_processed) == ("completed", "module_task", 2)
    assert (bad.status, bad.source_info) == ("failed", {"task_type": "sql_query"})
    assert bad.error_message is not None
    assert "no such column: nosuch" in bad.error_message


def is_running(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    deadline = time.monotonic() + 5
    while stat.exists() and stat.read_text().rpartition(")")[2].split()[0] not in "ZX":
        if time.monotonic() > deadline:
            return True
        time.sleep(0.05)
    return False
