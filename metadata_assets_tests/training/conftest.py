from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import pyarrow as pa
import pytest

from metadata_assets.catalog.model import Catalog
from metadata_assets.lake import Lake
from metadata_assets.training.derive import derive_records
from metadata_assets.training.records import RECORDS, SNAPSHOTS
from metadata_assets.training.sync import SyncOutcome, SyncPlan, preview_sync, sync_records

NOON = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


@dataclass
class Training:
    """The training room of one source in a real lake; each sync happens an hour after the last."""

    lake: Lake
    source: str = "demo.shop"
    now: datetime = NOON

    def sync(self, catalog: Catalog, mode: str = "incremental") -> SyncOutcome:
        self.now += timedelta(hours=1)
        return sync_records(self.lake, self.source, catalog, run_id="run", **self._how(mode))

    def preview(self, catalog: Catalog, mode: str = "incremental") -> SyncPlan:
        return preview_sync(self.lake, self.source, catalog, **self._how(mode))

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

    def _how(self, mode: str) -> dict[str, Any]:
        return {
            "dialect": "postgres",
            "catalog_version": "v1",
            "now": self.now,
            "mode": mode,
        }


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
