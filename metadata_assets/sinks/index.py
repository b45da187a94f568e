"""The index of one source: its sink, and what is known to be in it.

What is to be pushed is the difference of two sets, the current records and the remembered entries;
the sink itself is not asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from filelock import FileLock, Timeout

from metadata_assets.catalog.engine import query
from metadata_assets.errors import SinkFailed
from metadata_assets.lake import SOURCE, Lake
from metadata_assets.sinks.sink import Sink
from metadata_assets.sinks.state import SINK_STATE
from metadata_assets.training.records import RECORDS

_PATIENCE = 600.0
"""Seconds to wait while another process pushes to the same sink."""

_DIGEST = """
SELECT sha256(coalesce(string_agg(DISTINCT content_hash, ',' ORDER BY content_hash), '')) AS digest
FROM records WHERE sync_status = 'current'
"""

_TOLD = ("record_id", "kind", "content_hash", "sync_status")


@dataclass(frozen=True, slots=True)
class Index:
    """Where one source's records are pushed to.

    Attributes:
        lake: Where the records are.
        source: The source's key.
        sink: What they are pushed to; may be shared with other sources.
        locks: The folder of the locks that keep two processes out of one sink.
    """

    lake: Lake
    source: str
    sink: Sink
    locks: Path

    def state(self) -> pa.Table:
        """The remembered entries of the source, in this sink and in others."""
        return self.lake.read(SINK_STATE, self.source)

    @property
    def asked(self) -> pa.Table:
        """The sink's name, for SQL."""
        return pa.table({"sink": pa.array([self.sink.name], pa.string())})

    def pending(self) -> pa.Table:
        """What a push would do now; see `steps`."""
        return self.steps(self.state())

    def steps(self, state: pa.Table) -> pa.Table:
        """What is to be done to bring remembered entries in step with the current records.

        Args:
            state: The entries, with the columns of `SINK_STATE`.

        Returns:
            One row an entry: content_hash, kind, record_id, external_id and step, which is `train`,
            `settle` (look whether it is there, and train it if not) or `remove`.
        """
        records = self.lake.read(RECORDS, self.source, columns=_TOLD)
        return query(sinks_sql("pending"), records=records, state=state, asked=self.asked)

    def version(self) -> str:
        """A digest of what the sink should hold."""
        records = self.lake.read(RECORDS, self.source, columns=("content_hash", "sync_status"))
        return str(query(_DIGEST, records=records)["digest"][0])

    def elsewhere(self) -> pa.Table:
        """What other sources have in the same sink: content_hash, external_id and status."""
        columns = (SOURCE, "sink", "content_hash", "external_id", "status")
        rows = self.lake.read_all(SINK_STATE, columns=columns)
        others = (pc.field("sink") == self.sink.name) & (pc.field(SOURCE) != self.source)
        return rows.filter(others)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep the other processes of this machine out of the sink for the length of the block.

        Raises:
            SinkFailed: One of them does not leave it.
        """
        digest = hashlib.sha256(self.sink.name.encode()).hexdigest()[:16]
        self.locks.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.locks / f"sink-{digest}.lock", timeout=_PATIENCE):
                yield
        except Timeout as error:
            raise SinkFailed(
                f"another process has been pushing to {self.sink.name} for {_PATIENCE:.0f} seconds",
                where=self.source,
                remedy="Sync again when it is done.",
            ) from error


def sinks_sql(name: str) -> str:
    """The text of `sql/<name>.sql`."""
    return resources.files(__package__).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
