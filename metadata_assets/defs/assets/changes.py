"""`change_diff`: what changed in each source since the versions registered last."""

from datetime import datetime, timezone
from functools import partial

import dagster as dg

from metadata_assets.catalog.store import load_catalog
from metadata_assets.defs.assets.catalog import catalog_extract
from metadata_assets.defs.assets.schema import sqlglot_schema
from metadata_assets.defs.automation import OWNERS, RETRIES, on_new_version
from metadata_assets.defs.describe.changes import describe_changes
from metadata_assets.defs.partitions import sources
from metadata_assets.defs.resources import HomeResource
from metadata_assets.defs.stage import stage
from metadata_assets.diff.config import grading_of
from metadata_assets.diff.track import track_changes
from metadata_assets.ledger.values import SyncRunStatistics
from metadata_assets.sources.probe import catalog_version, inputs_of
from metadata_assets.training.dependents import DECLARATIONS, dependents_of

# Reported by the asset itself: only it knows which changes this materialization found.
BREAKING_CHANGES = dg.AssetCheckSpec(
    "breaking_changes",
    asset="change_diff",
    partitions_def=sources,
    description="No change since the last version breaks queries that worked.",
)


# The result is annotated bare: with checks of its own, Dagster knows no other spelling.
@dg.asset(
    partitions_def=sources,
    deps=[catalog_extract, sqlglot_schema],
    check_specs=[BREAKING_CHANGES],
    group_name="changes",
    kinds={"deltalake"},
    owners=OWNERS,
    code_version="1",
    automation_condition=on_new_version,
    retry_policy=RETRIES,
)
def change_diff(context: dg.AssetExecutionContext, home: HomeResource) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """What changed since the versions registered last: each change typed, graded, with its impact.

    Renames are inferred with a stated confidence. The changes are appended to the lake, the new
    versions registered in the ledger; what a breaking change breaks is noted until it is mended.
    """
    with stage(context, home) as current:
        inputs = inputs_of(current.source, DECLARATIONS, home.lake)
        version = catalog_version(current.source, current.ledger)
        row = home.row(current.source)
        grading = grading_of(row.transformation_config, where=row.key)
        tracked = track_changes(
            home.lake,
            current.ledger,
            current.source,
            load_catalog(home.lake, current.source),
            dialect=home.dialect(current.source),
            grading=grading,
            now=datetime.now(timezone.utc),
            dependents_of=partial(dependents_of, home.lake, current.source),
        )
        current.run.statistics = SyncRunStatistics(records_processed=len(tracked.changes))
        data_version = current.settle(version, inputs)
    return describe_changes(tracked, grading, data_version)
