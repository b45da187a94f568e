"""The records of a source that is switched off, and on again.

While a source is not active nothing of it is taught: its records are deleted with that reason, and
keep their history. Where it returns they are current again, and the next sync looks at each.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from metadata_assets.catalog.engine import query
from metadata_assets.lake import SOURCE, Lake
from metadata_assets.training.commit import ChangeNote, SyncOutcome, commit_change
from metadata_assets.training.plan import Stamp, SyncPlan, plan_replacing
from metadata_assets.training.records import RECORDS, training_sql

INACTIVE = "the source is not active"
"""The reason of a record that is deleted because its source is switched off."""


def deactivate_records(lake: Lake, source: str, *, run_id: str, now: datetime) -> SyncOutcome:
    """Mark every live record of a source deleted, those of people's own too; does nothing twice.

    Args:
        lake: Where the records are.
        source: The source that is not active any more.
        run_id: The run this belongs to, noted in the snapshot.
        now: The time of the change.

    Raises:
        ConcurrentWrite: A sync of this source committed first; nothing was changed.
    """
    note = ChangeNote("deactivate", "", run_id, now)
    return commit_change(lake, source, partial(_plan, "deactivate"), note)


def reactivate_records(lake: Lake, source: str, *, run_id: str, now: datetime) -> SyncOutcome:
    """Make current again what `deactivate_records` marked deleted; does nothing twice.

    The records are as they were, not as the catalog is: the source must be synced next.

    Args:
        lake: Where the records are.
        source: The source that is active again.
        run_id: The run this belongs to, noted in the snapshot.
        now: The time of the change.

    Raises:
        ConcurrentWrite: A sync of this source committed first; nothing was changed.
    """
    note = ChangeNote("reactivate", "", run_id, now)
    return commit_change(lake, source, partial(_plan, "reactivate"), note)


def inactive_sources(lake: Lake) -> set[str]:
    """The sources whose records are deleted because they were switched off."""
    records = lake.read_all(RECORDS, columns=[SOURCE, "status_reason"])
    inactive = records.filter(pc.field("status_reason") == INACTIVE)[SOURCE]
    return {str(source) for source in inactive.unique().to_pylist()}


def _plan(rule: str, current: pa.Table, stamp: Stamp) -> SyncPlan:
    reason = pa.table({"inactive": pa.array([INACTIVE], pa.string())})
    changed = query(training_sql(rule), current=current, stamp=stamp.as_row(), reason=reason)
    return plan_replacing(current, changed)
