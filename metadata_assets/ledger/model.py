"""The five tables of the ledger, as the queries use them.

The database gets them from `migrations`; a test holds the two together. Values that are few and
fixed are checked by the database, so that no client can store an unknown status.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from metadata_assets.ledger.column_types import JsonText, StorableJson, StorableText, UtcTime

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)

AUTHOR = "metadata-assets"
"""Who registers, runs and resolves when nobody else is named."""

# As in the partial indexes, to the letter, or neither engine recognises the index. The model does
# not repeat them: naming an option of a dialect imports it, and that takes a quarter of a second.
OPEN_ERRORS = text("status = 'open'")
WAITING_LETTERS = text("status IN ('pending', 'processing') AND source_record_id IS NOT NULL")


def _one_of(column: str, *values: str) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def _id() -> Column[Any]:
    return Column("id", Uuid(), primary_key=True, default=uuid4)


def _count(name: str) -> Column[Any]:
    return Column(name, BigInteger(), nullable=False, server_default="0")


def _run_id() -> Column[Any]:
    return Column("sync_run_id", ForeignKey("sync_runs.id", ondelete="SET NULL"))


sync_runs = Table(
    "sync_runs",
    metadata,
    _id(),
    Column("schema_name", Text(), nullable=False),
    Column("stage", Text()),
    Column("sync_mode", Text(), nullable=False),
    Column("status", Text(), nullable=False),
    Column("started_at", UtcTime(), nullable=False),
    Column("heartbeat_at", UtcTime(), nullable=False),
    Column("completed_at", UtcTime()),
    Column("duration_ms", BigInteger()),
    _count("records_processed"),
    _count("records_inserted"),
    _count("records_updated"),
    _count("records_deleted"),
    _count("records_failed"),
    _count("bytes_processed"),
    Column("config_hash", Text()),
    Column("source_info", StorableJson()),
    Column("destination_info", StorableJson()),
    Column("instance_id", Text(), nullable=False),
    Column("node_id", Text(), nullable=False),
    Column("created_by", Text(), nullable=False, default=AUTHOR),
    Column("dagster_run_id", Text()),
    Column("error_message", StorableText()),
    Column("error_details", StorableJson()),
    _one_of("sync_mode", "stream", "batch", "initial"),
    _one_of("status", "running", "completed", "failed", "cancelled"),
    Index(None, "status", "started_at"),
    Index(None, "schema_name", "started_at"),
    Index(None, "started_at"),
    Index(None, "completed_at"),
    Index(None, "dagster_run_id"),
)

sync_markers = Table(
    "sync_markers",
    metadata,
    _id(),
    Column("schema_name", Text(), nullable=False),
    Column("table_name", Text()),
    Column("marker_type", Text(), nullable=False),
    Column("position_data", StorableJson(), nullable=False),
    Column("last_updated", UtcTime(), nullable=False),
    _run_id(),
    Column("created_at", UtcTime(), nullable=False),
    Column("revision", BigInteger(), nullable=False, server_default="1"),  # one more a move
    Column("position_order", Text()),  # a name or import path: see `orders`
    _one_of("marker_type", "stream", "batch", "initial"),
    Index(
        "sync_markers_place_key",
        "schema_name",
        text("coalesce(table_name, '')"),
        "marker_type",
        unique=True,
    ),
    Index(None, "sync_run_id"),
)

schema_registry = Table(
    "schema_registry",
    metadata,
    _id(),
    Column("schema_name", Text(), nullable=False),
    Column("table_name", Text(), nullable=False),
    Column("version", Integer(), nullable=False),
    Column("schema_hash", Text(), nullable=False),
    Column("content_hash", Text(), nullable=False),
    Column("evolution_type", Text(), nullable=False),
    Column("compatibility_status", Text(), nullable=False),
    Column("previous_version", Integer()),
    Column("registered_at", UtcTime(), nullable=False),
    Column("registered_by", Text(), nullable=False, default=AUTHOR),
    # Last, because it is long: SQLite then reads the rest without following overflow pages.
    Column("schema_definition", JsonText(), nullable=False),
    _one_of("compatibility_status", "compatible", "breaking", "unknown"),
    UniqueConstraint("schema_name", "table_name", "version"),
)

error_log = Table(
    "error_log",
    metadata,
    _id(),
    _run_id(),
    Column("schema_name", Text(), nullable=False),
    Column("table_name", Text()),
    Column("error_type", Text(), nullable=False),
    Column("error_code", Text()),
    Column("error_message", StorableText(), nullable=False),
    Column("error_details", StorableJson()),
    Column("stack_trace", StorableText()),
    Column("record_data", StorableJson()),
    Column("operation_type", Text()),
    Column("retry_count", Integer(), nullable=False, server_default="0"),
    Column("max_retries", Integer(), nullable=False),
    Column("retry_after", UtcTime()),
    Column("status", Text(), nullable=False),
    Column("occurred_at", UtcTime(), nullable=False),
    Column("resolved_at", UtcTime()),
    Column("resolved_by", Text()),
    Column("resolution_notes", StorableText()),
    Column("fingerprint", Text()),  # what makes two errors the same one
    Column("occurrence_count", Integer(), nullable=False, server_default="1"),
    Column("last_occurred_at", UtcTime()),
    _one_of(
        "error_type",
        "connection",
        "transformation",
        "constraint",
        "schema",
        "timeout",
        "permission",
        "validation",
    ),
    _one_of("operation_type", "insert", "update", "delete", "schema_change"),
    _one_of("status", "open", "resolved", "ignored"),
    Index(None, "error_type", "status"),
    Index(None, "schema_name", "status", "occurred_at"),
    Index(None, "status", "retry_after"),
    Index(None, "occurred_at"),
    Index(None, "last_occurred_at"),
    Index(None, "sync_run_id"),
    Index("error_log_open_key", "fingerprint", unique=True),  # of OPEN_ERRORS alone
)

dead_letter_queue = Table(
    "dead_letter_queue",
    metadata,
    _id(),
    _run_id(),
    Column("error_log_id", ForeignKey("error_log.id", ondelete="SET NULL")),
    Column("schema_name", Text(), nullable=False),
    Column("table_name", Text()),
    Column("operation_type", Text(), nullable=False),
    Column("record_data", StorableJson(), nullable=False),
    Column("source_record_id", Text()),
    Column("original_timestamp", UtcTime()),
    Column("error_count", Integer(), nullable=False, server_default="1"),
    Column("first_error_at", UtcTime(), nullable=False),
    Column("last_error_at", UtcTime(), nullable=False),
    Column("last_error_message", StorableText()),
    Column("status", Text(), nullable=False),
    Column("processed_at", UtcTime()),
    Column("processed_by", Text()),
    Column("resolution_method", Text()),
    Column("record_hash", Text()),  # what makes two letters the same one
    Column("retry_after", UtcTime()),
    Column("claim_id", Uuid()),  # of the claim that holds it, so that an earlier one cannot
    Column("claimed_by", Text()),
    Column("lease_expires_at", UtcTime()),
    Column("resolution_notes", StorableText()),
    _one_of("operation_type", "insert", "update", "delete", "schema_change"),
    _one_of("status", "pending", "processing", "resolved", "discarded"),
    _one_of("resolution_method", "reprocessed", "manual_fix", "discarded", "schema_updated"),
    Index(None, "status", "error_count"),
    Index(None, "status", "first_error_at"),
    Index("dead_letter_queue_waiting_key", "record_hash", unique=True),  # of WAITING_LETTERS alone
    Index(None, "schema_name", "table_name", "status"),
    Index(None, "sync_run_id"),
    Index(None, "error_log_id"),
)
