"""Whether records that no catalog says still hold.

No breaking change broke them, their SQL is valid, what they are about exists.

Those of people's own and of declarations. What breaks one marks it outdated, with the reason; what
mends it makes it current.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from metadata_assets.catalog.engine import query
from metadata_assets.collecting import rare_collections
from metadata_assets.errors import PermanentError
from metadata_assets.schema.query import Queries
from metadata_assets.schema.stored import unpublished_schema
from metadata_assets.training.plan import Stamp, SyncPlan, plan_replacing, touched
from metadata_assets.training.records import training_sql
from metadata_assets.training.selection import Selection, selected
from metadata_assets.training.subject import Subject

_ASKED = """
SELECT record_id, kind, content, metadata, b.reason AS broken
FROM rows
LEFT JOIN breakages b ON b.rests = record_id OR b.rests = source_id
WHERE source_type <> 'catalog' AND sync_status <> 'deleted'
  AND (kind = 'sql' OR contains(metadata, '"tables":')
    OR b.reason IS NOT NULL OR starts_with(status_reason, 'broken: '))
  -- An edited declaration is outdated for another reason, see compare.sql.
  AND NOT coalesce(content_hash <> derived_hash, false)
ORDER BY record_id
"""

# By the id of a record, or by what a golden query's record is the record of.
_BREAKAGES = """
SELECT rests, min(reason) AS reason
FROM (
  SELECT
    CASE dependent_kind WHEN 'golden_query' THEN 'golden_queries/' || dependent_name
      ELSE dependent_name END AS rests,
    reason
  FROM broken
  WHERE dependent_kind IN ('golden_query', 'training_record')
)
GROUP BY rests
"""

_text: pa.DataType = pa.string()
_count: pa.DataType = pa.int32()

_STATUSES = pa.schema(
    [
        ("record_id", _text),
        ("kind", _text),
        ("source_id", _text),
        ("chunk", _count),
        ("change", _text),
        ("status", _text),
        ("reason", _text),
    ]
)

_VERDICTS = pa.schema({"record_id": pa.string(), "reason": pa.string()})


def statuses_to_change(rows: pa.Table, subject: Subject, selection: Selection) -> pa.Table:
    """The records whose status is not what the subject makes of it.

    Args:
        rows: The records, with the columns of `RECORDS`.
        subject: The source.
        selection: What to look at.

    Returns:
        One row each: record_id, kind, source_id, chunk, change (outdated or resurrected), status
        and reason.
    """
    others = rows.filter(pc.field("source_type") != "catalog")
    if others.num_rows == 0:
        return _STATUSES.empty_table()
    breakages = query(_BREAKAGES, broken=subject.broken)
    asked = query(_ASKED, rows=others, breakages=breakages).to_pylist()
    if not asked:
        return _STATUSES.empty_table()
    verdicts = pa.Table.from_pylist(_verdicts(asked, subject), schema=_VERDICTS)
    found = selected(query(training_sql("statuses"), rows=others, verdicts=verdicts), selection)
    return found.select(_STATUSES.names)


def plan_judged(
    current: pa.Table, plan: SyncPlan, subject: Subject, *, stamp: Stamp, selection: Selection
) -> SyncPlan:
    """A plan that also gives the records that no catalog says the status they deserve.

    Args:
        current: The stored records, with the columns of `RECORDS`.
        plan: What else is to be done.
        subject: The source, as it is after the plan.
        stamp: Put on every changed record.
        selection: What may be changed.
    """
    due = touched(statuses_to_change(plan.rows, subject, selection))
    if due.num_rows == 0:
        return plan
    changed = query(
        training_sql("judged"),
        rows=plan.rows.filter(
            pc.is_in(
                plan.rows["record_id"],
                pa.chunked_array([*plan.changes["record_id"].chunks, *due["record_id"].chunks]),
            )
        ),
        changes=plan.changes,
        due=due,
        stamp=stamp.as_row(),
    )
    return replace(plan_replacing(current, changed), held_by=plan.held_by)


def _verdicts(asked: Sequence[Mapping[str, Any]], subject: Subject) -> list[dict[str, str | None]]:
    queries = Queries(unpublished_schema(subject.source, subject.catalog, subject.dialect))
    known = frozenset(map(str, subject.catalog.tables["table_fqdn"].to_pylist()))
    with rare_collections():
        return [
            {"record_id": row["record_id"], "reason": _broken(row, queries, known)} for row in asked
        ]


def _broken(row: Mapping[str, Any], queries: Queries, known: frozenset[str]) -> str | None:
    if row["broken"] is not None:
        return str(row["broken"])
    tables = json.loads(row["metadata"]).get("tables") or []
    gone = [table for table in tables if table not in known]
    if gone:
        return f"it is about {', '.join(gone)}, which is not in the catalog"
    if row["kind"] != "sql":
        return None
    try:
        problems = queries.validate(row["content"])
    except PermanentError as error:
        return f"its SQL cannot be understood: {error.what}"
    return f"its SQL is not valid: {problems[0]}" if problems else None
