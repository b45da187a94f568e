"""Which tasks of a module come before which: by `execution_order`, and by `depends_on`.

Pure: whether a name that is nowhere in the module is an error, its callers decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter


@dataclass(frozen=True, slots=True)
class Ordered:
    """A task, as far as its place goes.

    Attributes:
        source_id: Its name in the module.
        execution_order: It runs after all lower ones.
        depends_on: What else it runs after.
    """

    source_id: str
    execution_order: int
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A task that can never start.

    Attributes:
        source_id: The task.
        what: Why.
        remedy: How to mend it.
    """

    source_id: str
    what: str
    remedy: str


def contradictions(tasks: Iterable[Ordered]) -> Iterator[Contradiction]:
    """The tasks of one module that wait for each other, or for a later order.

    Args:
        tasks: The module's; names among their `depends_on` that are not here are passed over.
    """
    known = {task.source_id: task for task in tasks}
    graph: dict[str, list[str]] = {}
    for task in known.values():
        graph[task.source_id] = []
        for name in task.depends_on:
            before = known.get(name)
            if before is None:
                continue
            if before.execution_order > task.execution_order:
                yield Contradiction(
                    task.source_id,
                    f"`{task.source_id}` of execution_order {task.execution_order} depends on "
                    f"`{name}` of {before.execution_order}, which runs after it",
                    f"Give `{name}` no higher execution_order, or leave it out of depends_on.",
                )
            else:
                graph[task.source_id].append(name)
    cycle = _cycle(graph)
    if cycle:
        yield Contradiction(
            cycle[0],
            f"tasks wait for each other: {' → '.join(f'`{name}`' for name in cycle)}",
            "Take one of them out of a depends_on.",
        )


def _cycle(graph: Mapping[str, list[str]]) -> list[str]:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        # From the one that depends, whichever way the sorter found it.
        found: list[str] = list(error.args[1])[::-1]
        return found
    return []
