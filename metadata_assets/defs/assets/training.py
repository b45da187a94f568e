"""`training_records`: what a text-to-SQL assistant is told about each source."""

from datetime import datetime, timezone

import dagster as dg

from metadata_assets.catalog.store import load_catalog
from metadata_assets.defs.assets.catalog import catalog_extract
from metadata_assets.defs.assets.changes import change_diff
from metadata_assets.defs.automation import OWNERS, RETRIES, on_new_version
from metadata_assets.defs.metadata import describe_training
from metadata_assets.defs.partitions import sources
from metadata_assets.defs.resources import HomeResource
from metadata_assets.defs.stage import stage
from metadata_assets.ledger.values import SyncRunStatistics
from metadata_assets.sources.probe import catalog_version
from metadata_assets.training.sync import sync_records


@dg.asset(
    partitions_def=sources,
    deps=[catalog_extract, change_diff],
    group_name="training",
    kinds={"deltalake", "vanna"},
    owners=OWNERS,
    code_version="1",
    automation_condition=on_new_version,
    retry_policy=RETRIES,
)
def training_records(
    context: dg.AssetExecutionContext, home: HomeResource
) -> dg.MaterializeResult[None]:
    """DDL, documentation and question/SQL records, merged by identity and content.

    Only what changed is written, in one commit with a snapshot; a dropped table's records become
    deleted, a returning table's current again.
    """
    with stage(context, home) as current:
        version = catalog_version(current.source, current.ledger)
        outcome = sync_records(
            home.lake,
            current.source,
            load_catalog(home.lake, current.source),
            dialect=home.dialect(current.source),
            catalog_version=version,
            run_id=context.run.run_id,
            now=datetime.now(timezone.utc),
        )
        current.run.statistics = SyncRunStatistics(
            records_processed=outcome.counts.changed + outcome.counts.unchanged,
            records_inserted=outcome.counts.new + outcome.counts.resurrected,
            records_updated=outcome.counts.modified,
            records_deleted=outcome.counts.deleted,
        )
        data_version = current.settle(version)
    return describe_training(outcome, data_version)
