"""What is inferred of a file: tables, or the reason why there is none."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SURE_VALUES = 10
"""From this many values on, a type inferred from them is trusted."""


class Unreadable(Exception):
    """This file cannot be made into a table; the message says why."""


@dataclass(frozen=True, slots=True)
class InferredColumn:
    """A column: its name, its DuckDB type, and what is known about how sure that is."""

    name: str
    native_type: str
    nullable: bool = True
    properties: str | None = None


@dataclass(frozen=True, slots=True)
class InferredTable:
    """A table as inferred from a file.

    Attributes:
        columns: In order, their names unique.
        row_estimate: How many rows it has, as far as was counted.
        properties: Canonical JSON of the evidence; nothing in it moves with every added row.
        part: The part of the file it is, such as a sheet; empty where the file is one table.
    """

    columns: tuple[InferredColumn, ...]
    row_estimate: int | None
    properties: str
    part: str = ""


def evidence(**found: object) -> str:
    """Canonical JSON of what an inference rests on."""
    return canonical_json({name: value for name, value in found.items() if value is not None})


def confidence(values: int, *, is_certain: bool = True) -> str:
    """How sure a type is, in steps, so that it is stable.

    Args:
        values: From how many it was inferred.
        is_certain: Whether they can be of no other type.
    """
    if values == 0:
        return canonical_json({"confidence": "none"})
    is_sure = is_certain and values >= SURE_VALUES
    return canonical_json({"confidence": "high" if is_sure else "low"})


def canonical_json(value: Mapping[str, object]) -> str:
    """JSON with sorted keys and no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def unique_names(names: Sequence[str]) -> list[str]:
    """Column names as DuckDB makes them: blank ones are numbered, repeated ones get a number."""
    unique: list[str] = []
    taken: set[str] = set()
    for position, name in enumerate(names):
        base = name or f"column{position}"
        candidate, count = base, 0
        while candidate.lower() in taken:
            count += 1
            candidate = f"{base}_{count}"
        taken.add(candidate.lower())
        unique.append(candidate)
    return unique
