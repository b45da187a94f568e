"""What must hold of a stored catalog."""

import dagster as dg

from metadata_assets.catalog.invariants import violations
from metadata_assets.catalog.store import load_catalog
from metadata_assets.defs.assets.catalog import catalog_extract
from metadata_assets.defs.describe.markdown import markdown_table
from metadata_assets.defs.partitions import sources
from metadata_assets.defs.resources import HomeResource


@dg.asset_check(asset=catalog_extract, partitions_def=sources, blocking=True)
def catalog_invariants(
    context: dg.AssetCheckExecutionContext, home: HomeResource
) -> dg.AssetCheckResult:
    """Names are unique, columns have tables, keys have columns. Blocks what follows if not."""
    broken = violations(load_catalog(home.lake, context.partition_key))
    return dg.AssetCheckResult(
        passed=not broken,
        severity=dg.AssetCheckSeverity.ERROR,
        description=f"{len(broken)} broken invariants" if broken else "The catalog is sound.",
        metadata={
            "violations": dg.MetadataValue.md(
                markdown_table(["violation"], [(violation,) for violation in broken])
            )
        },
    )
