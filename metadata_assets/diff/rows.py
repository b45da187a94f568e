"""Changes as rows of the append-only table of all changes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import pyarrow as pa

from metadata_assets.diff.changes import Change, RenameTable
from metadata_assets.diff.column_changes import ColumnChange, RenameColumn
from metadata_assets.diff.severity import Grading
from metadata_assets.lake import LakeTable

_text: pa.DataType = pa.string()

CHANGES = LakeTable(
    "changes/changes",
    pa.schema(
        {
            "changed_at": pa.timestamp("us", "UTC"),  # when it was noticed
            "change_set_id": _text,  # all changes noticed at once
            "position": pa.int32(),  # from 1 within the change set
            "table_fqdn": _text,
            "column_name": _text,  # null where it is no change of a column
            "code": _text,
            "change": _text,  # the kind of change: add_table, retype_column…
            "before": _text,
            "after": _text,
            "severity": _text,  # safe, risky, breaking
            "confidence": pa.float64(),  # of an inference; null where it is a fact
            "from_version": pa.int64(),
            "to_version": pa.int64(),
            "detail": _text,  # JSON: everything the change carries
        }
    ),
    key=("changed_at", "change_set_id", "position"),
)
"""Every change ever noticed; rows are only added."""


def change_rows(
    changes: Sequence[Change],
    grading: Grading,
    *,
    change_set_id: str,
    changed_at: datetime,
    versions: Mapping[str, tuple[int | None, int | None]] | None = None,
) -> pa.Table:
    """The rows of `CHANGES` for changes noticed at once.

    Args:
        changes: The changes.
        grading: How to grade them.
        change_set_id: Names the set.
        changed_at: When they were noticed.
        versions: By table, the registered versions the change is from and to.

    Returns:
        One row a change, in order.
    """
    steps = versions or {}
    rows = [
        {
            "changed_at": changed_at,
            "change_set_id": change_set_id,
            "position": position,
            **change_row(change, grading),
            "from_version": steps.get(change.table, (None, None))[0],
            "to_version": steps.get(change.table, (None, None))[1],
        }
        for position, change in enumerate(changes, start=1)
    ]
    return pa.Table.from_pylist(rows, schema=CHANGES.schema)


def change_row(change: Change, grading: Grading) -> dict[str, Any]:
    """What a change says, by the columns of `CHANGES` that depend on it alone."""
    before, after = change.told()
    return {
        "table_fqdn": change.table,
        "column_name": change.column if isinstance(change, ColumnChange) else None,
        "code": change.code,
        "change": kind_of(change),
        "before": before,
        "after": after,
        "severity": grading.grade(change),
        "confidence": _confidence(change),
        "detail": json.dumps(_detail(change), sort_keys=True, ensure_ascii=False),
    }


def kind_of(change: Change) -> str:
    """The kind of change in words: `AddTable` is `add_table`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(change).__name__).lower()


def _detail(change: Change) -> dict[str, Any]:
    """Everything a change carries but its table and column, which have columns of their own."""
    return {k: v for k, v in asdict(change).items() if k not in ("table", "column")}


def _confidence(change: Change) -> float | None:
    return change.confidence if isinstance(change, (RenameColumn, RenameTable)) else None
