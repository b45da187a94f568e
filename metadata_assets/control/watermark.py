"""Up to where the changes of the control table have been processed.

The watermark is a version, never a time. It passes a source only once that was processed: one that
failed stays behind, with the version it was processed at, and is told again with all that happened
to it since.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from metadata_assets.control.table import ControlTable
from metadata_assets.ledger.store import Ledger

_SCHEMA, _TABLE = "control", "etl_control"
_FIRST = -1
"""What stands in the ledger for a source that was never processed: JSON keeps it apart from 0."""


@dataclass(frozen=True, slots=True)
class Watermark:
    """What has been processed.

    Attributes:
        version: The version up to which everything but `behind` is; None before the first.
        behind: The sources that are not, with the version they were last processed at.
    """

    version: int | None = None
    behind: Mapping[str, int | None] = field(default_factory=dict)

    def pending(self, control: ControlTable, until: int | None) -> tuple[str, ...]:
        """The active catalog sources to process, in execution order.

        Args:
            control: The control table.
            until: The version to process up to.
        """
        changed = control.changed_sources(self.version, until).to_sync
        late = [
            key
            for key, version in self.behind.items()
            if key in control.changed_sources(version, until).to_sync
        ]
        return tuple(dict.fromkeys((*changed, *late)))

    def advanced(
        self, until: int | None, pending: Collection[str], processed: Collection[str]
    ) -> Watermark:
        """The watermark once some of the pending sources were processed.

        Args:
            until: The version they were processed up to.
            pending: What was to be processed.
            processed: What was.
        """
        failed = [key for key in pending if key not in processed]
        return Watermark(until, {key: self.behind.get(key, self.version) for key in failed})


def read_watermark(ledger: Ledger) -> Watermark:
    """The watermark as it was last stored; from the beginning where it never was."""
    stored = ledger.position(_SCHEMA, _TABLE, "stream")
    if stored is None:
        return Watermark()
    behind = {key: _version(version) for key, version in stored["behind"].items()}
    return Watermark(_version(stored["sequence"]), behind)


def store_watermark(ledger: Ledger, watermark: Watermark) -> None:
    """Remember a watermark.

    Raises:
        PositionConflict: Another process has stored a later one.
    """
    position: dict[str, Any] = {
        "sequence": _stored(watermark.version),
        "behind": {key: _stored(version) for key, version in watermark.behind.items()},
    }
    ledger.update_position(_SCHEMA, _TABLE, "stream", position)


def _version(stored: int) -> int | None:
    return None if stored == _FIRST else stored


def _stored(version: int | None) -> int:
    return _FIRST if version is None else version
