from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from sqlalchemy import Connection, event

from metadata_assets.ledger.marker_swap import Move
from metadata_assets.ledger.store import Ledger

QUERIES: dict[str, Callable[[Ledger], object]] = {
    "a position by its place": lambda ledger: ledger.position("shop", "orders", "batch"),
    "many positions by their places": lambda ledger: ledger.update_positions(
        [Move("shop", name, "batch", {"at": 1}) for name in ("a", "b", "c")]
    ),
    "the positions of a source": lambda ledger: ledger.get_active_markers("shop"),
    "the versions of a table": lambda ledger: ledger.versions("shop", "orders"),
    "one version of a table": lambda ledger: ledger.get_schema_version("shop", "orders", 1),
    "the runs of a source": lambda ledger: ledger.runs("shop"),
    "the running runs": lambda ledger: ledger.runs(status="running"),
    "the newest runs": lambda ledger: ledger.runs(),
    "the runs of a Dagster run": lambda ledger: ledger.runs(dagster_run_id="d"),
    "the open errors of a source": lambda ledger: ledger.errors("shop", status="open"),
    "the errors of a run": lambda ledger: ledger.errors(sync_run_id=uuid4()),
    "the newest errors": lambda ledger: ledger.errors(),
    "the errors due for a retry": lambda ledger: ledger.claim_due_retries(),
    "the letters that wait": lambda ledger: ledger.claim_dead_letters(),
    "the letters of a table": lambda ledger: ledger.dead_letters("shop", table_name="orders"),
}

AS_IF_LARGE = ("enable_seqscan = off", "enable_sort = off")
"""Makes PostgreSQL plan as if tables were large."""


@pytest.mark.parametrize("name", QUERIES)
def test_a_documented_query_is_answered_by_an_index(ledger: Ledger, name: str) -> None:
    with explained(ledger, "SELECT", *AS_IF_LARGE) as plans:
        QUERIES[name](ledger)
    assert plans, "it asked nothing"
    for statement, plan in plans:
        assert not any(map(_reads_all, plan.splitlines())), (statement, plan)


def test_a_few_markers_among_many_are_moved_by_the_index(ledger: Ledger) -> None:
    def moves(step: int, count: int) -> list[Move]:
        return [Move("shop", f"t{n}", "batch", {"at": step}) for n in range(count)]

    ledger.update_positions(moves(1, 2000))
    with explained(ledger, "UPDATE") as plans:
        ledger.update_positions(moves(2, 1))
        ledger.update_positions(moves(3, 3))
    assert len(plans) == 2
    for _, plan in plans:
        assert "sync_markers_place_key" in plan
        assert "Hash" not in plan


def _reads_all(step: str) -> bool:
    return "Seq Scan" in step or (step.startswith("SCAN") and "USING" not in step)


@contextmanager
def explained(ledger: Ledger, kind: str, *settings: str) -> Iterator[list[tuple[str, str]]]:
    """The plans of the statements of a kind in the block, under some settings of PostgreSQL."""
    plans: list[tuple[str, str]] = []

    def explain(
        connection: Connection, _cursor: object, statement: str, parameters: object, *_rest: object
    ) -> None:
        if not statement.lstrip().startswith(kind) or "clock_timestamp() AS" in statement:
            return
        raw = connection.connection.cursor()
        if connection.dialect.name == "postgresql":
            for setting in settings:
                raw.execute(f"SET LOCAL {setting}")
            raw.execute(f"EXPLAIN {statement}", parameters)
        else:
            raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        plans.append((statement, "\n".join(str(row[-1]) for row in raw.fetchall())))

    engine = ledger._database.engine
    event.listen(engine, "before_cursor_execute", explain)
    yield plans
    event.remove(engine, "before_cursor_execute", explain)
