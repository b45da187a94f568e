"""`vanna_index`: the training records, where an assistant reads them."""

from datetime import datetime, timezone

import dagster as dg

from metadata_assets.defs.assets.training import training_records
from metadata_assets.defs.automation import OWNERS, RETRIES, on_new_version
from metadata_assets.defs.describe.training import describe_push
from metadata_assets.defs.partitions import sources
from metadata_assets.defs.resources import HomeResource
from metadata_assets.defs.stage import stage
from metadata_assets.ledger.values import SyncRunStatistics
from metadata_assets.sinks.lag import pushed_inputs
from metadata_assets.sinks.push import push


@dg.asset(
    partitions_def=sources,
    deps=[training_records],
    group_name="training",
    kinds={"vanna"},
    owners=OWNERS,
    code_version="1",
    automation_condition=on_new_version,
    retry_policy=RETRIES,
)
def vanna_index(
    context: dg.AssetExecutionContext, home: HomeResource
) -> dg.MaterializeResult[None]:
    """The source's current records in the sink its control row names: Vanna, or a file.

    Only the difference is pushed. A push that failed or was killed is gone on with, without
    teaching anything twice.
    """
    index = home.index(context.partition_key)
    if index is None:
        return dg.MaterializeResult(metadata={"sink": "none: its target_config names none"})
    with stage(context, home) as current:
        inputs = pushed_inputs(index.source, home.row(index.source).target_config, home.lake)
        outcome = push(index, now=datetime.now(timezone.utc))
        current.run.statistics = SyncRunStatistics(
            records_processed=outcome.entries,
            records_inserted=outcome.trained + outcome.found,
            records_deleted=outcome.removed,
        )
        data_version = current.settle(index.version(), inputs)
    return describe_push(outcome, data_version)
