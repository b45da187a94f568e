"""What a sync would do, or a verification finds: nothing is written anywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from metadata_assets.catalog.annotations import annotate
from metadata_assets.catalog.fingerprint import data_version
from metadata_assets.catalog.model import Catalog
from metadata_assets.catalog.profile import PROFILES
from metadata_assets.control.knowledge_kinds import KNOWLEDGE_KINDS
from metadata_assets.control.model import ControlRow
from metadata_assets.control.plan import IngestPlan
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
    Status,
    SyncReport,
    tell_nobody,
)
from metadata_assets.settings import Settings
from metadata_assets.sinks.config import open_index
from metadata_assets.sinks.verify import verify_index
from metadata_assets.sources.extract import read_catalog
from metadata_assets.training.look import look
from metadata_assets.training.request import SyncRequest
from metadata_assets.training.subject import Subject
from metadata_assets.training.sync import USUAL

_STATUSES: Mapping[tuple[bool, bool], Status] = {
    (False, False): "would sync",
    (False, True): "unchanged",
    (True, False): "differs",
    (True, True): "verified",
}
"""How a source fared, by whether it was verified and whether nothing is to change."""


def preview_sources(
    settings: Settings,
    keys: Sequence[str],
    *,
    now: datetime,
    request: SyncRequest = USUAL,
    allow_mass_delete: bool = False,
    on_outcome: OnOutcome = tell_nobody,
) -> SyncReport:
    """Read sources, with what the drops folder would make of them, and compare.

    Args:
        settings: Where state lives.
        keys: Keys of sources; none means all active ones.
        now: The time of the preview.
        request: How to sync, or to verify.
        allow_mass_delete: Preview even a catalog most of which is gone.
        on_outcome: Told of each source as it is done.

    Returns:
        The very changes a sync would report; of a verification, every difference.

    Raises:
        ConfigurationError: A key names no active source.
    """
    lake = Lake(settings.lake_uri)
    plan = ControlTable(lake).plan(settings.drops_location)
    rows = select_sources(plan.planned_rows(), keys)
    outcomes = []
    with Ledger.open(settings.ledger_url) as ledger:
        preview = _Preview(settings, lake, ledger, plan, request, now, allow_mass_delete)
        for row in rows:
            outcome = preview.of(row)
            on_outcome(outcome, len(rows))
            outcomes.append(outcome)
    return SyncReport(tuple(outcomes), tuple(str(error) for error in plan.errors))


@dataclass(frozen=True, slots=True)
class _Preview:
    settings: Settings
    lake: Lake
    ledger: Ledger
    plan: IngestPlan
    request: SyncRequest
    now: datetime
    allow_mass_delete: bool

    def of(self, row: ControlRow) -> SourceOutcome:
        """What would come of one source; an error of its own is its outcome."""
        try:
            source = open_row(row, self.settings.home_path)
            grading = grading_of(row.transformation_config, where=row.key)
            read = read_catalog(source, self.lake, allow_mass_delete=self.allow_mass_delete)
            catalog = annotate(read, self._declared("annotations", row.key)).catalog
            found = look(
                self.lake,
                self._subject(row.key, catalog, source.dialect),
                self.request,
                now=self.now,
            )
            index = self._index_differences(row)
        except MetadataAssetsError as error:
            return SourceOutcome(row.key, "failed", str(error))
        evolution = untracked_changes(
            self.ledger, row.key, catalog, dialect=source.dialect, grading=grading
        )
        changes = [*found.changes.select(TOLD_OF_A_RECORD).to_pylist(), *index]
        changes_nothing = evolution.registrations.num_rows == 0 and not changes
        return SourceOutcome(
            row.key,
            _STATUSES[self.request.only_looks, changes_nothing],
            results={
                "catalog_extract": {
                    "dagster/partition_row_count": catalog.tables.num_rows,
                    "unreadable_objects": catalog.unreadable.to_pylist(),
                },
                "change_diff": {"changes": json_rows(evolution.changes, grading)},
                "training_records": {
                    "counts": {**found.counts, **Counter(one["change"] for one in index)},
                    "changed": changes,
                    "held_by": found.held_by,
                },
            },
        )

    def _subject(self, key: str, catalog: Catalog, dialect: str) -> Subject:
        return Subject(
            key,
            catalog,
            dialect,
            data_version(catalog),
            golden_queries=self._declared("golden_queries", key),
            documents=self._declared("documentation", key),
            profiles=self.lake.read(PROFILES, key),
        )

    def _declared(self, kind: str, key: str) -> pa.Table:
        """What is declared of a source once the drops are ingested."""
        stored = self.lake.read(KNOWLEDGE_KINDS[kind].lake_table, key)
        return self.plan.knowledge.rewritten(kind, key, stored)

    def _index_differences(self, row: ControlRow) -> list[dict[str, object]]:
        """What a verification finds wrong in the source's index; nothing otherwise."""
        if not self.request.only_looks:
            return []
        index = open_index(row.key, row.target_config, self.lake, self.settings)
        if index is None:
            return []
        told = verify_index(index).select(TOLD_OF_A_RECORD).to_pylist()
        return [{**one, "change": f"index: {one['change']}"} for one in told]
