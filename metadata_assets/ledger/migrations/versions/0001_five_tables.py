"""The five tables of the ledger.

Written out, not derived from the model: what a revision does never changes afterwards.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_moment = sa.DateTime(timezone=True)
_json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_json_text = sa.Text().with_variant(postgresql.JSONB(), "postgresql")


def _one_of(table: str, column: str, *values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"{table}_{column}_check"))


def _id(table: str) -> list[Any]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"{table}_pkey")),
    ]


def _run_id(table: str) -> list[Any]:
    return [
        sa.Column("sync_run_id", sa.Uuid()),
        sa.ForeignKeyConstraint(
            ["sync_run_id"],
            ["sync_runs.id"],
            name=op.f(f"{table}_sync_run_id_fkey"),
            ondelete="SET NULL",
        ),
    ]


def _count(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")


def _index(table: str, *columns: str) -> None:
    op.create_index(f"{table}_{'_'.join(columns)}_idx", table, list(columns))


def upgrade() -> None:
    """Create them."""
    _create_sync_runs()
    _create_sync_markers()
    _create_schema_registry()
    _create_error_log()
    _create_dead_letter_queue()


def downgrade() -> None:
    """Drop them."""
    for table in (
        "dead_letter_queue",
        "error_log",
        "schema_registry",
        "sync_markers",
        "sync_runs",
    ):
        op.drop_table(table)


def _create_sync_runs() -> None:
    op.create_table(
        "sync_runs",
        *_id("sync_runs"),
        sa.Column("schema_name", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text()),
        sa.Column("sync_mode", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("started_at", _moment, nullable=False),
        sa.Column("heartbeat_at", _moment, nullable=False),
        sa.Column("completed_at", _moment),
        sa.Column("duration_ms", sa.BigInteger()),
        _count("records_processed"),
        _count("records_inserted"),
        _count("records_updated"),
        _count("records_deleted"),
        _count("records_failed"),
        _count("bytes_processed"),
        sa.Column("config_hash", sa.Text()),
        sa.Column("source_info", _json),
        sa.Column("destination_info", _json),
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("node_id", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("dagster_run_id", sa.Text()),
        sa.Column("error_message", sa.Text()),
        sa.Column("error_details", _json),
        _one_of("sync_runs", "sync_mode", "stream", "batch", "initial"),
        _one_of("sync_runs", "status", "running", "completed", "failed", "cancelled"),
    )
    _index("sync_runs", "status", "started_at")
    _index("sync_runs", "schema_name", "started_at")
    _index("sync_runs", "started_at")
    _index("sync_runs", "completed_at")
    _index("sync_runs", "dagster_run_id")


def _create_sync_markers() -> None:
    op.create_table(
        "sync_markers",
        *_id("sync_markers"),
        sa.Column("schema_name", sa.Text(), nullable=False),
        sa.Column("table_name", sa.Text()),
        sa.Column("marker_type", sa.Text(), nullable=False),
        sa.Column("position_data", _json, nullable=False),
        sa.Column("last_updated", _moment, nullable=False),
        *_run_id("sync_markers"),
        sa.Column("created_at", _moment, nullable=False),
        _one_of("sync_markers", "marker_type", "stream", "batch", "initial"),
    )
    # An absent table name is one place too, and NULLs never equal one another.
    op.create_index(
        "sync_markers_place_key",
        "sync_markers",
        ["schema_name", sa.text("coalesce(table_name, '')"), "marker_type"],
        unique=True,
    )
    _index("sync_markers", "sync_run_id")


def _create_schema_registry() -> None:
    op.create_table(
        "schema_registry",
        *_id("schema_registry"),
        sa.Column("schema_name", sa.Text(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("schema_hash", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("evolution_type", sa.Text(), nullable=False),
        sa.Column("compatibility_status", sa.Text(), nullable=False),
        sa.Column("previous_version", sa.Integer()),
        sa.Column("registered_at", _moment, nullable=False),
        sa.Column("registered_by", sa.Text(), nullable=False),
        sa.Column("schema_definition", _json_text, nullable=False),
        sa.UniqueConstraint(
            "schema_name",
            "table_name",
            "version",
            name=op.f("schema_registry_schema_name_table_name_version_key"),
        ),
        _one_of("schema_registry", "compatibility_status", "compatible", "breaking", "unknown"),
    )


def _create_error_log() -> None:
    op.create_table(
        "error_log",
        *_id("error_log"),
        *_run_id("error_log"),
        sa.Column("schema_name", sa.Text(), nullable=False),
        sa.Column("table_name", sa.Text()),
        sa.Column("error_type", sa.Text(), nullable=False),
        sa.Column("error_code", sa.Text()),
        sa.Column("error_message", sa.Text(), nullable=False),
        sa.Column("error_details", _json),
        sa.Column("stack_trace", sa.Text()),
        sa.Column("record_data", _json),
        sa.Column("operation_type", sa.Text()),
        sa.Column("retry_count", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("max_retries", sa.Integer(), nullable=False),
        sa.Column("retry_after", _moment),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("occurred_at", _moment, nullable=False),
        sa.Column("resolved_at", _moment),
        sa.Column("resolved_by", sa.Text()),
        sa.Column("resolution_notes", sa.Text()),
        _one_of(
            "error_log",
            "error_type",
            "connection",
            "transformation",
            "constraint",
            "schema",
            "timeout",
            "permission",
            "validation",
        ),
        _one_of("error_log", "operation_type", "insert", "update", "delete", "schema_change"),
        _one_of("error_log", "status", "open", "resolved", "ignored"),
    )
    _index("error_log", "error_type", "status")
    _index("error_log", "schema_name", "status", "occurred_at")
    _index("error_log", "status", "retry_after")
    _index("error_log", "occurred_at")
    _index("error_log", "sync_run_id")


def _create_dead_letter_queue() -> None:
    table = "dead_letter_queue"
    op.create_table(
        table,
        *_id(table),
        *_run_id(table),
        sa.Column("error_log_id", sa.Uuid()),
        sa.ForeignKeyConstraint(
            ["error_log_id"],
            ["error_log.id"],
            name=op.f(f"{table}_error_log_id_fkey"),
            ondelete="SET NULL",
        ),
        sa.Column("schema_name", sa.Text(), nullable=False),
        sa.Column("table_name", sa.Text()),
        sa.Column("operation_type", sa.Text(), nullable=False),
        sa.Column("record_data", _json, nullable=False),
        sa.Column("source_record_id", sa.Text()),
        sa.Column("original_timestamp", _moment),
        sa.Column("error_count", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("first_error_at", _moment, nullable=False),
        sa.Column("last_error_at", _moment, nullable=False),
        sa.Column("last_error_message", sa.Text()),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("processed_at", _moment),
        sa.Column("processed_by", sa.Text()),
        sa.Column("resolution_method", sa.Text()),
        _one_of(table, "operation_type", "insert", "update", "delete", "schema_change"),
        _one_of(table, "status", "pending", "processing", "resolved", "discarded"),
        _one_of(
            table,
            "resolution_method",
            "reprocessed",
            "manual_fix",
            "discarded",
            "schema_updated",
        ),
    )
    _index(table, "status", "error_count")
    _index(table, "schema_name", "table_name", "status")
    _index(table, "sync_run_id")
    _index(table, "error_log_id")
