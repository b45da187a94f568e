"""What a training record is, and what names it: identity apart from content.

`record_id` names the object a record is about and never changes; `content_hash` names what it
says. Both, and Vanna's own id, are computed here and nowhere else, for all rows at once in SQL.
"""

from __future__ import annotations

from importlib import resources

import pyarrow as pa

from metadata_assets.catalog.engine import query
from metadata_assets.lake import LakeTable

KINDS = ("ddl", "documentation", "sql")
"""The kinds of records."""


def _schema(**columns: pa.DataType) -> pa.Schema:
    return pa.schema(list(columns.items()))


_text = pa.string()
_moment = pa.timestamp("us", "UTC")
_count = pa.int64()

RECORDS = LakeTable(
    "training/records",
    _schema(
        record_id=_text,
        kind=_text,  # ddl, documentation, sql
        question=_text,  # of sql records
        content=_text,
        content_hash=_text,  # of kind, question and content
        # content_hash of what the catalog or a declaration said: differs after a hand edit; null
        # for records of someone's own
        derived_hash=_text,
        vanna_id=_text,  # as Vanna computes it from the content
        source_type=_text,  # catalog, manual, api
        source_id=_text,  # the FQDN of a table or view; else the name of a declaration
        chunk=pa.int32(),  # from 1; part of a wide object
        source_version=_moment,  # when this content was taken from the catalog
        catalog_hash=_text,  # of all it was derived from; null where only partly synced
        sync_status=_text,  # current, outdated, deleted
        status_reason=_text,  # null for current
        last_sync_attempt=_moment,  # the last sync that changed this row
        snapshot_id=_text,  # that sync's snapshot
        metadata=_text,  # canonical JSON: business_domain, catalog_version, tables, …
    ),
    key=("source_id", "kind", "chunk", "record_id"),
)
"""Training records; `record_id` alone is unique, the rest of the key keeps an object together."""

SNAPSHOTS = LakeTable(
    "training/snapshots",
    _schema(
        snapshot_id=_text,
        mode=_text,
        started_at=_moment,
        completed_at=_moment,  # null while in progress
        duration_ms=_count,
        status=_text,  # in_progress, completed, failed, abandoned
        selection=_text,  # canonical JSON of what was asked for; null for everything
        catalog_version=_text,  # the catalog's at the time
        run_id=_text,
        lake_version_before=_count,  # of training/records
        lake_version_after=_count,
        new_count=_count,
        modified_count=_count,
        deleted_count=_count,
        resurrected_count=_count,
        outdated_count=_count,
        relabelled_count=_count,
        rewritten_count=_count,
        restored_count=_count,
        unchanged_count=_count,
        changes_applied=_text,  # canonical JSON: kinds and objects by change
        error=_text,
    ),
    key=("started_at", "snapshot_id"),
)
"""One row for each sync that changed anything."""

DERIVED = _schema(
    record_id=_text,
    kind=_text,
    question=_text,
    content=_text,
    content_hash=_text,
    vanna_id=_text,
    source_id=_text,
    chunk=pa.int32(),
    catalog_hash=_text,
    business_domain=_text,
    source_type=_text,  # catalog, or manual where people declared it
    object_type=_text,
    tables=pa.list_(_text),  # what a declaration says it is about
    extraction_query=_text,
)
"""What a record should say now, without when and by which sync it came to say it."""


def seal(statements: pa.Table, *, source: str) -> pa.Table:
    """Give statements their ids and hashes.

    Args:
        statements: Rows with the columns of `DERIVED` except record_id, content_hash and vanna_id.
        source: The key of the source they belong to, part of their identity.

    Returns:
        Rows with the columns of `DERIVED`, ordered by source_id, kind and chunk.
    """
    return query(
        training_sql("macros") + training_sql("seal"),
        statements=statements,
        identity=pa.table({"source": [source]}, schema=pa.schema({"source": pa.string()})),
    ).cast(DERIVED)


def training_sql(name: str) -> str:
    """The text of `sql/<name>.sql`."""
    return resources.files(__package__).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
