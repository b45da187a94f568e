"""Bring the training records of a source in line with its catalog and its declarations.

`incremental` and `full` differ in effort, not in result: the one derives and writes what may
differ, the other everything. To verify only looks, and is a function of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import pyarrow as pa

from metadata_assets.errors import ConfigurationError
from metadata_assets.lake import Lake
from metadata_assets.training.commit import (
    ChangeNote,
    Planner,
    SyncOutcome,
    commit_change,
    preview_change,
)
from metadata_assets.training.derive import derive_all, derive_changes, derive_unfinished
from metadata_assets.training.plan import Stamp, SyncPlan, plan_merge, plan_nothing, plan_rewrite
from metadata_assets.training.request import SyncRequest
from metadata_assets.training.rollback import holding_rollback
from metadata_assets.training.subject import Subject
from metadata_assets.training.twins import without_twins
from metadata_assets.training.validity import plan_judged

__all__ = ["SyncOutcome", "preview_sync", "sync_records"]

USUAL = SyncRequest()
"""Incremental, of everything."""


def sync_records(
    lake: Lake, subject: Subject, request: SyncRequest = USUAL, *, run_id: str, now: datetime
) -> SyncOutcome:
    """Merge what a subject says into the stored records of its source, in one commit.

    A rollback holds for the version of the catalog it turned away from: an incremental sync of that
    version changes nothing.

    Args:
        lake: Where the records are.
        subject: The source.
        request: How to sync.
        run_id: The run this belongs to, noted in the snapshot.
        now: The time of the sync.

    Returns:
        What changed; where nothing did, nothing was written.

    Raises:
        ConfigurationError: The mode is one that only looks.
        ConcurrentWrite: Another sync of this source committed first; nothing was changed.
    """
    note = ChangeNote(
        request.mode, subject.catalog_version, run_id, now, selection=request.selection_text()
    )
    return commit_change(lake, subject.source, _planner(lake, subject, request), note)


def preview_sync(
    lake: Lake, subject: Subject, request: SyncRequest = USUAL, *, now: datetime
) -> SyncPlan:
    """What `sync_records` would do with the same arguments; writes nothing.

    Raises:
        ConfigurationError: The mode is one that only looks.
    """
    planner = _planner(lake, subject, request)
    version = subject.catalog_version
    return preview_change(lake, subject.source, planner, catalog_version=version, now=now)


def _incremental(lake: Lake, subject: Subject, request: SyncRequest) -> Planner:
    def plan(current: pa.Table, stamp: Stamp) -> SyncPlan:
        held_by = holding_rollback(lake, subject.source, subject.catalog_version)
        if held_by is not None:
            return plan_nothing(current, held_by=held_by)
        derivation = without_twins(derive_changes(subject, current), current)
        unreadable = subject.catalog.unreadable
        plan = plan_merge(current, derivation, unreadable, stamp=stamp, selection=request.selection)
        return plan_judged(current, plan, subject, stamp=stamp, selection=request.selection)

    return plan


def _full(_lake: Lake, subject: Subject, request: SyncRequest) -> Planner:
    def plan(current: pa.Table, stamp: Stamp) -> SyncPlan:
        if request.since is None:
            derived = derive_all(subject)
        else:
            derived = derive_unfinished(subject, current, since=request.since)
        derivation = without_twins(derived, current)
        unreadable = subject.catalog.unreadable
        plan = plan_rewrite(
            current, derivation, unreadable, stamp=stamp, selection=request.selection
        )
        return plan_judged(current, plan, subject, stamp=stamp, selection=request.selection)

    return plan


_PLANNERS: Mapping[str, Callable[[Lake, Subject, SyncRequest], Planner]] = {
    "incremental": _incremental,
    "full": _full,
}


def _planner(lake: Lake, subject: Subject, request: SyncRequest) -> Planner:
    if request.mode not in _PLANNERS:
        raise ConfigurationError(
            f"the mode {request.mode!r} changes nothing",
            remedy=f"Use one of: {', '.join(_PLANNERS)}.",
        )
    return _PLANNERS[request.mode](lake, subject, request)
