from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import pyarrow as pa
import pytest

from metadata_assets.catalog.fingerprint import data_version
from metadata_assets.catalog.model import Catalog
from metadata_assets.lake import Lake
from metadata_assets.training.commit import ChangeNote, Planner, SyncOutcome, commit_change
from metadata_assets.training.derive import derive_records
from metadata_assets.training.plan import SyncPlan
from metadata_assets.training.records import RECORDS, SNAPSHOTS
from metadata_assets.training.request import SyncRequest
from metadata_assets.training.rollback import rollback_records
from metadata_assets.training.selection import Selection
from metadata_assets.training.snapshots import find_snapshot
from metadata_assets.training.subject import Subject, declared_subject
from metadata_assets.training.sync import preview_sync, sync_records
from metadata_assets.training.verify import verify_records

NOON = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


@dataclass
class Training:
    """The training room of one source in a real lake; each sync happens an hour after the last."""

    lake: Lake
    source: str = "demo.shop"
    now: datetime = NOON

    def subject(self, catalog: Catalog) -> Subject:
        version = data_version(catalog)
        return declared_subject(
            self.lake, self.source, catalog, dialect="postgres", catalog_version=version
        )

    def sync(
        self,
        catalog: Catalog,
        mode: str = "incremental",
        since: datetime | None = None,
        **selection: Any,
    ) -> SyncOutcome:
        request = SyncRequest(mode, Selection(**selection), since)
        subject = self.subject(catalog)
        return sync_records(self.lake, subject, request, run_id="run", now=self.later())

    def preview(self, catalog: Catalog, mode: str = "incremental", **selection: Any) -> SyncPlan:
        request = SyncRequest(mode, Selection(**selection))
        return preview_sync(self.lake, self.subject(catalog), request, now=self.now)

    def verify(self, catalog: Catalog) -> list[tuple[str, str, str]]:
        found = verify_records(self.subject(catalog), self.rows)
        return [(row["source_id"], row["kind"], row["change"]) for row in found.to_pylist()]

    def carry_out(self, planner: Planner) -> SyncOutcome:
        note = ChangeNote("edit", "v1", "run", self.later())
        return commit_change(self.lake, self.source, planner, note)

    def rollback(self, snapshot_id: str | None, *, from_: Catalog | None = None) -> SyncOutcome:
        """Take the records back; what the catalog held then is what it must not follow again."""
        return rollback_records(
            self.lake,
            self.source,
            find_snapshot(self.lake, snapshot_id or ""),
            catalog_version=data_version(from_) if from_ else "none",
            run_id="run",
            now=self.later(),
        )

    def store(self, rows: list[dict[str, Any]]) -> None:
        """Put rows in place by hand, as another tool would."""
        table = pa.Table.from_pylist(rows, schema=RECORDS.schema)
        self.lake.partition(RECORDS, self.source).replace(table)

    def later(self) -> datetime:
        self.now += timedelta(hours=1)
        return self.now

    def records(self, source_id: str | None = None, **facts: Any) -> list[dict[str, Any]]:
        wanted = facts | ({"source_id": source_id} if source_id else {})
        return [
            row
            for row in self.rows.to_pylist()
            if all(row[name] == value for name, value in wanted.items())
        ]

    def record(self, source_id: str, kind: str = "ddl", chunk: int = 1) -> dict[str, Any]:
        (record,) = self.records(source_id, kind=kind, chunk=chunk)
        return record

    @property
    def rows(self) -> pa.Table:
        return self.lake.read(RECORDS, self.source)

    @property
    def snapshots(self) -> list[dict[str, Any]]:
        return self.lake.read(SNAPSHOTS, self.source).to_pylist()

    @property
    def versions(self) -> tuple[int | None, int | None]:
        return self.lake.version(RECORDS), self.lake.version(SNAPSHOTS)


def derived(catalog: Catalog, source: str = "demo.shop", dialect: str = "postgres") -> pa.Table:
    """What is taught of a catalog about which nobody declared anything."""
    return derive_records(Subject(source, catalog, dialect, "v1"))


@pytest.fixture
def training(lake: Lake) -> Training:
    return Training(lake)


@pytest.fixture
def told() -> Callable[..., str]:
    """The content of one derived record."""

    def content(catalog: Catalog, source_id: str, kind: str = "ddl", chunk: int = 1) -> str:
        rows = derived(catalog).to_pylist()
        (row,) = (
            row
            for row in rows
            if (row["source_id"], row["kind"], row["chunk"]) == (source_id, kind, chunk)
        )
        return str(row["content"])

    return content
