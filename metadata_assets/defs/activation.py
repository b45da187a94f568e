"""Sources that are switched off and on: their partitions, and what is taught of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial

import dagster as dg

from metadata_assets.control.ingest import retried
from metadata_assets.control.sources import module_names, partition_keys
from metadata_assets.control.table import ControlTable
from metadata_assets.defs.partitions import SOURCES, register_modules, register_sources
from metadata_assets.errors import MetadataAssetsError
from metadata_assets.lake import Lake
from metadata_assets.ledger.store import Ledger
from metadata_assets.settings import Settings
from metadata_assets.sinks.config import open_index
from metadata_assets.sinks.push import push
from metadata_assets.training.activation import (
    deactivate_records,
    inactive_sources,
    reactivate_records,
)


def settle_sources(
    settings: Settings, instance: dg.DagsterInstance, *, run_id: str, now: datetime
) -> None:
    """Make the active sources the partition set, and let their records follow; register modules.

    Args:
        settings: Where state lives.
        instance: Holds the partition set.
        run_id: The run this belongs to, noted in the snapshots.
        now: The time of the change.
    """
    control = ControlTable(Lake(settings.lake_uri))
    active = partition_keys(control)
    registered = instance.get_dynamic_partitions(SOURCES)
    left = settle_records(settings, active, registered, run_id=run_id, now=now)
    register_sources(instance, [*active, *left])
    register_modules(instance, module_names(control))


def settle_records(
    settings: Settings,
    active: Sequence[str],
    registered: Collection[str],
    *,
    run_id: str,
    now: datetime,
) -> tuple[str, ...]:
    """Delete the records of sources that are switched off, restore those of sources that return.

    Args:
        settings: Where state lives.
        active: The sources that are active.
        registered: Those that were, when the records were last settled.
        run_id: The run this belongs to.
        now: The time of the change.

    Returns:
        Sources that are switched off, but whose records could not all be withdrawn: an error is
        open in the ledger, and they are to be settled again.
    """
    lake = Lake(settings.lake_uri)
    if not set(active) <= set(registered):
        for key in inactive_sources(lake) & set(active):
            retried(partial(reactivate_records, lake, key, run_id=run_id, now=now))
    left = []
    with Ledger.open(settings.ledger_url) as ledger:
        for key in sorted(set(registered) - set(active)):
            try:
                retried(partial(deactivate_records, lake, key, run_id=run_id, now=now))
                _withdraw(settings, lake, key, now=now)
            except MetadataAssetsError as error:
                ledger.log_exception(key, error)
                left.append(key)
            else:
                ledger.resolve_errors(key, notes="switched off")
    return tuple(left)


def _withdraw(settings: Settings, lake: Lake, key: str, *, now: datetime) -> None:
    """Take what was taught of a source out of its sink."""
    rows = {row.key: row for row in ControlTable(lake).rows()}
    target = rows[key].target_config if key in rows else {}
    index = open_index(key, target, lake, settings)
    if index is not None:
        push(index, now=now)
