"""Settle what a killed process left behind: runs that would show as running for ever."""

from __future__ import annotations

from functools import partial

import dagster as dg

from metadata_assets.ledger.process import ProcessIdentity
from metadata_assets.ledger.store import Ledger

PROCESS_TAG = ".dagster/metadata_assets_process"
"""Run tag, hidden in the UI: the process of a run, to recognise runs whose process died."""


def fail_dead_runs(instance: dg.DagsterInstance, ledger: Ledger) -> int:
    """Mark the runs that died as failed, in Dagster and in the ledger.

    Those of this host whose process is gone, those without a heartbeat for a day, and those whose
    Dagster run has ended.

    What a killed sync left of its snapshot is settled by `training.snapshots.settle_all`.

    Returns:
        How many runs were marked, in either.
    """
    unfinished = instance.get_run_records(
        dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING])
    )
    runs = [record.dagster_run for record in unfinished]
    dead = [run for run in runs if _is_dead(run.tags.get(PROCESS_TAG))]
    for run in dead:
        instance.report_run_failed(run, "The process that executed this run is gone.")
    abandoned = ledger.abandon_dead_runs()
    recovered = ledger.recover_failed_runs(is_over=partial(_has_ended, instance))
    return len(dead) + len(abandoned) + len(recovered)


def _has_ended(instance: dg.DagsterInstance, run_id: str) -> bool:
    run = instance.get_run_by_id(run_id)
    # One that Dagster does not know is of another instance.
    return run is not None and run.is_finished


def _is_dead(process: str | None) -> bool:
    identity = ProcessIdentity.parse(process or "")
    return identity is not None and identity.has_ended()
