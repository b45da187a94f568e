"""What must hold of the operational ledger; evaluated whenever the control table is."""

from datetime import datetime, timedelta, timezone

import dagster as dg

from metadata_assets.defs.assets.control import control_table
from metadata_assets.defs.resources import HomeResource

MOST_FAILURES = 0.2
"""Share of the runs of a day."""

MOST_LETTERS = 100
SILENT_HOURS = 1.0


@dg.asset_check(asset=control_table)
def error_rate(home: HomeResource) -> dg.AssetCheckResult:
    """Of the runs of the last day that ended, at most one in five failed."""
    with home.ledger() as ledger:
        statistics = ledger.get_sync_statistics()
    runs, errors = statistics["sync_runs"], statistics["errors"]
    rate = 1 - runs["success_rate"]
    return _warn(
        rate <= MOST_FAILURES,
        f"{rate:.0%} of the last day's runs failed; {errors['open_errors']} errors are open, "
        f"{errors['total_errors']} came up, {errors['previous_errors']} the day before.",
        **{"failed runs": runs["failed_runs"], "completed runs": runs["completed_runs"]},
    )


@dg.asset_check(asset=control_table)
def dead_letter_backlog(home: HomeResource) -> dg.AssetCheckResult:
    """At most 100 dead letters wait for someone."""
    with home.ledger() as ledger:
        letters = ledger.get_sync_statistics()["dead_letter_queue"]
    waiting = letters["pending_dlq_records"]
    return _warn(
        waiting <= MOST_LETTERS,
        f"{waiting} dead letters wait; `metadata-assets ledger dlq list` shows them.",
        waiting=waiting,
    )


@dg.asset_check(asset=control_table)
def stuck_runs(home: HomeResource) -> dg.AssetCheckResult:
    """Every running run has shown a sign of life within the last hour."""
    silent_since = datetime.now(timezone.utc) - timedelta(hours=SILENT_HOURS)
    with home.ledger() as ledger:
        running = ledger.runs(status="running", limit=1000)
    stuck = [run for run in running if run.heartbeat_at < silent_since]
    names = ", ".join(f"{run.stage} of {run.schema_name}" for run in stuck[:5])
    return _warn(
        not stuck,
        f"{len(stuck)} runs are silent: {names}" if stuck else "No run is stuck.",
        running=len(running),
    )


def _warn(passed: bool, description: str, **metadata: int) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        passed=passed,
        severity=dg.AssetCheckSeverity.WARN,
        description=description,
        metadata=metadata,
    )
