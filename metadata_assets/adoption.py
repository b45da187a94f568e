"""Make records of what an assistant was taught before this project, wherever that is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from metadata_assets.control.sources import select_sources
from metadata_assets.control.table import ControlTable
from metadata_assets.curation import Curation
from metadata_assets.errors import ConfigurationError
from metadata_assets.sinks.adopt import Found, look_into, look_into_own, note_adopted
from metadata_assets.sinks.config import open_index
from metadata_assets.sinks.foreign import load_object
from metadata_assets.sinks.index import Index
from metadata_assets.sinks.jsonl import JsonlSink
from metadata_assets.sinks.sink import Sink
from metadata_assets.sinks.vanna import VannaSink
from metadata_assets.training.commit import SyncOutcome


@dataclass(frozen=True, slots=True)
class Adoption:
    """The import into the records of one source.

    Attributes:
        curation: The records of the home.
        source: The source's key.
        origin: Where from: a `.jsonl` file, the import path of a Vanna object, or None for the
            source's own sink. Whoever names an import path here runs it.
    """

    curation: Curation
    source: str
    origin: str | None = None

    def preview(self) -> Found:
        """What `carry_out` would find; writes nothing."""
        if self.origin is None:
            return look_into_own(self._index())
        return look_into(self._foreign(self.origin), self.curation.lake, self.source)

    def carry_out(self) -> tuple[Found, SyncOutcome]:
        """Make manual records of what no record says yet.

        Raises:
            ConfigurationError: There is no such source or sink, or a file is none.
            SinkFailed: The sink cannot be asked.
        """
        if self.origin is not None:
            found = self.preview()
            return found, self.curation.add(self.source, *found.additions)
        index = self._index()
        with index.locked():
            found = look_into_own(index)
            note_adopted(index, found, now=datetime.now(timezone.utc))
            return found, self.curation.add(self.source, *found.additions)

    def _index(self) -> Index:
        lake, settings = self.curation.lake, self.curation.settings
        (row,) = select_sources(ControlTable(lake).rows(), [self.source])
        index = open_index(row.key, row.target_config, lake, settings)
        if index is None:
            raise ConfigurationError(
                "it names no sink to import from",
                where=self.source,
                remedy="Pass --from, or give its target_config a `sink`.",
            )
        return index

    def _foreign(self, origin: str) -> Sink:
        if origin.endswith(".jsonl"):
            path = Path(origin).expanduser()
            if not path.is_file():
                raise ConfigurationError("there is no such file", where=origin)
            return JsonlSink(path)
        return VannaSink(
            f"vanna:{origin}", lambda: load_object(origin, allowed=[origin], where=self.source)
        )
