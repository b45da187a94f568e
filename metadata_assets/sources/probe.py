"""Does a source need a sync? One fingerprint query, no Dagster, no catalog read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from metadata_assets.catalog.annotations import ANNOTATIONS, annotations_version
from metadata_assets.errors import PermanentError
from metadata_assets.lake import Lake
from metadata_assets.ledger.store import Ledger
from metadata_assets.ledger.values import SyncMarker
from metadata_assets.sources.extract import (
    REANNOTATED,
    STAGE,
    reason_to_read,
    remember_unchanged,
    remembered_extraction,
)
from metadata_assets.sources.profile import STAGE as PROFILE_STAGE
from metadata_assets.sources.registry import Source

TRAINING = "training_records"

_QUALITY = ("golden_queries", "glossary", "metadata_problems")

FOLLOWING_STAGES = ("sqlglot_schema", "change_diff", TRAINING, *_QUALITY)
"""The stages that process each version of the catalog, in order."""


def reason_to_sync(source: Source, lake: Lake, ledger: Ledger, *, now: datetime) -> str | None:
    """Ask a source whether anything changed, and the ledger whether every stage saw it.

    Args:
        source: What to ask.
        lake: Where its catalog is stored.
        ledger: Where its fingerprint is remembered.
        now: The time to note if it is up to date.

    Returns:
        Why the source needs a sync; None where it is up to date.

    Raises:
        SourceUnavailable: The source cannot be reached.
        SourceRefused: The source refuses us.
    """
    remembered = remembered_extraction(source.key, lake, ledger)
    # Asked even where the answer is known: a source that cannot be read fails here, fast.
    probe = source.probe(remembered)
    reason = reason_to_read(
        probe.fingerprint, remembered, ttl_seconds=source.config.ttl_seconds, now=now
    )
    reason = (
        reason
        or reason_to_follow(source.key, remembered, lake, ledger)
        or reason_to_profile(source, ledger, now=now)
    )
    if reason is None:
        remember_unchanged(source.key, remembered, probe, ledger, now=now)
    return reason


def reason_to_follow(
    source: str, remembered: Mapping[str, Any], lake: Lake, ledger: Ledger
) -> str | None:
    """Why a stage must still process a stored catalog; None where every one has.

    Args:
        source: The source's key.
        remembered: Its last extraction, as `remembered_extraction` tells.
        lake: Where its catalog is stored, and what else the stages read.
        ledger: Where their positions are kept.
    """
    if annotations_version(lake.read(ANNOTATIONS, source)) != remembered.get("annotations", ""):
        return REANNOTATED
    for stage in FOLLOWING_STAGES:
        position = ledger.position(source, stage, "batch")
        if position is None or position["data_version"] != remembered["data_version"]:
            return f"{stage} is behind"
        for table in _changed(position.get("inputs", {}), source, lake):
            return f"{table} changed"
    return None


def reason_to_profile(source: Source, ledger: Ledger, *, now: datetime) -> str | None:
    """Why a source's statistics are to be read, though its catalog is as it was; or None."""
    position = ledger.position(source.key, PROFILE_STAGE, "batch") or {}
    due_at = position.get("due_at")
    if not source.config.profile:
        return None if due_at is None else "statistics are no longer wanted"
    is_due = due_at is None or now >= datetime.fromisoformat(due_at)
    return "statistics are due" if is_due else None


def inputs_of(source: str, tables: Iterable[str], lake: Lake) -> dict[str, str]:
    """What a stage reads of the lake besides the catalog, to be kept in its position.

    To be asked before anything is read: what changes in between then shows at the next probe.

    Args:
        source: The source's key.
        tables: The names of the lake tables the stage reads.
        lake: Where they are.

    Returns:
        The fingerprint of the source's partition, by table.
    """
    return {table: lake.fingerprint(table, source) for table in tables}


def _changed(inputs: Mapping[str, Any], source: str, lake: Lake) -> list[str]:
    now = inputs_of(source, inputs, lake)
    return [table for table, fingerprint in inputs.items() if now[table] != fingerprint]


def catalog_version(source: str, ledger: Ledger) -> str:
    """The data version of a source's stored catalog.

    Raises:
        PermanentError: The source was never extracted.
    """
    position = ledger.position(source, STAGE, "batch")
    if position is None:
        raise PermanentError(
            "its catalog was never extracted",
            where=source,
            remedy=f"Materialize {STAGE} for this partition first.",
        )
    version: str = position["data_version"]
    return version


def last_synced(ledger: Ledger) -> dict[str, datetime]:
    """When each source's training records were last known to agree with it, by its key."""
    markers = {
        (marker.schema_name, marker.table_name): marker for marker in ledger.get_active_markers()
    }
    synced = {}
    for (source, stage), marker in markers.items():
        if stage != TRAINING:
            continue
        synced[source] = marker.last_updated
        extracted = markers.get((source, STAGE))
        if extracted is not None and _version(extracted) == _version(marker):
            verified = datetime.fromisoformat(extracted.position_data["verified_at"])
            synced[source] = max(marker.last_updated, verified)
    return synced


def _version(marker: SyncMarker) -> str:
    version: str = marker.position_data["data_version"]
    return version
