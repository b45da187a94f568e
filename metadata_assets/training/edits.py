"""Edit a catalog record by hand, and settle the edit: keep it for good or let it go.

An edited record keeps what the catalog last said as its `derived_hash`. While its words differ from
that it is drift: reported, and overwritten by no sync.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from metadata_assets.catalog.engine import query
from metadata_assets.errors import ConfigurationError
from metadata_assets.training.plan import Stamp, SyncPlan, plan_replacing
from metadata_assets.training.records import training_sql

_PENDING = pa.schema({"record_id": pa.string(), "source_id": pa.string()})


@dataclass(frozen=True, slots=True)
class Edit:
    """Other words for one record.

    Attributes:
        record_id: Which.
        content: What it says from now on.
        question: The question it answers, for sql records.
    """

    record_id: str
    content: str
    question: str | None = None


def edited_records(current: pa.Table) -> pa.Table:
    """The catalog records whose words are not what the catalog said.

    Told by the words themselves, so an edit made in the lake with another tool is found too.

    Args:
        current: The stored records, with the columns of `RECORDS`.

    Returns:
        Rows with record_id, kind, source_id, chunk, sync_status and status_reason.
    """
    return query(training_sql("macros") + training_sql("edited"), current=current)


def plan_edits(current: pa.Table, edits: Sequence[Edit], *, stamp: Stamp) -> SyncPlan:
    """Let stored records say something else.

    Raises:
        ConfigurationError: One of them is not stored.
    """
    _require_stored(current, [edit.record_id for edit in edits])
    worded = pa.table(
        {
            "record_id": pa.array([edit.record_id for edit in edits], pa.string()),
            "content": pa.array([edit.content for edit in edits], pa.string()),
            "question": pa.array([edit.question for edit in edits], pa.string()),
        }
    )
    return _replanned("edit", current, stamp, edits=worded)


def plan_acceptance(current: pa.Table, record_ids: Sequence[str], *, stamp: Stamp) -> SyncPlan:
    """Make edited records manual ones, which no sync touches.

    Raises:
        ConfigurationError: One of them is not stored.
    """
    _require_stored(current, record_ids)
    return _replanned("accept", current, stamp, named=_named(record_ids))


def plan_release(
    current: pa.Table, derived: pa.Table, record_ids: Sequence[str], *, stamp: Stamp
) -> SyncPlan:
    """Let edited or accepted records say what the catalog says again.

    Args:
        current: The stored records, with the columns of `RECORDS`.
        derived: What the catalog says, with the columns of `DERIVED`.
        record_ids: Which records.
        stamp: Put on them.

    Raises:
        ConfigurationError: The catalog says nothing of one of them.
    """
    _require_stored(derived, record_ids)
    changes = query(
        "SELECT record_id, 'modified' AS change, 'current' AS status, NULL::VARCHAR AS reason,"
        " true AS is_told FROM named",
        named=_named(record_ids),
    )
    return _replanned(
        "apply", current, stamp, derived=derived, changes=changes, pending=_PENDING.empty_table()
    )


def _replanned(rule: str, current: pa.Table, stamp: Stamp, **tables: pa.Table) -> SyncPlan:
    changed = query(
        training_sql("macros") + training_sql(rule),
        current=current,
        stamp=stamp.as_row(),
        **tables,
    )
    return plan_replacing(current, changed)


def _require_stored(records: pa.Table, record_ids: Sequence[str]) -> None:
    known = query(
        "SELECT record_id FROM named SEMI JOIN records USING (record_id)",
        named=_named(record_ids),
        records=records,
    )
    missing = sorted(set(record_ids) - set(known.column("record_id").to_pylist()))
    if missing:
        raise ConfigurationError(
            f"there is no training record {', '.join(missing)}",
            remedy="`metadata-assets training list` shows the records and their ids.",
        )


def _named(record_ids: Sequence[str]) -> pa.Table:
    return pa.table({"record_id": pa.array(list(record_ids), pa.string())})
