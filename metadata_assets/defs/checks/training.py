"""What must hold of the training records."""

from datetime import datetime, timezone

import dagster as dg

from metadata_assets.defs.assets.training import training_records
from metadata_assets.defs.describe.markdown import markdown_table
from metadata_assets.defs.partitions import sources
from metadata_assets.defs.resources import HomeResource
from metadata_assets.health import home_health
from metadata_assets.training.health import duplicates
from metadata_assets.training.records import RECORDS


@dg.asset_check(asset=training_records, partitions_def=sources)
def no_duplicate_records(
    context: dg.AssetCheckExecutionContext, home: HomeResource
) -> dg.AssetCheckResult:
    """No two live records are about the same part of an object, or say the same."""
    found = duplicates(home.lake.read(RECORDS, context.partition_key)).to_pylist()
    return dg.AssetCheckResult(
        passed=not found,
        severity=dg.AssetCheckSeverity.ERROR,
        description=f"{len(found)} groups of duplicates" if found else "No duplicates.",
        metadata={
            "duplicates": dg.MetadataValue.md(
                markdown_table(
                    ["reason", "kind", "object", "chunk", "records"],
                    [tuple(group.values()) for group in found],
                )
            )
        },
    )


@dg.asset_check(asset=training_records, partitions_def=sources)
def sync_health(context: dg.AssetCheckExecutionContext, home: HomeResource) -> dg.AssetCheckResult:
    """Few records are outdated, and the source was in step lately: by default 10, and 7 days."""
    source = context.partition_key
    with home.ledger() as ledger:
        now = datetime.now(timezone.utc)
        found = home_health(home.settings, ledger, now=now, sources=[source])
    counts = [(*key, count) for one in found.sources for key, count in one.records.items()]
    return dg.AssetCheckResult(
        passed=not found.warnings,
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join(found.warnings) or "In step with the catalog.",
        metadata={
            "live": found.live,
            "outdated": found.outdated,
            "outdated_share": found.outdated_share,
            "edited": found.edited,
            "to_be_pushed": found.lag,
            "records": dg.MetadataValue.md(markdown_table(["kind", "status", "records"], counts)),
        },
    )
