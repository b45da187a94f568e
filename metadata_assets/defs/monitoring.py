"""What watches over the runs: stuck ones are settled, failed ones put on record and told."""

from collections.abc import Iterator

import dagster as dg

from metadata_assets.alerts import Alert, send_alert
from metadata_assets.defs.recovery import fail_dead_runs
from metadata_assets.defs.resources import HomeResource
from metadata_assets.errors import TransientError
from metadata_assets.ledger.redaction import redact_text
from metadata_assets.maintenance import maintain

RUNNING = dg.DefaultSensorStatus.RUNNING


@dg.sensor(minimum_interval_seconds=300, default_status=RUNNING)
def stuck_run_sensor(context: dg.SensorEvaluationContext, home: HomeResource) -> dg.SkipReason:
    """Mark the runs that died as failed: without a process, a heartbeat or a Dagster run."""
    with home.ledger() as ledger:
        settled = fail_dead_runs(context.instance, ledger)
    return dg.SkipReason(
        f"{settled} dead runs were marked as failed" if settled else "none is stuck"
    )


@dg.run_failure_sensor(default_status=RUNNING)
def run_failure_to_ledger(context: dg.RunFailureSensorContext, home: HomeResource) -> None:
    """Put a failed run on record, if its stage did not, and tell whoever asked to be told.

    A stage logs its own error; what is left are runs that never got that far, or were killed.
    """
    run = context.dagster_run
    source = run.tags.get("dagster/partition") or run.job_name
    error = redact_text((context.failure_event.message or "the run failed").strip())
    with home.ledger() as ledger:
        mine = [one for one in ledger.runs(dagster_run_id=run.run_id) if one.status == "failed"]
        if not mine:
            ledger.log_error(
                source, "transformation", error, error_code="run_failed", max_retries=0
            )
        elif mine[0].error_message:
            error = mine[0].error_message
    settings = home.settings
    if settings.alert_webhook is None:
        return
    alert = Alert(source, run.job_name, run.run_id, error)
    try:
        send_alert(settings.alert_webhook.get_secret_value(), alert, settings.alert_format)
    except TransientError as untold:
        context.log.warning(str(untold))


@dg.op
def tidy(context: dg.OpExecutionContext, home: HomeResource) -> None:
    """Forget what is over and old, compact and vacuum the lake."""
    with home.ledger() as ledger:
        done = maintain(home.lake, ledger, retention_days=home.settings.retention_days)
    context.log.info(f"deleted from the ledger: {done.ledger}")
    for name, counts in done.lake.items():
        context.log.info(f"{name}: {counts}")
    for name in done.busy:
        context.log.warning(f"{name} was being written; it is tidied the next time")


@dg.job(executor_def=dg.in_process_executor)
def maintenance() -> None:
    """Tidy the ledger and the lake; what can still be rolled back to stays."""
    tidy()


@dg.schedule(
    job=maintenance,
    cron_schedule="0 3 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
def nightly_maintenance() -> Iterator[dg.RunRequest]:
    """Tidy the ledger and the lake every night."""
    yield dg.RunRequest()
