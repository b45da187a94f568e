"""What the ledger hands out: frozen values, each field named like the column it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from metadata_assets.errors import ErrorType

MarkerType = Literal["stream", "batch", "initial"]
SyncMode = Literal["stream", "batch", "initial"]
RunStatus = Literal["running", "completed", "failed", "cancelled"]
FinalStatus = Literal["completed", "failed", "cancelled"]
ErrorStatus = Literal["open", "resolved", "ignored"]
LetterStatus = Literal["pending", "processing", "resolved", "discarded"]
ResolutionMethod = Literal["reprocessed", "manual_fix", "discarded", "schema_updated"]
OperationType = Literal["insert", "update", "delete", "schema_change"]
EvolutionType = Literal[
    "create",
    "add_column",
    "modify_column",
    "drop_column",
    "rename_column",
    "add_index",
    "drop_index",
    "drop_table",
]
CompatibilityStatus = Literal["compatible", "breaking", "unknown"]


@dataclass(frozen=True, slots=True)
class SyncMarker:
    """How far a table, or a whole schema (`table_name` None), has been read."""

    id: UUID
    schema_name: str
    table_name: str | None
    marker_type: MarkerType
    position_data: Mapping[str, Any]
    last_updated: datetime
    sync_run_id: UUID | None
    created_at: datetime
    revision: int
    position_order: str | None


@dataclass(frozen=True, slots=True)
class SyncRunStatistics:
    """What a run counted."""

    records_processed: int = 0
    records_inserted: int = 0
    records_updated: int = 0
    records_deleted: int = 0
    records_failed: int = 0
    bytes_processed: int = 0


@dataclass(frozen=True, slots=True)
class SyncRun:
    """One run of one stage for one source."""

    id: UUID
    schema_name: str
    stage: str | None
    sync_mode: SyncMode
    status: RunStatus
    started_at: datetime
    heartbeat_at: datetime
    completed_at: datetime | None
    duration_ms: int | None
    records_processed: int
    records_inserted: int
    records_updated: int
    records_deleted: int
    records_failed: int
    bytes_processed: int
    config_hash: str | None
    source_info: Mapping[str, Any] | None
    destination_info: Mapping[str, Any] | None
    instance_id: str
    node_id: str
    created_by: str
    dagster_run_id: str | None
    error_message: str | None
    error_details: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class SchemaVersion:
    """One registered version of one table; `evolution_type` `drop_table` says it was dropped."""

    id: UUID
    schema_name: str
    table_name: str
    version: int
    schema_hash: str
    content_hash: str
    evolution_type: EvolutionType
    compatibility_status: CompatibilityStatus
    previous_version: int | None
    registered_at: datetime
    registered_by: str
    schema_definition: str


@dataclass(frozen=True, slots=True)
class Registration:
    """What registering a batch of definitions did, in tables.

    Attributes:
        inserted: Got a new version.
        refreshed: Kept their version; its definition and content hash were brought up to date.
        unchanged: Were already registered just so.
    """

    inserted: int
    refreshed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class ErrorRecord:
    """One error on record."""

    id: UUID
    sync_run_id: UUID | None
    schema_name: str
    table_name: str | None
    error_type: ErrorType
    error_code: str | None
    error_message: str
    error_details: Mapping[str, Any] | None
    stack_trace: str | None
    record_data: Any
    operation_type: OperationType | None
    retry_count: int
    max_retries: int
    retry_after: datetime | None
    status: ErrorStatus
    occurred_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None
    resolution_notes: str | None
    fingerprint: str | None
    occurrence_count: int
    last_occurred_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A record the pipeline could not take, kept until someone has dealt with it."""

    id: UUID
    sync_run_id: UUID | None
    error_log_id: UUID | None
    schema_name: str
    table_name: str | None
    operation_type: OperationType
    record_data: Any
    source_record_id: str | None
    original_timestamp: datetime | None
    error_count: int
    first_error_at: datetime
    last_error_at: datetime
    last_error_message: str | None
    status: LetterStatus
    processed_at: datetime | None
    processed_by: str | None
    resolution_method: ResolutionMethod | None
    record_hash: str | None
    retry_after: datetime | None
    claim_id: UUID | None
    claimed_by: str | None
    lease_expires_at: datetime | None
    resolution_notes: str | None
