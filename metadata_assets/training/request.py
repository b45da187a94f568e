"""What a sync is asked to do: how thoroughly, of which records, and since when."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timezone

from metadata_assets.errors import ConfigurationError
from metadata_assets.training.selection import EVERYTHING, Selection

MODES = ("incremental", "full", "verify")
"""`incremental` writes what differs, `full` every record anew, `verify` nothing at all."""


@dataclass(frozen=True, slots=True)
class SyncRequest:
    """One request.

    Attributes:
        mode: One of `MODES`.
        selection: What may be changed, or is looked at.
        since: A full sync leaves objects alone that are in step and were written since then: it
            goes on where an earlier one stopped. The other modes compare everything anyway, so it
            never hides a difference.
    """

    mode: str = "incremental"
    selection: Selection = EVERYTHING
    since: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse a mode that does not exist.

        Raises:
            ConfigurationError: With the modes there are.
        """
        if self.mode not in MODES:
            raise ConfigurationError(
                f"unknown sync mode {self.mode!r}", remedy=f"Use one of: {', '.join(MODES)}."
            )

    @property
    def only_looks(self) -> bool:
        """Whether nothing is to be written."""
        return self.mode == "verify"

    @property
    def is_partial(self) -> bool:
        """Whether something is left out."""
        return self.selection != EVERYTHING

    def selection_text(self) -> str | None:
        """The selection as canonical JSON; None where it is everything."""
        if not self.is_partial:
            return None
        asked = {name: list(values) for name, values in asdict(self.selection).items() if values}
        return json.dumps(asked, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def parse_since(text: str | None) -> datetime | None:
    """A time in ISO 8601, of UTC where it names no zone; None for none.

    Raises:
        ConfigurationError: It is no time.
    """
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as error:
        raise ConfigurationError(
            f"since: {text!r} is no time", remedy="Write it as 2026-03-01T12:00:00Z."
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
