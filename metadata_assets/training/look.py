"""Say what a request would do, or what a verification finds; nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

import pyarrow as pa

from metadata_assets.lake import Lake
from metadata_assets.training.records import RECORDS
from metadata_assets.training.request import SyncRequest
from metadata_assets.training.subject import Subject
from metadata_assets.training.sync import preview_sync
from metadata_assets.training.verify import verify_records


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found.

    Attributes:
        counts: How many records would meet each fate, or show each difference.
        changes: One row each: change, kind, source_id, chunk, reason, and more.
        held_by: The snapshot of the rollback that would hold the sync back; None if none would.
    """

    counts: Mapping[str, int]
    changes: pa.Table
    held_by: str | None = None


def look(lake: Lake, subject: Subject, request: SyncRequest, *, now: datetime) -> Findings:
    """What a request comes to: of a sync, the very changes it would make.

    Args:
        lake: Where the records are.
        subject: The source.
        request: What is asked.
        now: The time of asking.
    """
    if request.only_looks:
        records = lake.read(RECORDS, subject.source)
        found = verify_records(subject, records, selection=request.selection)
        return Findings(Counter(map(str, found["change"].to_pylist())), found)
    plan = preview_sync(lake, subject, request, now=now)
    return Findings(asdict(plan.counts), plan.changes, plan.held_by)
