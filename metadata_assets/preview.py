"""What a sync would do, found without doing it: nothing is written anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

import pyarrow as pa

from metadata_assets.catalog.annotations import ANNOTATIONS, annotate
from metadata_assets.control.model import ControlRow
from metadata_assets.control.sources import open_row, select_sources
from metadata_assets.control.table import ControlTable
from metadata_assets.diff.config import grading_of
from metadata_assets.diff.render import json_rows
from metadata_assets.diff.track import untracked_changes
from metadata_assets.errors import MetadataAssetsError
from metadata_assets.lake import Lake
from metadata_assets.ledger.store import Ledger
from metadata_assets.outcomes import (
    TOLD_OF_A_RECORD,
    OnOutcome,
    SourceOutcome,
    SyncReport,
    tell_nobody,
)
from metadata_assets.settings import Settings
from metadata_assets.sources.extract import read_catalog
from metadata_assets.training.sync import preview_sync


def preview_sources(
    settings: Settings,
    keys: Sequence[str],
    *,
    now: datetime,
    allow_mass_delete: bool = False,
    on_outcome: OnOutcome = tell_nobody,
) -> SyncReport:
    """Read sources, with what the drops folder would make of them, and compare.

    Args:
        settings: Where state lives.
        keys: Keys of sources; none means all active ones.
        now: The time of the preview.
        allow_mass_delete: Preview even a catalog most of which is gone.
        on_outcome: Told of each source as it is done.

    Returns:
        The very changes a sync would report.

    Raises:
        ConfigurationError: A key names no active source.
    """
    lake = Lake(settings.lake_uri)
    plan = ControlTable(lake).plan(settings.drops_path)
    rows = select_sources(plan.planned_rows(), keys)
    outcomes = []
    with Ledger.open(settings.ledger_url) as ledger:
        for row in rows:
            annotations = plan.knowledge.rewritten(
                "annotations", row.key, lake.read(ANNOTATIONS, row.key)
            )
            outcome = _preview(row, settings, lake, ledger, annotations, now, allow_mass_delete)
            on_outcome(outcome, len(rows))
            outcomes.append(outcome)
    return SyncReport(tuple(outcomes), tuple(str(error) for error in plan.errors))


def _preview(
    row: ControlRow,
    settings: Settings,
    lake: Lake,
    ledger: Ledger,
    annotations: pa.Table,
    now: datetime,
    allow_mass_delete: bool,
) -> SourceOutcome:
    try:
        source = open_row(row, settings.home_path)
        grading = grading_of(row.transformation_config, where=row.key)
        found = read_catalog(source, lake, allow_mass_delete=allow_mass_delete)
        catalog = annotate(found, annotations).catalog
    except MetadataAssetsError as error:
        return SourceOutcome(row.key, "failed", str(error))
    dialect = source.dialect
    evolution = untracked_changes(ledger, row.key, catalog, dialect=dialect, grading=grading)
    training = preview_sync(lake, row.key, catalog, dialect=dialect, now=now)
    changes_nothing = evolution.registrations.num_rows == 0 and training.changes.num_rows == 0
    return SourceOutcome(
        row.key,
        "unchanged" if changes_nothing else "would sync",
        results={
            "catalog_extract": {
                "dagster/partition_row_count": catalog.tables.num_rows,
                "unreadable_objects": catalog.unreadable.to_pylist(),
            },
            "change_diff": {"changes": json_rows(evolution.changes, grading)},
            "training_records": {
                "counts": asdict(training.counts),
                "changed": training.changes.select(TOLD_OF_A_RECORD).to_pylist(),
            },
        },
    )
