"""Bring the training records of a source in line with its catalog.

`incremental` and `full` differ in effort, not in result: the one derives and writes what may
differ, the other everything. To verify only looks, and is a function of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import pyarrow as pa

from metadata_assets.catalog.model import Catalog
from metadata_assets.errors import ConfigurationError
from metadata_assets.lake import Lake
from metadata_assets.training.commit import Planner, SyncOutcome, commit_change, preview_change
from metadata_assets.training.derive import derive_all, derive_changes
from metadata_assets.training.plan import Stamp, SyncPlan, plan_merge, plan_rewrite
from metadata_assets.training.selection import EVERYTHING, Selection

__all__ = ["SyncOutcome", "preview_sync", "sync_records"]


def sync_records(
    lake: Lake,
    source: str,
    catalog: Catalog,
    *,
    dialect: str,
    catalog_version: str,
    run_id: str,
    now: datetime,
    mode: str = "incremental",
    selection: Selection = EVERYTHING,
) -> SyncOutcome:
    """Merge what a catalog says into the stored records of its source, in one commit.

    Args:
        lake: Where the records are.
        source: The source's key.
        catalog: What it holds now.
        dialect: Its SQLGlot dialect.
        catalog_version: The catalog's version, noted in each changed record.
        run_id: The run this belongs to, noted in the snapshot.
        now: The time of the sync.
        mode: `incremental` writes what differs, `full` every record of the catalog.
        selection: What may be changed.

    Returns:
        What changed; where nothing did, nothing was written.

    Raises:
        ConfigurationError: The mode is neither.
        ConcurrentWrite: Another sync of this source committed first; nothing was changed.
    """
    return commit_change(
        lake,
        source,
        _mode(mode)(source, catalog, dialect, selection),
        mode=mode,
        catalog_version=catalog_version,
        run_id=run_id,
        now=now,
    )


def preview_sync(
    lake: Lake,
    source: str,
    catalog: Catalog,
    *,
    dialect: str,
    now: datetime,
    mode: str = "incremental",
    selection: Selection = EVERYTHING,
) -> SyncPlan:
    """What `sync_records` would do with the same arguments; writes nothing.

    Raises:
        ConfigurationError: The mode is unknown.
    """
    planner = _mode(mode)(source, catalog, dialect, selection)
    return preview_change(lake, source, planner, now=now)


def _incremental(source: str, catalog: Catalog, dialect: str, selection: Selection) -> Planner:
    def plan(current: pa.Table, stamp: Stamp) -> SyncPlan:
        derivation = derive_changes(source, catalog, current, dialect=dialect)
        return plan_merge(current, derivation, catalog.unreadable, stamp=stamp, selection=selection)

    return plan


def _full(source: str, catalog: Catalog, dialect: str, selection: Selection) -> Planner:
    def plan(current: pa.Table, stamp: Stamp) -> SyncPlan:
        derivation = derive_all(source, catalog, dialect=dialect)
        return plan_rewrite(
            current, derivation, catalog.unreadable, stamp=stamp, selection=selection
        )

    return plan


_MODES: Mapping[str, Callable[[str, Catalog, str, Selection], Planner]] = {
    "incremental": _incremental,
    "full": _full,
}


def _mode(mode: str) -> Callable[[str, Catalog, str, Selection], Planner]:
    if mode not in _MODES:
        raise ConfigurationError(
            f"unknown sync mode {mode!r}", remedy=f"Use one of: {', '.join(sorted(_MODES))}."
        )
    return _MODES[mode]
