"""Repair sets of records that hold duplicates: imported ones, for a sync makes none."""

from __future__ import annotations

import pyarrow as pa

from metadata_assets.catalog.engine import query
from metadata_assets.training.plan import Stamp, SyncPlan, plan_replacing
from metadata_assets.training.records import training_sql


def plan_dedupe(current: pa.Table, *, stamp: Stamp) -> SyncPlan:
    """Keep the newest of the live records that are about the same part or say the same.

    Newest by time. Chunks of one object are different parts, and all stay.

    Args:
        current: The stored records, with the columns of `RECORDS`.
        stamp: Put on every changed record; the others become deleted.
    """
    changed = query(training_sql("dedupe"), current=current, stamp=stamp.as_row())
    return plan_replacing(current, changed)
