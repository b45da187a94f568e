"""Keep the history of a source's schema: what changed, appended to the lake, then registered.

The registry in the ledger says up to where the history goes, and is written last. Killed in
between, the next run finds the same changes under the same id and appends them no second time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from metadata_assets.catalog.model import Catalog
from metadata_assets.diff.breakage import broken_dependents
from metadata_assets.diff.changes import AddTable, Change
from metadata_assets.diff.evolution import Evolution, evolve
from metadata_assets.diff.impact import Impact, impacts
from metadata_assets.diff.rows import CHANGES, change_rows
from metadata_assets.diff.severity import Grading
from metadata_assets.lake import Lake
from metadata_assets.ledger.store import Ledger
from metadata_assets.schema.dependents import BROKEN, Dependent
from metadata_assets.schema.versions import only_tables


@dataclass(frozen=True, slots=True)
class TrackedChanges:
    """What changed in a source since its schema was last registered.

    Attributes:
        changes: The changes.
        change_set_id: Names them in `CHANGES`; None where nothing changed.
        impacts: What they touch.
    """

    changes: tuple[Change, ...]
    change_set_id: str | None
    impacts: tuple[Impact, ...] = ()


def nobody(*_catalogs: Catalog) -> Sequence[Dependent]:
    """The dependents of a source that nobody uses."""
    return ()


def track_changes(
    lake: Lake,
    ledger: Ledger,
    source: str,
    catalog: Catalog,
    *,
    dialect: str,
    grading: Grading,
    now: datetime,
    dependents_of: Callable[..., Sequence[Dependent]] = nobody,
) -> TrackedChanges:
    """Compare a catalog with the registered versions, and append and register what changed.

    What a breaking change breaks is noted in `BROKEN`, until it is mended.

    Args:
        lake: Where the changes go.
        ledger: Where the versions are registered.
        source: The source's key.
        catalog: What it holds now.
        dialect: Its SQLGlot dialect.
        grading: How to grade the changes.
        now: When they were noticed.
        dependents_of: Finds what depends on the source, given its catalogs; asked only if needed.
    """
    evolution = untracked_changes(ledger, source, catalog, dialect=dialect, grading=grading)
    change_set_id = _identity(source, evolution)
    found = _note_broken(
        lake,
        source,
        evolution,
        catalog,
        dialect=dialect,
        grading=grading,
        change_set_id=change_set_id,
        dependents_of=dependents_of,
    )
    if evolution.registrations.num_rows == 0:
        return TrackedChanges((), None)
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
    return TrackedChanges(evolution.changes, change_set_id, found)


def untracked_changes(
    ledger: Ledger, source: str, catalog: Catalog, *, dialect: str, grading: Grading
) -> Evolution:
    """What `track_changes` would append and register; writes nothing."""

    def fetch(names: Sequence[str]) -> pa.Table:
        return ledger.definitions(source, names)

    latest = ledger.latest_versions(source)
    return evolve(catalog, latest, fetch, dialect=dialect, grading=grading)


def _note_broken(
    lake: Lake,
    source: str,
    evolution: Evolution,
    catalog: Catalog,
    *,
    dialect: str,
    grading: Grading,
    change_set_id: str,
    dependents_of: Callable[..., Sequence[Dependent]],
) -> tuple[Impact, ...]:
    """Bring `BROKEN` up to date; returns what the changes touch."""
    previous = lake.read(BROKEN, source)
    is_growth = all(isinstance(change, AddTable) for change in evolution.changes)
    if is_growth and previous.num_rows == 0:
        return ()
    dependents = dependents_of(catalog, evolution.before)
    found = impacts(evolution.changes, dependents, evolution.before, catalog, dialect)
    named = previous["table_fqdn"].to_pylist()
    broken = broken_dependents(
        previous,
        found,
        dependents,
        evolution.changes,
        only_tables(catalog, [str(name) for name in named]),
        grading,
        change_set_id=change_set_id,
    )
    if broken.num_rows or previous.num_rows:
        lake.partition(BROKEN, source).replace(broken)
    return found


def _identity(source: str, evolution: Evolution) -> str:
    """The same for the same step of the same tables, from and to the same versions."""
    digest = hashlib.sha256(source.encode())
    rows = evolution.registrations.select(["table_name", "content_hash"]).to_pylist()
    for row in rows:
        versions = evolution.versions[row["table_name"]]
        digest.update(repr((row["table_name"], row["content_hash"], versions)).encode())
    return digest.hexdigest()[:32]
