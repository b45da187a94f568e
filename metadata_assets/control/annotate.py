"""Say something about tables and columns directly, in the table of annotations itself.

An edit like any other (see `merge`): what a drop declared and somebody edits here stays the drop's,
so a later change of the drop is a conflict, and the table stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import pyarrow as pa

from metadata_assets.catalog.annotations import ANNOTATIONS
from metadata_assets.control.ingest import retried
from metadata_assets.control.knowledge import KnowledgeRow, content_hash
from metadata_assets.control.knowledge_drop import row_name
from metadata_assets.errors import VersionGone
from metadata_assets.lake import Lake

_KIND = "annotations"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that is said of a table or column.

    Attributes:
        table: Its FQDN.
        column: Its name; None for the table.
        said: What, by the columns of `ANNOTATIONS`.
    """

    table: str
    column: str | None
    said: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AnnotationOutcome:
    """What became of remarks.

    Attributes:
        inserted: The tables and columns of which nothing was said before.
        updated: Those of which something else was said.
        unchanged: Those of which the same was said.
        declared: Those of the updated ones that a drop declares.
    """

    inserted: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    declared: tuple[str, ...] = ()


def annotate_source(
    lake: Lake, source: str, remarks: Sequence[Remark], *, origin: str, author: str
) -> AnnotationOutcome:
    """Insert or update what is said of a source's tables and columns, in one commit.

    Args:
        lake: Where it is kept.
        source: The source's key.
        remarks: What is said; of two about one thing the later counts.
        origin: Where it comes from, `csv:<file>` for instance.
        author: Who says it; kept in the commit.

    Raises:
        ConcurrentWrite: Others kept writing at the same time.
    """
    return retried(lambda: _once(lake, source, remarks, origin=origin, author=author))


@dataclass(frozen=True, slots=True)
class Saying:
    """What was said of a table or column from some moment on.

    Attributes:
        since: When it was said.
        author: By whom, or what wrote it.
        description: What was said; None where nothing was any more.
    """

    since: datetime
    author: str
    description: str | None


def description_history(lake: Lake, source: str, table: str, column: str | None) -> list[Saying]:
    """Everything that was said of a table or column, newest first, as far as it is kept.

    Args:
        lake: Where it is kept.
        source: The source's key.
        table: The FQDN of the table.
        column: The column; None for the table.
    """
    sayings: list[Saying] = []
    for entry in reversed(lake.history(ANNOTATIONS)):
        try:
            rows = lake.read(ANNOTATIONS, source, version=entry["version"]).to_pylist()
        except VersionGone:
            continue
        said = {(row["table_fqdn"], row["column_name"]): row["description"] for row in rows}
        description = said.get((table, column))
        if description != (sayings[-1].description if sayings else None):
            since = datetime.fromtimestamp(entry["timestamp"] / 1000, timezone.utc)
            author = entry.get("author") or entry.get("origin") or "unknown"
            sayings.append(Saying(since, str(author), description))
    return sayings[::-1]


def _once(
    lake: Lake, source: str, remarks: Sequence[Remark], *, origin: str, author: str
) -> AnnotationOutcome:
    partition = lake.partition(ANNOTATIONS, source)
    stored = {(row["table_fqdn"], row["column_name"]): row for row in partition.read().to_pylist()}
    after = dict(stored)
    for remark in remarks:
        key = (remark.table, remark.column)
        after[key] = _said(after.get(key), remark, origin)
    changed = [key for key, row in after.items() if not _is_same(stored.get(key), row)]
    outcome = AnnotationOutcome(
        inserted=tuple(row_name(key) for key in changed if key not in stored),
        updated=tuple(row_name(key) for key in changed if key in stored),
        unchanged=tuple(
            dict.fromkeys(
                row_name((one.table, one.column))
                for one in remarks
                if (one.table, one.column) not in changed
            )
        ),
        declared=tuple(
            row_name(key)
            for key in changed
            if key in stored and KnowledgeRow(_KIND, source, stored[key]).drop is not None
        ),
    )
    if changed:
        rows = [after[key] if key in changed else stored[key] for key in after]
        partition.replace(
            pa.Table.from_pylist(rows, schema=ANNOTATIONS.schema),
            metadata={
                "origin": origin,
                "author": author,
                "inserted": str(len(outcome.inserted)),
                "updated": str(len(outcome.updated)),
            },
        )
    return outcome


def _said(row: Mapping[str, Any] | None, remark: Remark, origin: str) -> dict[str, Any]:
    nothing = dict.fromkeys(ANNOTATIONS.schema.names)
    said = {**(row or nothing), **remark.said}
    is_declared = row is not None and KnowledgeRow(_KIND, "", row).drop is not None
    return {
        **said,
        "table_fqdn": remark.table,
        "column_name": remark.column,
        "origin": said["origin"] if is_declared else origin,
    }


def _is_same(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> bool:
    return before is not None and content_hash(before) == content_hash(after)
