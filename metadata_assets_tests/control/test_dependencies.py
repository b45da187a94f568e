from __future__ import annotations

import pytest

from metadata_assets.control.dependencies import Ordered, contradictions
from metadata_assets_tests.control.conftest import Desk

TASK = "  - {{source_id: {0}, transformation_config: {{task_type: notebook, depends_on: [{1}]}}}}\n"


def module(*tasks: tuple[str, str]) -> str:
    return "modules:\n- module_name: m\n  sources:\n" + "".join(
        TASK.format(name, after) for name, after in tasks
    )


def refusals(desk: Desk) -> list[str]:
    return [str(error) for error in desk.ingest().plan.errors]


def stored(desk: Desk) -> list[str]:
    return [row.key for row in desk.control.rows() if row.is_active]


def test_tasks_that_wait_for_each_other_are_refused_where_they_stand(desk: Desk) -> None:
    desk.write("a.yaml", module(("x", "y"), ("y", "z"), ("z", "x")))
    (refused,) = refusals(desk)
    assert refused.startswith("a.yaml:4:5: tasks wait for each other: `x` → `y` → `z` → `x`")
    assert stored(desk) == []


def test_a_drop_whose_task_depends_on_one_nobody_declares_waits_for_it(desk: Desk) -> None:
    desk.write("a.yaml", module(("x", "order")))
    desk.write("b.yaml", module(("ordr", "")))
    (refused,) = refusals(desk)
    assert refused.startswith("a.yaml:4:5: `x` depends on `order`, which module m has not")
    assert "Did you mean `ordr`?" in refused
    assert stored(desk) == ["m.ordr"]
    desk.write("b.yaml", module(("order", "")))
    assert refusals(desk) == []
    assert stored(desk) == ["m.order", "m.x"]


def test_what_depends_on_a_drop_that_waits_waits_too_and_nothing_stored_is_lost(
    desk: Desk,
) -> None:
    desk.write("a.yaml", module(("x", "")))
    desk.ingest()
    desk.write("a.yaml", module(("x", "gone")))
    desk.write("b.yaml", module(("y", "new")))
    desk.write("c.yaml", module(("new", "nosuch")))
    assert [refused.split(":")[0] for refused in refusals(desk)] == ["a.yaml", "b.yaml", "c.yaml"]
    assert stored(desk) == ["m.x"]


@pytest.mark.parametrize(
    ("tasks", "said"),
    [
        ([Ordered("a", 1, ("b",)), Ordered("b", 1)], None),
        ([Ordered("a", 2, ("b",)), Ordered("b", 1)], None),
        ([Ordered("a", 1, ("elsewhere",))], None),
        (
            [Ordered("a", 1, ("b",)), Ordered("b", 2)],
            "`a` of execution_order 1 depends on `b` of 2",
        ),
        ([Ordered("a", 1, ("a",))], "`a` → `a`"),
    ],
)
def test_only_what_can_never_start_is_a_contradiction(
    tasks: list[Ordered], said: str | None
) -> None:
    found = [one.what for one in contradictions(tasks)]
    assert (said is None) == (found == [])
    assert said is None or said in found[0]
