"""How the control table shows in the Dagster UI after its drops were ingested."""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg

from metadata_assets.control.ingest import IngestOutcome
from metadata_assets.control.model import ControlRow
from metadata_assets.defs.describe.markdown import markdown_table


def describe_ingestion(
    outcome: IngestOutcome, stored: Sequence[ControlRow], data_version: str
) -> dg.MaterializeResult[None]:
    """The result of `control_table`."""
    rows = [
        (row.execution_order, row.key, row.source_type, row.is_active, row.origin) for row in stored
    ]
    problems = [str(problem) for problem in (*outcome.plan.errors, *outcome.plan.conflicts)]
    return dg.MaterializeResult(
        data_version=dg.DataVersion(data_version),
        metadata={
            "dagster/row_count": len(stored),
            "version": outcome.version,
            **outcome.plan.counts(),
            "problems": dg.MetadataValue.md("\n".join(f"- {text}" for text in problems) or "none"),
            "summary": dg.MetadataValue.md(
                markdown_table(["order", "source", "type", "active", "origin"], rows)
            ),
        },
    )
