"""What breaking changes broke, and whether it was mended since.

Something broken is mended when it says something else, when what went is there again, or when what
changed is changed back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from metadata_assets.catalog.model import Catalog
from metadata_assets.diff.changes import Change, DropTable, RenameTable
from metadata_assets.diff.codes import CODES
from metadata_assets.diff.column_changes import ColumnChange, DropColumn, RenameColumn
from metadata_assets.diff.impact import Impact
from metadata_assets.diff.severity import Grading
from metadata_assets.schema.dependents import BROKEN, VIEW, Dependent

_GONE = (DropColumn, DropTable, RenameColumn, RenameTable)


def broken_dependents(
    previous: pa.Table,
    found: Iterable[Impact],
    dependents: Sequence[Dependent],
    changes: Sequence[Change],
    after: Catalog,
    grading: Grading,
    *,
    change_set_id: str,
) -> pa.Table:
    """Everything that is broken now.

    Views and what a sync derives anew are left out: their state is the catalog's.

    Args:
        previous: What was broken before, columns of `BROKEN`.
        found: What the changes touch.
        dependents: All dependents there are.
        changes: The changes.
        after: What the source holds now, at least of the tables that are named in `previous`.
        grading: Says which changes break.
        change_set_id: Names the changes.
    """
    known = {(one.kind, one.name): one for one in dependents}
    reverted = {(change.table, _column(change), change.told()[1]) for change in changes}
    present = _present(after)
    rows: dict[tuple[str, str], Mapping[str, Any]] = {}
    mended: set[tuple[str, str, str, str | None]] = set()
    for row in previous.to_pylist():
        dependent = known.get((row["dependent_kind"], row["dependent_name"]))
        if dependent is None or (dependent.sql or "") != row["said"]:
            continue
        if _is_mended(row, present, reverted):
            mended.add(_identity(row))
        else:
            rows[dependent.kind, dependent.name] = row
    for row in _newly_broken(found, grading, change_set_id):
        # The way back is a change of the type too, but to what the dependent was written for.
        if _identity(row) not in mended:
            rows.setdefault((row["dependent_kind"], row["dependent_name"]), row)
    return pa.Table.from_pylist(list(rows.values()), schema=BROKEN.schema)


def _newly_broken(
    found: Iterable[Impact], grading: Grading, change_set_id: str
) -> Iterator[dict[str, Any]]:
    for impact in found:
        change, dependent = impact.change, impact.dependent
        if dependent.is_derived or dependent.kind == VIEW or grading.grade(change) != "breaking":
            continue
        yield {
            "dependent_kind": dependent.kind,
            "dependent_name": dependent.name,
            "reason": _reason(impact),
            "table_fqdn": change.table,
            "column_name": _column(change),
            "was": None if isinstance(change, _GONE) else change.told()[0] or "",
            "said": dependent.sql or "",
            "change_set_id": change_set_id,
        }


def _reason(impact: Impact) -> str:
    change = impact.change
    place = ".".join(filter(None, (change.table, _column(change))))
    through = f", through {' and '.join(impact.through)}" if impact.through else ""
    return f"broken: {change.code} {CODES[change.code]}: {place}{through}"


def _identity(row: Mapping[str, Any]) -> tuple[str, str, str, str | None]:
    return (
        row["dependent_kind"],
        row["dependent_name"],
        row["table_fqdn"],
        row["column_name"],
    )


def _is_mended(
    row: Mapping[str, Any],
    present: set[tuple[str, str | None]],
    reverted: set[tuple[str, str | None, str | None]],
) -> bool:
    place = (row["table_fqdn"], row["column_name"])
    if row["was"] is None:
        return place in present
    return (*place, row["was"] or None) in reverted


def _present(after: Catalog) -> set[tuple[str, str | None]]:
    columns = after.columns.select(["table_fqdn", "column_name"]).to_pydict()
    tables: list[tuple[str, str | None]] = [
        (str(name), None) for name in after.tables["table_fqdn"].to_pylist()
    ]
    return {*tables, *zip(columns["table_fqdn"], columns["column_name"], strict=True)}


def _column(change: Change) -> str | None:
    return change.column if isinstance(change, ColumnChange) else None
