"""`catalog_profile`: what the tables of a source hold, where its configuration asks for it."""

from datetime import datetime, timezone

import dagster as dg

from metadata_assets.defs.assets.catalog import catalog_extract
from metadata_assets.defs.automation import OWNERS, RETRIES
from metadata_assets.defs.describe.catalog import describe_profile
from metadata_assets.defs.partitions import sources
from metadata_assets.defs.resources import HomeResource
from metadata_assets.defs.stage import stage
from metadata_assets.ledger.values import SyncRunStatistics
from metadata_assets.sources.profile import profile_position, profile_source


# No automation condition: it is part of every job that extracts, and of no other.
@dg.asset(
    partitions_def=sources,
    deps=[catalog_extract],
    group_name="catalog",
    kinds={"deltalake", "sql"},
    owners=OWNERS,
    code_version="1",
    retry_policy=RETRIES,
)
def catalog_profile(
    context: dg.AssetExecutionContext, home: HomeResource
) -> dg.MaterializeResult[None]:
    """Statistics of the tables that changed: counts, ranges, frequent values; no personal data.

    Only for sources that say `profile: true`. Sampled and within a time; a table that cannot be
    read is left out with its reason.
    """
    now = datetime.now(timezone.utc)
    with stage(context, home) as current:
        source = home.source(current.source)
        profile = profile_source(source, home.lake, now=now)
        current.ledger.update_position(
            current.source, current.name, "batch", profile_position(source, profile, now=now)
        )
        current.run.statistics = SyncRunStatistics(
            records_processed=len(profile.profiled), records_failed=len(profile.left_out)
        )
    return describe_profile(profile)
