"""Who is whose successor: pairs of dropped and added things that are probably one.

Only the weighing; what speaks for a pair is in `renames` and `table_renames`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

CERTAIN_ENOUGH = 0.55
"""The confidence from which a rename is worth telling."""

_MOST_CERTAIN = 0.95
_AMBIGUOUS = 0.08
"""Two candidates closer than this are about as good."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """A dropped and an added thing, and what speaks for their being one.

    Attributes:
        dropped: The name of the one.
        added: The name of the other.
        evidence: What speaks for it, each with its weight.
    """

    dropped: str
    added: str
    evidence: tuple[tuple[str, float], ...]

    @property
    def confidence(self) -> float:
        """The sum of the weights, never quite certain."""
        return round(min(sum(weight for _, weight in self.evidence), _MOST_CERTAIN), 2)

    @property
    def reasons(self) -> tuple[str, ...]:
        """The evidence without its weights."""
        return tuple(reason for reason, _ in self.evidence)


def chosen(candidates: Iterable[Likeness]) -> list[Likeness]:
    """The pairs to believe: certain enough, each other's best, with no rival about as good."""
    by_side: dict[tuple[str, str], list[Likeness]] = {}
    for candidate in sorted(candidates, key=lambda c: (-c.confidence, c.dropped, c.added)):
        by_side.setdefault(("dropped", candidate.dropped), []).append(candidate)
        by_side.setdefault(("added", candidate.added), []).append(candidate)
    believed = []
    for (side, _), ranked in by_side.items():
        best = ranked[0]
        rivals = by_side["added", best.added]
        if (
            side == "dropped"
            and best.confidence >= CERTAIN_ENOUGH
            and _is_clear(ranked)
            and rivals[0] is best
            and _is_clear(rivals)
        ):
            believed.append(best)
    return believed


def name_likeness(one: str, other: str) -> float:
    """How alike two names are, from 0 to 1; a name within the other counts for much."""
    a, b = (re.sub(r"[^0-9a-z]", "", name.lower()) for name in (one, other))
    ratio = SequenceMatcher(None, a, b, autojunk=False).ratio()
    shorter = min(a, b, key=len)
    if len(shorter) >= 3 and (a.startswith(b) or b.startswith(a) or a.endswith(b) or b.endswith(a)):
        return max(ratio, 0.8)
    return ratio


def _is_clear(ranked: list[Likeness]) -> bool:
    return len(ranked) == 1 or ranked[0].confidence - ranked[1].confidence >= _AMBIGUOUS
