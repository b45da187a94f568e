"""What a sync would do: current records and derived ones merged by identity and hash.

Pure: Arrow tables in, a plan out; `sync` carries it out. Only catalog records are ever changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from metadata_assets.catalog.engine import query
from metadata_assets.errors import ConfigurationError
from metadata_assets.training.records import RECORDS, training_sql


@dataclass(frozen=True, slots=True)
class SyncCounts:
    """How many catalog records met each fate.

    Attributes:
        new: Never stored before.
        modified: Say something else now.
        deleted: Their object is gone; they are kept, marked deleted.
        resurrected: Were deleted or outdated, and are current again.
        outdated: Their object is there but could not be read.
        relabelled: Say the same, but the facts kept beside it differ.
        rewritten: Unchanged, and written anew by a full sync.
        unchanged: Not touched.
    """

    new: int = 0
    modified: int = 0
    deleted: int = 0
    resurrected: int = 0
    outdated: int = 0
    relabelled: int = 0
    rewritten: int = 0
    unchanged: int = 0

    @property
    def changed(self) -> int:
        """How many records are written."""
        fates: dict[str, int] = asdict(self)
        return sum(fates.values()) - self.unchanged


@dataclass(frozen=True, slots=True)
class Stamp:
    """When and by which sync a record was changed.

    Attributes:
        moment: The time of the sync.
        snapshot_id: Its snapshot.
        catalog_version: The version of the catalog it read.
    """

    moment: datetime
    snapshot_id: str
    catalog_version: str


@dataclass(frozen=True, slots=True)
class SyncPlan:
    """The records as they should be, and what changes to get there.

    Attributes:
        rows: All records of the source, with the columns of `RECORDS`.
        counts: The fates, counted.
        changes: One row a changed record: record_id, kind, source_id, chunk, change, reason,
            hash_before, hash_after; ordered by object.
    """

    rows: pa.Table
    counts: SyncCounts
    changes: pa.Table


def plan_sync(
    current: pa.Table, derived: pa.Table, unreadable: pa.Table, *, stamp: Stamp, mode: str
) -> SyncPlan:
    """Merge what is derived into what is stored.

    Args:
        current: The stored records of the source, with the columns of `RECORDS`.
        derived: What its catalog says now, from `derive_records`.
        unreadable: What the source would not show; its records become outdated, not deleted.
        stamp: Put on every changed record.
        mode: `incremental` writes what differs; `full` writes every record of the catalog anew.

    Raises:
        ConfigurationError: The mode is neither.
    """
    fates = _MODES[require_mode(mode)](
        query(training_sql("compare"), current=current, derived=derived, unreadable=unreadable)
    )
    changes = fates.filter(pc.invert(pc.is_in(fates["change"], pa.array(["unchanged", "gone"]))))
    counted: Counter[str] = Counter(str(fate) for fate in fates["change"].to_pylist())
    del counted["gone"]
    return SyncPlan(_applied(current, derived, changes, stamp), SyncCounts(**counted), changes)


def require_mode(mode: str) -> str:
    """The mode, if it is one.

    Raises:
        ConfigurationError: It is not.
    """
    if mode not in _MODES:
        raise ConfigurationError(
            f"unknown sync mode {mode!r}", remedy=f"Use one of: {', '.join(sorted(_MODES))}."
        )
    return mode


def _as_compared(fates: pa.Table) -> pa.Table:
    return fates


def _all_rewritten(fates: pa.Table) -> pa.Table:
    return query(
        "SELECT * REPLACE (CASE WHEN change = 'unchanged' AND hash_after IS NOT NULL"
        " THEN 'rewritten' ELSE change END AS change)"
        " FROM fates ORDER BY source_id, kind, chunk, record_id",
        fates=fates,
    )


_MODES: Mapping[str, Callable[[pa.Table], pa.Table]] = {
    "incremental": _as_compared,
    "full": _all_rewritten,
}


def _applied(current: pa.Table, derived: pa.Table, changes: pa.Table, stamp: Stamp) -> pa.Table:
    if changes.num_rows == 0:
        return current
    rows = query(
        training_sql("macros") + training_sql("apply"),
        current=current,
        derived=derived,
        changes=changes,
        stamp=pa.table(
            {
                "moment": pa.array([stamp.moment], pa.timestamp("us", "UTC")),
                "snapshot_id": [stamp.snapshot_id],
                "catalog_version": pa.array([stamp.catalog_version], pa.string()),
            }
        ),
    )
    return rows.select(RECORDS.schema.names).cast(RECORDS.schema)
