"""How well the training records follow their catalogs.

Deleted records are gone and count for nothing; no records at all is no fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from metadata_assets.catalog.engine import query
from metadata_assets.training.records import training_sql

MEASURED = ("kind", "sync_status", "source_type", "source_id", "content_hash", "derived_hash")
"""The columns of `RECORDS` that health is told by."""

_COUNTS = """
SELECT
  source,
  kind,
  sync_status,
  count(*) AS records,
  count(*) FILTER (
    WHERE follows(source_type, source_id, derived_hash) AND sync_status <> 'deleted'
      AND content_hash IS DISTINCT FROM derived_hash
  ) AS edited
FROM records GROUP BY ALL ORDER BY source, kind, sync_status
"""

_DUPLICATES = """
WITH live AS (
  SELECT record_id, kind, source_id, chunk, source_type, content_hash
  FROM records WHERE sync_status <> 'deleted'
),
shared AS (
  SELECT 'the same part of the same object' AS reason, kind, source_id, chunk,
    list(record_id ORDER BY record_id) AS record_ids
  FROM live WHERE source_type = 'catalog' GROUP BY kind, source_id, chunk HAVING count(*) > 1
  UNION ALL
  SELECT 'the same content', kind, min(source_id), min(chunk), list(record_id ORDER BY record_id)
  FROM live GROUP BY kind, content_hash HAVING count(*) > 1
)
SELECT * FROM shared ORDER BY kind, source_id, chunk, reason
"""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When health becomes a warning.

    Of each source. None tolerates any number.

    Attributes:
        max_outdated: So many outdated records are tolerated.
        max_outdated_share: The same, as a share of the live ones.
        max_edited: So many hand edits that are neither accepted nor dropped.
        max_age: So long ago the last sync may be.
        max_lag: So many entries that its index lacks, or should not have.
    """

    max_outdated: int = 10
    max_outdated_share: float = 1.0
    max_edited: int | None = None
    max_age: timedelta = timedelta(days=7)
    max_lag: int | None = None


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """The health of one source.

    Attributes:
        source: Its key.
        records: The number of live records by kind and status.
        outdated: How many of them are outdated.
        edited: How many of them differ by hand from what the catalog said: drift, to be accepted
            or released.
        deleted: How many records are kept as deleted; no fault.
        last_synced_at: When it was last compared with its catalog; None if never.
        lag: How many entries are to be pushed to its index; None where it has none.
        warnings: What is wrong, one sentence each; empty for a healthy source.
    """

    source: str
    records: Mapping[tuple[str, str], int]
    outdated: int
    edited: int
    deleted: int
    last_synced_at: datetime | None
    lag: int | None = None
    warnings: tuple[str, ...] = field(default=())

    @property
    def live(self) -> int:
        """The number of records that are not deleted."""
        return sum(self.records.values())

    @property
    def outdated_share(self) -> float:
        """The share of outdated records among the live ones; 0 where there are none."""
        return _share(self.outdated, self.live)


@dataclass(frozen=True, slots=True)
class Health:
    """The health of all sources.

    Attributes:
        sources: One entry a source, ordered by key.
    """

    sources: tuple[SourceHealth, ...]

    @property
    def warnings(self) -> tuple[str, ...]:
        """Every warning, behind the key of its source."""
        return tuple(f"{one.source}: {text}" for one in self.sources for text in one.warnings)

    @property
    def live(self) -> int:
        """The number of live records."""
        return sum(one.live for one in self.sources)

    @property
    def outdated(self) -> int:
        """The number of outdated records."""
        return sum(one.outdated for one in self.sources)

    @property
    def outdated_share(self) -> float:
        """The share of outdated records among the live ones; 0 where there are none."""
        return _share(self.outdated, self.live)

    @property
    def edited(self) -> int:
        """The number of records that differ by hand from what the catalog said."""
        return sum(one.edited for one in self.sources)

    @property
    def deleted(self) -> int:
        """The number of records that are kept as deleted."""
        return sum(one.deleted for one in self.sources)

    @property
    def lag(self) -> int:
        """How many entries are to be pushed to indexes."""
        return sum(one.lag or 0 for one in self.sources)

    @property
    def oldest_sync(self) -> datetime | None:
        """The last sync of the source that waits longest; None where none was ever synced."""
        return min((one.last_synced_at for one in self.sources if one.last_synced_at), default=None)


def health(
    records: pa.Table,
    *,
    last_synced_at: Mapping[str, datetime],
    lag: Mapping[str, int],
    now: datetime,
    thresholds: Thresholds,
) -> Health:
    """Assess every source that has records or was ever synced.

    Args:
        records: The columns `MEASURED` of records, and `source`, as `Lake.read_all` returns them.
        last_synced_at: When each source was last synced, whether or not anything changed.
        lag: How many entries are to be pushed to the index of each source that has one.
        now: The time of asking.
        thresholds: From where on it warns.
    """
    counts: dict[str, list[dict[str, Any]]] = {source: [] for source in last_synced_at}
    for row in query(training_sql("macros") + _COUNTS, records=records).to_pylist():
        counts.setdefault(row["source"], []).append(row)
    return Health(
        tuple(
            _assess(
                source, counts[source], last_synced_at.get(source), lag.get(source), now, thresholds
            )
            for source in sorted(counts)
        )
    )


def duplicates(records: pa.Table) -> pa.Table:
    """Live records of one source that say the same or are about the same part of one object.

    Chunks of one object are different parts; the same text under two kinds is no duplicate.

    Args:
        records: Rows of `RECORDS`, of one source.

    Returns:
        One row a group: reason, kind, source_id, chunk, record_ids.
    """
    return query(_DUPLICATES, records=records)


def _assess(
    source: str,
    counts: Sequence[Mapping[str, Any]],
    last_synced_at: datetime | None,
    lag: int | None,
    now: datetime,
    thresholds: Thresholds,
) -> SourceHealth:
    live = [row for row in counts if row["sync_status"] != "deleted"]
    assessed = SourceHealth(
        source=source,
        records={(row["kind"], row["sync_status"]): row["records"] for row in live},
        outdated=sum(row["records"] for row in live if row["sync_status"] == "outdated"),
        edited=sum(row["edited"] for row in live),
        deleted=sum(row["records"] for row in counts if row["sync_status"] == "deleted"),
        last_synced_at=last_synced_at,
        lag=lag,
    )
    return replace(assessed, warnings=tuple(_warnings(assessed, now, thresholds)))


def _warnings(one: SourceHealth, now: datetime, limits: Thresholds) -> Iterator[str]:
    if one.outdated > limits.max_outdated:
        yield f"{one.outdated} records are outdated"
    elif one.outdated_share > limits.max_outdated_share:
        yield f"{one.outdated_share:.0%} of its records are outdated"
    if limits.max_edited is not None and one.edited > limits.max_edited:
        yield f"{one.edited} records differ by hand from what the catalog said"
    if one.last_synced_at is None:
        yield "it was never synced"
    elif now - one.last_synced_at > limits.max_age:
        yield f"its last sync was {(now - one.last_synced_at).days} days ago"
    if limits.max_lag is not None and (one.lag or 0) > limits.max_lag:
        yield f"{one.lag} entries of its index are not in step"


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
