"""How what changed in a source shows in the Dagster UI."""

from __future__ import annotations

import dagster as dg

from metadata_assets.defs.describe.markdown import KEPT
from metadata_assets.diff import render
from metadata_assets.diff.severity import Grading
from metadata_assets.diff.track import TrackedChanges


def describe_changes(
    tracked: TrackedChanges, grading: Grading, data_version: dg.DataVersion
) -> dg.MaterializeResult[None]:
    """The result of `change_diff`, with its check `breaking_changes`."""
    rows = render.json_rows(tracked.changes, grading)
    breaking = [row for row in rows if row["severity"] == "breaking"]
    return dg.MaterializeResult(
        data_version=data_version,
        metadata={
            "dagster/partition_row_count": len(tracked.changes),
            "change_set_id": tracked.change_set_id or "none: nothing changed",
            "changes": dg.MetadataValue.json(rows[:KEPT]),
            "summary": dg.MetadataValue.md(render.markdown_table(tracked.changes, grading)),
            "diff": dg.MetadataValue.md(render.diff_block(tracked.changes)),
            "impact": dg.MetadataValue.md(render.impact_table(tracked.impacts, grading)),
        },
        check_results=[
            dg.AssetCheckResult(
                check_name="breaking_changes",
                passed=not breaking,
                severity=dg.AssetCheckSeverity.WARN,
                description=render.summary(tracked.changes, grading),
                metadata={"breaking": dg.MetadataValue.json(breaking[:KEPT])},
            )
        ],
    )
