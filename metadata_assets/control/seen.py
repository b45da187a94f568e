"""Which versions of the control tables somebody has seen: what a sensor keeps between ticks."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from metadata_assets.catalog.annotations import ANNOTATIONS
from metadata_assets.control.table import ControlTable


@dataclass(frozen=True, slots=True)
class SeenVersions:
    """Versions of the tables that say which sources to extract.

    Attributes:
        control: Of the control table; None where there was none.
        annotations: Of the annotations; None where there were none.
    """

    control: int | None = None
    annotations: int | None = None

    @staticmethod
    def of(cursor: str | None) -> SeenVersions:
        """The versions in a cursor; none of them where there is no cursor yet."""
        stored = json.loads(cursor) if cursor else {}
        # Cursors were once the version of the control table alone.
        return SeenVersions(stored) if isinstance(stored, int) else SeenVersions(**stored)

    @staticmethod
    def now(control: ControlTable) -> SeenVersions:
        """The current versions."""
        return SeenVersions(control.version(), control.lake.version(ANNOTATIONS))

    def cursor(self) -> str:
        """The versions as text, for `of`."""
        return json.dumps(asdict(self))
