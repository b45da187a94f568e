"""Which of several operators or functions of one name is meant: func_select_candidate's rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from metadata_assets.schema.semantics.postgres.coercion import (
    all_coercible,
    bound_types,
)
from metadata_assets.schema.semantics.postgres.system import OPAQUE, UNKNOWN, system


class Candidate(Protocol):
    """An operator or function, seen as the types it takes."""

    @property
    def arguments(self) -> tuple[str, ...]:
        """The types it takes, one for each value given."""
        ...


C = TypeVar("C", bound=Candidate)


def applicable(candidates: Sequence[C], given: Sequence[str]) -> list[C]:
    """The candidates whose arguments the given types become unasked."""
    return [
        each
        for each in candidates
        if all_coercible(given, each.arguments) and bound_types(each.arguments, given) is not None
    ]


def best(candidates: list[C], given: Sequence[str]) -> C | None:
    """The candidate PostgreSQL takes; None where it calls the choice ambiguous.

    Args:
        candidates: Those applicable, more than one.
        given: The types of the values.
    """
    if OPAQUE in given:
        return candidates[0]
    known = system()
    categories = [known.category(each) for each in given]

    def exact(each: C) -> int:
        return sum(
            one == other and one != UNKNOWN
            for one, other in zip(given, each.arguments, strict=True)
        )

    def exact_or_preferred(each: C) -> int:
        return sum(
            given[place] != UNKNOWN
            and (
                given[place] == wanted
                or (known.category(wanted) == categories[place] and known.is_preferred(wanted))
            )
            for place, wanted in enumerate(each.arguments)
        )

    for rule in (exact, exact_or_preferred):
        candidates = _highest(candidates, rule)
        if len(candidates) == 1:
            return candidates[0]
    if UNKNOWN not in given:
        return None
    candidates = _by_category_of_literals(candidates, given)
    if len(candidates) == 1:
        return candidates[0]
    return _by_known_type(candidates, given)


def _highest(candidates: list[C], rule: Callable[[C], int]) -> list[C]:
    scores = [rule(each) for each in candidates]
    top = max(scores)
    return [each for each, score in zip(candidates, scores, strict=True) if score == top]


def _by_category_of_literals(candidates: list[C], given: Sequence[str]) -> list[C]:
    """Take literals for strings where any candidate does, else for what all candidates take."""
    known = system()
    wanted: dict[int, tuple[str, bool]] = {}
    for place, each in enumerate(given):
        if each != UNKNOWN:
            continue
        taken = [candidate.arguments[place] for candidate in candidates]
        categories = {known.category(name) for name in taken}
        if "S" not in categories and len(categories) > 1:
            return candidates
        category = "S" if "S" in categories else next(iter(categories))
        preferred = any(
            known.is_preferred(name) for name in taken if known.category(name) == category
        )
        wanted[place] = (category, preferred)
    fitting = [
        candidate
        for candidate in candidates
        if all(
            known.category(candidate.arguments[place]) == category
            and (not preferred or known.is_preferred(candidate.arguments[place]))
            for place, (category, preferred) in wanted.items()
        )
    ]
    return fitting or candidates


def _by_known_type(candidates: list[C], given: Sequence[str]) -> C | None:
    """Take literals for what the known values are, where those agree."""
    types = {each for each in given if each != UNKNOWN}
    if len(types) != 1:
        return None
    supposed = [next(iter(types))] * len(given)
    fitting = [each for each in candidates if all_coercible(supposed, each.arguments)]
    return fitting[0] if len(fitting) == 1 else None
