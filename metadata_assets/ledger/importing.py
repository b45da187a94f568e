"""Bring the metadata of an older system over: the same five tables, with fewer columns.

Reads any database whose tables are named and filled like cartridge-warp's. Rows keep their ids, so
importing again adds only what is new, and a marker that this ledger has already stays as it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, MetaData, Table, select
from sqlalchemy.exc import NoSuchTableError

from metadata_assets.errors import ConfigurationError
from metadata_assets.ledger.column_types import JsonText, StorableJson, UtcTime
from metadata_assets.ledger.database import Database, insert_into
from metadata_assets.ledger.describing import DEFAULT_RETRIES
from metadata_assets.ledger.encoding import canonical_json, storable_json
from metadata_assets.ledger.model import (
    AUTHOR,
    dead_letter_queue,
    error_log,
    schema_registry,
    sync_markers,
    sync_runs,
)
from metadata_assets.ledger.redaction import redact_json, redact_text
from metadata_assets.ledger.store import Ledger

_CHUNK = 1000
_ELSEWHERE = "imported"

Row = dict[str, Any]

_ABSENT: Mapping[Table, Mapping[str, Callable[[Row], Any]]] = {
    sync_runs: {
        "sync_mode": lambda _: "batch",
        "heartbeat_at": lambda row: row["completed_at"] or row["started_at"],
        "instance_id": lambda _: _ELSEWHERE,
        "node_id": lambda _: _ELSEWHERE,
        "created_by": lambda _: AUTHOR,
    },
    sync_markers: {
        "created_at": lambda row: row["last_updated"],
        "revision": lambda _: 1,
    },
    schema_registry: {
        "content_hash": lambda row: row["schema_hash"],
        "evolution_type": lambda _: "create",
        "compatibility_status": lambda _: "unknown",
        "registered_at": lambda _: datetime.now(timezone.utc),
        "registered_by": lambda _: AUTHOR,
    },
    error_log: {
        "max_retries": lambda _: DEFAULT_RETRIES,
        "occurrence_count": lambda _: 1,
        "last_occurred_at": lambda row: row["occurred_at"],
    },
    dead_letter_queue: {
        "error_count": lambda _: 1,
        "first_error_at": lambda row: row["last_error_at"],
        "last_error_at": lambda row: row["first_error_at"],
    },
}
"""What a column holds that is not there, by table in the order of their references."""

_ZERO = (
    *(name for name in sync_runs.c.keys() if name.startswith(("records_", "bytes_"))),  # noqa: SIM118
    "retry_count",
)
_REDACTED = (
    "error_message",
    "error_details",
    "stack_trace",
    "last_error_message",
    "source_info",
    "destination_info",
)


def import_metadata(ledger: Ledger, other: Database) -> dict[str, int]:
    """Copy runs, markers, versions, errors and letters from another database, in chunks.

    Args:
        ledger: Where they go.
        other: Where they are; its `schema` is the one the tables are in.

    Returns:
        How many rows were added to each table; those already here are not counted.

    Raises:
        ConfigurationError: There is none of the five tables.
        TransientError: A database does not answer.
    """
    found = {table: _reflected(other, table.name) for table in _ABSENT}
    theirs = {table: other_table for table, other_table in found.items() if other_table is not None}
    if not theirs:
        raise ConfigurationError(
            f"there are no metadata tables in {other.schema or 'the default schema'}",
            where=other.where,
            remedy=f"Name their schema. They are {', '.join(map(str, _ABSENT))}.",
        )
    return {table.name: _copy(ledger, table, theirs[table], other) for table in theirs}


def _copy(ledger: Ledger, table: Table, theirs: Table, other: Database) -> int:
    added = 0
    with other.reading() as connection:
        rows = connection.execution_options(yield_per=_CHUNK).execute(select(theirs))
        for chunk in rows.mappings().partitions():
            with ledger._database.writing() as ours:
                added += _add(ours, table, [_adapted(table, dict(row)) for row in chunk])
    return added


def _add(connection: Connection, table: Table, rows: Sequence[Row]) -> int:
    for name, referred in (("sync_run_id", sync_runs), ("error_log_id", error_log)):
        if name not in table.c:
            continue
        wanted = select(referred.c.id).where(referred.c.id.in_({row[name] for row in rows}))
        known = set(connection.scalars(wanted))
        for row in rows:
            # What it refers to may have been cleaned up there.
            row[name] = row[name] if row[name] in known else None
    insert = (
        insert_into(connection.dialect.name)(table).on_conflict_do_nothing().returning(table.c.id)
    )
    return len(connection.execute(insert.returning(table.c.id), rows).all())


def _reflected(other: Database, name: str) -> Table | None:
    with other.reading() as connection:
        try:
            return Table(name, MetaData(), schema=other.schema, autoload_with=connection)
        except NoSuchTableError:
            return None


def _adapted(table: Table, theirs: Mapping[str, Any]) -> Row:
    """A row of ours from one of theirs: every column, without secrets."""
    row: Row = {name: _value(column.type, theirs.get(name)) for name, column in table.c.items()}
    row |= {name: row[name] or 0 for name in _ZERO if name in row}
    row |= {name: _redacted(row[name]) for name in _REDACTED if name in row}
    if table is schema_registry:
        # There a link of another kind; versions without a gap lead to the one before.
        row["previous_version"] = row["version"] - 1 if row["version"] > 1 else None
    return row | {name: value(row) for name, value in _ABSENT[table].items() if row[name] is None}


def _value(kind: Any, value: Any) -> Any:
    if isinstance(kind, UtcTime) and isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=timezone.utc)
    if isinstance(kind, JsonText):
        return canonical_json(storable_json(_parsed(value)))
    if isinstance(kind, StorableJson):
        return _parsed(value)
    return UUID(value) if kind.python_type is UUID and isinstance(value, str) else value


def _parsed(value: Any) -> Any:
    """JSON as a value; there it may have been stored as text within the JSON."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _redacted(value: Any) -> Any:
    return redact_text(value) if isinstance(value, str) else redact_json(storable_json(value))
