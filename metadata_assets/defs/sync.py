"""The whole of `metadata-assets sync`: ingest drops, probe all sources at once, run what changed.

An unchanged source costs one probe and no Dagster run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timezone

import dagster as dg

from metadata_assets.control.letters import keep_drop_letters
from metadata_assets.control.sources import probe_all, select_sources
from metadata_assets.control.table import ControlTable
from metadata_assets.defs.activation import settle_sources
from metadata_assets.defs.execution import RunOutcome, SyncOptions, run_control_ingest
from metadata_assets.defs.recovery import fail_dead_runs
from metadata_assets.lake import Lake
from metadata_assets.ledger.store import Ledger
from metadata_assets.outcomes import OnOutcome, SourceOutcome, SyncReport, tell_nobody
from metadata_assets.settings import Settings
from metadata_assets.training.snapshots import settle_all

RunSources = Callable[[Sequence[str], SyncOptions], Iterable[RunOutcome]]
"""Runs the graph for each of some sources, the most urgent first."""


def ingest_drops(settings: Settings, instance: dg.DagsterInstance) -> tuple[str, ...]:
    """Bring the control table and the partition set up to date with the drops folder.

    Runs `control_table` only if there is something to ingest.

    Returns:
        What is wrong with the drops, one line each.
    """
    control = ControlTable(Lake(settings.lake_uri))
    plan = control.plan(settings.drops_location)
    if plan.changes_anything:
        outcome = run_control_ingest(instance)
        if outcome.error is not None:
            return (outcome.error,)
    else:
        with Ledger.open(settings.ledger_url) as ledger:
            keep_drop_letters(ledger, plan.errors, settings.drops_location)
    settle_sources(settings, instance, run_id="sync", now=datetime.now(timezone.utc))
    return tuple(str(error) for error in plan.errors)


def sync_sources(
    settings: Settings,
    instance: dg.DagsterInstance,
    keys: Sequence[str],
    options: SyncOptions,
    run: RunSources,
    *,
    on_outcome: OnOutcome = tell_nobody,
) -> SyncReport:
    """Sync the named sources, or all active ones.

    Args:
        settings: Where state lives.
        instance: The Dagster instance that records the runs.
        keys: Keys of sources; none means all.
        options: How to extract.
        run: Runs what changed, such as `WorkerPool.sync`.
        on_outcome: Told of each source as it is done.

    Raises:
        ConfigurationError: A key names no active source.
    """
    problems = ingest_drops(settings, instance)
    lake = Lake(settings.lake_uri)
    rows = select_sources(ControlTable(lake).rows(), keys)
    done: dict[str, SourceOutcome] = {}
    reasons: dict[str, str] = {}
    with Ledger.open(settings.ledger_url) as ledger:
        fail_dead_runs(instance, ledger)
        settle_all(lake, now=datetime.now(timezone.utc))
        for probed in probe_all(
            rows, settings.home_path, lake, ledger, now=datetime.now(timezone.utc)
        ):
            if probed.error is not None:
                done[probed.key] = SourceOutcome(probed.key, "failed", str(probed.error))
            elif probed.reason is None and options.reason is None:
                done[probed.key] = SourceOutcome(probed.key, "unchanged")
            else:
                reasons[probed.key] = probed.reason or options.reason or ""
                continue
            on_outcome(done[probed.key], len(rows))
        for ran in run(list(reasons), options):
            done[ran.target] = _outcome(ran, reasons[ran.target])
            if ran.error is None:
                ledger.resolve_errors(ran.target, notes=f"run {ran.run_id} succeeded")
            on_outcome(done[ran.target], len(rows))
    return SyncReport(tuple(done[row.key] for row in rows), problems)


def _outcome(ran: RunOutcome, reason: str) -> SourceOutcome:
    return SourceOutcome(
        source=ran.target,
        status="synced" if ran.error is None else "failed",
        reason=reason if ran.error is None else ran.error,
        run_id=ran.run_id,
        seconds=ran.seconds,
        results=ran.results,
    )
