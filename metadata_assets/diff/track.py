"""Keep the history of a source's schema: what changed, appended to the lake, then registered.

The registry in the ledger says up to where the history goes, and is written last. Killed in
between, the next run finds the same changes under the same id and appends them no second time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from metadata_assets.catalog.model import Catalog
from metadata_assets.diff.changes import Change
from metadata_assets.diff.evolution import Evolution, evolve
from metadata_assets.diff.rows import CHANGES, change_rows
from metadata_assets.diff.severity import Grading
from metadata_assets.lake import Lake
from metadata_assets.ledger.store import Ledger


@dataclass(frozen=True, slots=True)
class TrackedChanges:
    """What changed in a source since its schema was last registered.

    Attributes:
        changes: The changes.
        change_set_id: Names them in `CHANGES`; None where nothing changed.
    """

    changes: tuple[Change, ...]
    change_set_id: str | None


def track_changes(
    lake: Lake,
    ledger: Ledger,
    source: str,
    catalog: Catalog,
    *,
    dialect: str,
    grading: Grading,
    now: datetime,
) -> TrackedChanges:
    """Compare a catalog with the registered versions, and append and register what changed.

    Args:
        lake: Where the changes go.
        ledger: Where the versions are registered.
        source: The source's key.
        catalog: What it holds now.
        dialect: Its SQLGlot dialect.
        grading: How to grade the changes.
        now: When they were noticed.
    """
    evolution = untracked_changes(ledger, source, catalog, dialect=dialect, grading=grading)
    if evolution.registrations.num_rows == 0:
        return TrackedChanges((), None)
    change_set_id = _identity(source, evolution)
    partition = lake.partition(CHANGES, source)
    if evolution.changes and partition.last("change_set_id") != change_set_id:
        rows = change_rows(
            evolution.changes,
            grading,
            change_set_id=change_set_id,
            changed_at=now,
            versions=dict(evolution.versions),
        )
        partition.append(rows, metadata={"change_set_id": change_set_id})
    ledger.register_schemas(source, evolution.registrations)
    return TrackedChanges(evolution.changes, change_set_id)


def untracked_changes(
    ledger: Ledger, source: str, catalog: Catalog, *, dialect: str, grading: Grading
) -> Evolution:
    """What `track_changes` would append and register; writes nothing."""

    def fetch(names: Sequence[str]) -> pa.Table:
        return ledger.definitions(source, names)

    latest = ledger.latest_versions(source)
    return evolve(catalog, latest, fetch, dialect=dialect, grading=grading)


def _identity(source: str, evolution: Evolution) -> str:
    """The same for the same step of the same tables, from and to the same versions."""
    digest = hashlib.sha256(source.encode())
    rows = evolution.registrations.select(["table_name", "content_hash"]).to_pylist()
    for row in rows:
        versions = evolution.versions[row["table_name"]]
        digest.update(repr((row["table_name"], row["content_hash"], versions)).encode())
    return digest.hexdigest()[:32]
