"""How training records, and the index they are pushed to, show in the Dagster UI."""

from __future__ import annotations

from dataclasses import asdict

import dagster as dg

from metadata_assets.defs.describe.markdown import KEPT, markdown_table
from metadata_assets.outcomes import TOLD_OF_A_RECORD
from metadata_assets.sinks.push import PushOutcome
from metadata_assets.training.look import Findings
from metadata_assets.training.request import SyncRequest
from metadata_assets.training.sync import SyncOutcome


def describe_training(
    outcome: SyncOutcome, data_version: dg.DataVersion
) -> dg.MaterializeResult[None]:
    """The result of `training_records`."""
    counts = asdict(outcome.counts)
    changed = outcome.changes.select(TOLD_OF_A_RECORD).to_pylist()
    rows = [tuple(change.values()) for change in changed]
    return dg.MaterializeResult(
        data_version=data_version,
        metadata={
            "dagster/partition_row_count": outcome.counts.changed + outcome.counts.unchanged,
            "counts": dg.MetadataValue.json(counts),
            "changed": dg.MetadataValue.json(changed[:KEPT]),
            "snapshot_id": outcome.snapshot_id or "none: nothing changed",
            "held_by": outcome.held_by,
            "summary": dg.MetadataValue.md(markdown_table(TOLD_OF_A_RECORD, rows)),
        },
    )


def describe_findings(
    source: str, request: SyncRequest, found: Findings, *, run_id: str
) -> dg.AssetObservation:
    """What a dry run or a verification of `training_records` found."""
    changed = found.changes.select(TOLD_OF_A_RECORD).to_pylist()
    rows = [tuple(change.values()) for change in changed]
    return dg.AssetObservation(
        "training_records",
        partition=source,
        description=f"{request.mode}: {len(changed)} records differ; nothing was written",
        metadata={
            "mode": request.mode,
            "run": run_id,
            "counts": dg.MetadataValue.json(dict(found.counts)),
            "changed": dg.MetadataValue.json(changed[:KEPT]),
            "held_by": found.held_by or "none",
            "summary": dg.MetadataValue.md(markdown_table(TOLD_OF_A_RECORD, rows)),
        },
    )


def describe_push(outcome: PushOutcome, data_version: dg.DataVersion) -> dg.MaterializeResult[None]:
    """The result of `vanna_index`."""
    return dg.MaterializeResult(
        data_version=data_version,
        metadata={
            "dagster/partition_row_count": outcome.entries,
            "sink": outcome.sink,
            "trained": outcome.trained,
            "found": outcome.found,
            "removed": outcome.removed,
            "unchanged": outcome.unchanged,
        },
    )
