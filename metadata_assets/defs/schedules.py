"""What runs by the clock."""

from collections.abc import Iterator

import dagster as dg

from metadata_assets.control.sources import select_sources
from metadata_assets.defs.jobs import source_extract
from metadata_assets.defs.resources import HomeResource


@dg.schedule(
    job=source_extract,
    cron_schedule="0 5 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
def daily_sync(
    context: dg.ScheduleEvaluationContext, home: HomeResource
) -> Iterator[dg.RunRequest]:
    """Extract every active source once a day, in execution order; the rest follows by itself."""
    day = context.scheduled_execution_time.date().isoformat()
    for row in select_sources(home.control.rows()):
        yield dg.RunRequest(run_key=f"{row.key} {day}", partition_key=row.key)
