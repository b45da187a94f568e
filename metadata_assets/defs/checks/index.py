"""What must hold of the index an assistant reads."""

from collections import Counter

import dagster as dg

from metadata_assets.defs.assets.index import vanna_index
from metadata_assets.defs.describe.markdown import markdown_table
from metadata_assets.defs.partitions import sources
from metadata_assets.defs.resources import HomeResource


@dg.asset_check(asset=vanna_index, partitions_def=sources)
def sink_lag(context: dg.AssetCheckExecutionContext, home: HomeResource) -> dg.AssetCheckResult:
    """Every current record was pushed, and what is no longer true was taken out."""
    index = home.index(context.partition_key)
    if index is None:
        return dg.AssetCheckResult(passed=True, description="The source names no sink.")
    steps = Counter(index.pending()["step"].to_pylist())
    return dg.AssetCheckResult(
        passed=not steps,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{steps.total()} entries are to be pushed" if steps else "In step.",
        metadata={
            "sink": index.sink.name,
            "pending": dg.MetadataValue.md(
                markdown_table(["step", "entries"], sorted(steps.items()))
            ),
        },
    )
