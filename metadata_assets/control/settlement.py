"""Which side wins where a drop and the table disagree: what somebody decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from metadata_assets.control.conflict import Conflict
from metadata_assets.control.problems import printable
from metadata_assets.errors import ConfigurationError

Side = Literal["yaml", "table"]


@dataclass(frozen=True, slots=True)
class Settlement:
    """A decision on conflicts.

    Attributes:
        side: The side that wins.
        keys: The conflicts it is about, by `Conflict.key`; None for all of them.
    """

    side: Side
    keys: frozenset[str] | None = None

    def winner(self, key: str) -> Side | None:
        """The side that wins a conflict; None where nothing was decided on it."""
        return self.side if self.keys is None or key in self.keys else None


UNSETTLED = Settlement("table", frozenset())
"""Nothing is decided: conflicts stay."""


def require_settleable(conflicts: Sequence[Conflict], settlement: Settlement) -> None:
    """Refuse a decision on what is no conflict, or on one that no decision mends.

    Raises:
        ConfigurationError: It is such a decision.
    """
    known = {conflict.key: conflict for conflict in conflicts}
    chosen = known.keys() if settlement.keys is None else settlement.keys
    for key in sorted(chosen):
        conflict = known.get(key)
        if conflict is None:
            raise ConfigurationError(
                f"there is no conflict about {printable(key)}",
                remedy=f"Conflicts: {', '.join(sorted(known)) or 'none'}.",
            )
        if conflict.kind == "unreadable":
            raise ConfigurationError(str(conflict))
