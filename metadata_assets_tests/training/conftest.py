from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import pyarrow as pa
import pytest

from metadata_assets.catalog.model import Catalog
from metadata_assets.lake import Lake
from metadata_assets.training.commit import Planner, SyncOutcome, commit_change
from metadata_assets.training.derive import derive_records
from metadata_assets.training.plan import SyncPlan
from metadata_assets.training.records import RECORDS, SNAPSHOTS
from metadata_assets.training.rollback import rollback_records
from metadata_assets.training.selection import Selection
from metadata_assets.training.snapshots import find_snapshot
from metadata_assets.training.sync import preview_sync, sync_records
from metadata_assets.training.verify import verify_records

NOON = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


@dataclass
class Training:
    """The training room of one source in a real lake; each sync happens an hour after the last."""

    lake: Lake
    source: str = "demo.shop"
    now: datetime = NOON

    def sync(self, catalog: Catalog, mode: str = "incremental", **selection: Any) -> SyncOutcome:
        return sync_records(
            self.lake,
            self.source,
            catalog,
            dialect="postgres",
            catalog_version="v1",
            run_id="run",
            now=self.later(),
            mode=mode,
            selection=Selection(**selection),
        )

    def preview(self, catalog: Catalog, mode: str = "incremental", **selection: Any) -> SyncPlan:
        return preview_sync(
            self.lake,
            self.source,
            catalog,
            dialect="postgres",
            now=self.now,
            mode=mode,
            selection=Selection(**selection),
        )

    def verify(self, catalog: Catalog) -> list[tuple[str, str, str]]:
        found = verify_records(self.source, catalog, self.rows, dialect="postgres")
        return [(row["source_id"], row["kind"], row["difference"]) for row in found.to_pylist()]

    def carry_out(self, planner: Planner) -> SyncOutcome:
        return commit_change(
            self.lake,
            self.source,
            planner,
            mode="edit",
            catalog_version="v1",
            run_id="run",
            now=self.later(),
        )

    def rollback(self, snapshot_id: str | None) -> SyncOutcome:
        point = find_snapshot(self.lake, snapshot_id or "")
        return rollback_records(self.lake, self.source, point, run_id="run", now=self.later())

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


@pytest.fixture
def training(lake: Lake) -> Training:
    return Training(lake)


@pytest.fixture
def told() -> Callable[..., str]:
    """The content of one derived record."""

    def content(catalog: Catalog, source_id: str, kind: str = "ddl", chunk: int = 1) -> str:
        rows = derive_records("demo.shop", catalog, dialect="postgres").to_pylist()
        (row,) = (
            row
            for row in rows
            if (row["source_id"], row["kind"], row["chunk"]) == (source_id, kind, chunk)
        )
        return str(row["content"])

    return content
