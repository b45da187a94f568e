"""`control_table`: which sources there are."""

import getpass
from datetime import datetime, timezone

import dagster as dg

from metadata_assets.control.letters import keep_drop_letters
from metadata_assets.defs.activation import settle_sources
from metadata_assets.defs.automation import OWNERS
from metadata_assets.defs.describe.control import describe_ingestion
from metadata_assets.defs.resources import HomeResource
from metadata_assets.defs.stage import link_runs
from metadata_assets.ledger.recording import recorded_run
from metadata_assets.ledger.values import SyncRunStatistics


@dg.asset(group_name="control", kinds={"deltalake", "yaml"}, owners=OWNERS, code_version="1")
def control_table(
    context: dg.AssetExecutionContext, home: HomeResource
) -> dg.MaterializeResult[None]:
    """Which sources there are, how to read them and what is said of them; YAML is one way in.

    Ingests the drops folder: a file is all or nothing, one bad file stops no other, and direct
    edits of the table survive. Then makes the active sources the partition set `sources`; what was
    taught of a source that is switched off is withdrawn, and returns with it.
    """
    with (
        home.ledger() as ledger,
        recorded_run(
            ledger, "control", stage="control_table", dagster_run_id=context.run.run_id
        ) as run,
    ):
        link_runs(context, run)
        outcome = home.control.ingest(
            home.settings.drops_location, now=datetime.now(timezone.utc), user=getpass.getuser()
        )
        for error in outcome.plan.errors:
            ledger.log_exception("control", error, sync_run_id=run.run.id)
        keep_drop_letters(
            ledger, outcome.plan.errors, home.settings.drops_location, sync_run_id=run.run.id
        )
        counts = outcome.plan.counts()
        run.statistics = SyncRunStatistics(
            records_inserted=counts["inserted"],
            records_updated=counts["updated"],
            records_deleted=counts["deactivated"],
            records_failed=counts["failed_drops"],
        )
    settle_sources(
        home.settings, context.instance, run_id=context.run.run_id, now=datetime.now(timezone.utc)
    )
    return describe_ingestion(outcome, home.control.rows(), home.control.data_version())
