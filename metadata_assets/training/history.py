"""How records came to say what they say: the past of one, and two moments compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from metadata_assets.catalog.engine import query
from metadata_assets.lake import Lake
from metadata_assets.training.records import RECORDS, SNAPSHOTS, training_sql


@dataclass(frozen=True, slots=True)
class Wording:
    """What a record said from one change of it to the next.

    Attributes:
        since: When it came to say so.
        snapshot_id: By which sync.
        mode: What kind of sync that was.
        sync_status: Its status from then on.
        status_reason: The reason of the status.
        question: The question it answered.
        content: What it said.
    """

    since: datetime
    snapshot_id: str
    mode: str
    sync_status: str
    status_reason: str | None
    question: str | None
    content: str


def record_history(lake: Lake, source: str, record_id: str) -> list[Wording]:
    """Everything a record ever said, newest first; empty for an unknown record.

    Follows the record from each change to the lake version before it, so only versions that changed
    it are read.
    """
    snapshots = {row["snapshot_id"]: row for row in lake.read(SNAPSHOTS, source).to_pylist()}
    history: list[Wording] = []
    row = _record_at(lake, source, record_id, version=None)
    while row is not None:
        changed_by = snapshots.get(row["snapshot_id"])
        history.append(
            Wording(
                since=row["last_sync_attempt"],
                snapshot_id=row["snapshot_id"],
                mode=changed_by["mode"] if changed_by else "unknown",
                sync_status=row["sync_status"],
                status_reason=row["status_reason"],
                question=row["question"],
                content=row["content"],
            )
        )
        if changed_by is None:
            break
        row = _record_at(lake, source, record_id, version=changed_by["lake_version_before"])
    return history


def diff_records(earlier: pa.Table, later: pa.Table) -> pa.Table:
    """What differs between the records of a source at two moments.

    Args:
        earlier: The records then, with the columns of `RECORDS`.
        later: The records later.

    Returns:
        One row a difference: record_id, kind, source_id, chunk, change (new, modified, removed, or
        the status it has now), question and content before and after.
    """
    return query(training_sql("diff_records"), earlier=earlier, later=later)


def _record_at(
    lake: Lake, source: str, record_id: str, *, version: int | None
) -> dict[str, Any] | None:
    rows = lake.read(RECORDS, source, version=version)
    found = rows.filter(pc.field("record_id") == record_id).to_pylist()
    return found[0] if found else None
