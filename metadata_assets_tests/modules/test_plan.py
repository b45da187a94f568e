from __future__ import annotations

import time

import pytest

from metadata_assets.control.model import ControlRow
from metadata_assets.errors import ConfigurationError
from metadata_assets.modules.plan import by_module, plan_module
from metadata_assets_tests.modules.tasks import row, sql


def steps(*rows: ControlRow) -> list[tuple[int, list[str]]]:
    planned = plan_module("m", rows, {})
    return [(step.order, [task.name for task in step.tasks]) for step in planned.steps]


def test_equal_orders_are_one_step_and_each_waits_for_all_of_the_one_before() -> None:
    rows = (row("c", 5), row("a", 1), row("b", 1), row("off", 2, active=False))
    assert steps(*rows) == [(1, ["a", "b"]), (5, ["c"])]
    planned = plan_module("m", rows, {})
    assert {task.name: set(task.waits_for) for task in planned.tasks} == {
        "a": set(),
        "b": set(),
        "c": {"a", "b"},
    }
    assert planned.inactive == ("off",)


def test_a_task_waits_for_what_it_depends_on_unless_that_is_inactive() -> None:
    rows = (row("a"), row("b", depends_on=["a", "off"]), row("off", active=False))
    waits = {task.name: set(task.waits_for) for task in plan_module("m", rows, {}).tasks}
    assert waits == {"a": set(), "b": {"a"}}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ((row("a", depends_on=["nosuch"]),), "m.a: it depends on `nosuch`, which module m has not"),
        ((row("order"), row("a", depends_on=["ordre"])), "Did you mean `order`?"),
        ((row("a", depends_on=["b"]), row("b", depends_on=["a"])), "tasks wait for each other"),
        ((row("a", depends_on=["a"]),), "tasks wait for each other: `a` → `a`"),
        ((row("a", 1, depends_on=["b"]), row("b", 2)), "`b` of 2, which runs after it"),
        ((row("a", task_type="dbt"),), "m.a: unknown task_type `dbt`. Known: catalog_sync"),
        ((row("a", task_type="sql_query"),), "sql_task: Field required"),
        ((sql("a", 1, "SELECT 1", parameters={"p": [1]}),), "a parameter is text, a number"),
        ((row("a", timeout_seconds=0),), "timeout_seconds: Input should be greater than 0"),
    ],
)
def test_a_module_that_can_never_run_is_refused_before_it_does(
    rows: tuple[ControlRow, ...], said: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        plan_module("m", rows, {})
    assert said in str(refused.value)


def test_an_unknown_module_is_refused_with_the_nearest_name() -> None:
    orders = ControlRow(module_name="orders", source_id="a")
    with pytest.raises(ConfigurationError, match="Did you mean `orders`"):
        plan_module("order", [orders], {})


def test_what_an_inactive_task_says_does_not_matter() -> None:
    assert steps(row("a"), row("b", active=False, task_type="dbt")) == [(1, ["a"])]


def test_a_row_that_cannot_be_understood_stops_its_module_only() -> None:
    broken = {"m.x": ConfigurationError("source_config is not a JSON object")}
    with pytest.raises(ConfigurationError, match="not a JSON object"):
        plan_module("m", [row("a")], broken)
    broken = {"m2.x": broken["m.x"]}
    assert len(plan_module("m", [row("a")], broken).steps) == 1


def test_a_thousand_sources_in_fifty_modules_are_planned_at_once() -> None:
    rows = [
        ControlRow(module_name=f"m{n % 50}", source_id=f"s{n}", execution_order=n % 7)
        for n in range(1000)
    ]
    started = time.perf_counter()
    plans = [plan_module(module, rows, {}) for module in by_module(rows)]
    assert time.perf_counter() - started < 2
    assert sum(len(plan.tasks) for plan in plans) == 1000
