"""Which versions of the control tables somebody has seen: what a sensor keeps between ticks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from metadata_assets.control.table import ControlTable


@dataclass(frozen=True, slots=True)
class SeenVersions:
    """Versions of the tables that say which sources to bring up to date.

    Attributes:
        control: Of the control table; None where there was none.
        knowledge: Of what is known of the sources, by kind; None where nothing was.
    """

    control: int | None = None
    knowledge: Mapping[str, int | None] = field(default_factory=dict)

    @staticmethod
    def of(cursor: str | None) -> SeenVersions:
        """The versions in a cursor; none of them where there is no cursor yet."""
        stored = json.loads(cursor) if cursor else {}
        # Cursors were once the version of the control table alone.
        return SeenVersions(stored) if isinstance(stored, int) else SeenVersions(**stored)

    @staticmethod
    def now(control: ControlTable, *kinds: str) -> SeenVersions:
        """The current versions.

        Args:
            control: The control table.
            *kinds: What else to look at.
        """
        versions = control.knowledge_versions()
        return SeenVersions(control.version(), {kind: versions[kind] for kind in kinds})

    def cursor(self) -> str:
        """The versions as text, for `of`."""
        return json.dumps(asdict(self))
