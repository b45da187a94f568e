"""Up to where the changes of the control table have been processed.

The watermark is a version, never a time. It passes a source only once that was processed: one that
failed stays behind, and is told again until it is processed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from metadata_assets.control.sources import select_sources
from metadata_assets.control.table import ControlTable
from metadata_assets.ledger.store import Ledger

_SCHEMA, _TABLE = "control", "etl_control"
_FIRST = -1
"""What stands in the ledger for no version."""


@dataclass(frozen=True, slots=True)
class Watermark:
    """What has been processed.

    Attributes:
        version: The version up to which everything but `behind` is; None before the first.
        behind: The sources that are not.
    """

    version: int | None = None
    behind: frozenset[str] = frozenset()

    def pending(self, control: ControlTable, until: int | None) -> tuple[str, ...]:
        """The active catalog sources to process, in execution order.

        Args:
            control: The control table.
            until: The version to process up to.
        """
        changed = control.changed_sources(self.version, until).to_sync
        late = [row.key for row in select_sources(control.read(until).sound)]
        return tuple(dict.fromkeys((*changed, *(key for key in late if key in self.behind))))

    def advanced(
        self, until: int | None, pending: Iterable[str], processed: Collection[str]
    ) -> Watermark:
        """The watermark once some of the pending sources were processed.

        Args:
            until: The version they were processed up to.
            pending: What was to be processed.
            processed: What was.
        """
        return Watermark(until, frozenset(key for key in pending if key not in processed))


def read_watermark(ledger: Ledger) -> Watermark:
    """The watermark as it was last stored; from the beginning where it never was."""
    stored = ledger.position(_SCHEMA, _TABLE, "stream")
    if stored is None:
        return Watermark()
    version = stored["sequence"]
    return Watermark(None if version == _FIRST else version, frozenset(stored["behind"]))


def store_watermark(ledger: Ledger, watermark: Watermark) -> None:
    """Remember a watermark.

    Raises:
        PositionConflict: Another process has stored a later one.
    """
    version = _FIRST if watermark.version is None else watermark.version
    position = {"sequence": version, "behind": sorted(watermark.behind)}
    ledger.update_position(_SCHEMA, _TABLE, "stream", position)
