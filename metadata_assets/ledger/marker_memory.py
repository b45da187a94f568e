"""Where this process left its markers: a guess that saves reading them before the next move.

No cache that could mislead: a swap names the revision and the position it starts from, so whoever
moved a marker in between, deleted or restored it, makes the swap fail and the marker be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from metadata_assets.ledger.marker_swap import Place, Reached

_MOST = 100_000


class MarkerMemory:
    """The markers that a ledger has moved lately."""

    def __init__(self) -> None:
        """None yet."""
        self._left: dict[Place, Reached] = {}

    def recall(self, places: Iterable[Place]) -> dict[Place, Reached] | None:
        """Where these were left; None where one of them is unknown."""
        try:
            return {place: self._left[place] for place in places}
        except KeyError:
            return None

    def remember(self, targets: Mapping[Place, Reached]) -> None:
        """Note where a swap that was committed has left markers."""
        if len(self._left) > _MOST:
            self._left.clear()
        for place, target in targets.items():
            self._left[place] = Reached(target.position, target.order, target.revision + 1)
