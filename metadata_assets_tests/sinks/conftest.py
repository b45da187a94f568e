from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import pyarrow as pa
import pytest

from metadata_assets.catalog.engine import query
from metadata_assets.lake import Lake
from metadata_assets.sinks.index import Index
from metadata_assets.sinks.push import PushOutcome, push
from metadata_assets.sinks.sink import Lesson, Sink
from metadata_assets.sinks.state import SINK_STATE
from metadata_assets.sinks.vanna import VannaSink
from metadata_assets.training.records import RECORDS, training_sql
from metadata_assets_tests.sinks.stores import RandomIds

NOON = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)

STORES = {
    "chroma": "metadata_assets_tests.sinks.chroma_stores:chroma",
    "random ids": "metadata_assets_tests.sinks.stores:random_ids",
    "agent memory": "metadata_assets_tests.sinks.chroma_stores:agent_memory",
}


@dataclass
class Shelf:
    """Records of one source, a sink, and what of them is in it."""

    lake: Lake
    sink: Sink
    source: str = "demo.shop"
    now: datetime = NOON
    locks: Path = field(default_factory=Path)

    @property
    def index(self) -> Index:
        return Index(self.lake, self.source, self.sink, self.locks)

    def records(self, *told: dict[str, Any]) -> None:
        """Make these the records of the source."""
        rows = pa.Table.from_pylist(
            [{**dict.fromkeys(RECORDS.schema.names), **row} for row in told], schema=RECORDS.schema
        )
        self.lake.partition(RECORDS, self.source).replace(hashed(rows))

    def push(self) -> PushOutcome:
        self.now += timedelta(hours=1)
        return push(self.index, now=self.now)

    def lesson(
        self, content: str, kind: str = "documentation", question: str | None = None
    ) -> Lesson:
        """What someone else might teach the sink."""
        return Lesson("none", kind, question, content, "", "", "main.t")

    @property
    def told(self) -> list[tuple[str, str | None, str]]:
        """What the sink holds: kind, question, content; a text is told as `text`."""
        with self.sink.opened() as session:
            return sorted((one.kind, one.question, one.content) for one in session.entries())

    @property
    def contents(self) -> list[str]:
        return sorted(content for _, _, content in self.told)

    @property
    def state(self) -> list[dict[str, Any]]:
        return self.lake.read(SINK_STATE, self.source).to_pylist()


def record(content: str, kind: str = "documentation", **facts: Any) -> dict[str, Any]:
    named = {"record_id": f"{kind} {content}", "kind": kind, "content": content}
    placed = {"source_id": "main.t", "chunk": 1, "source_type": "catalog"}
    return {**named, **placed, "sync_status": "current", **facts}


def ddl(table: str, **facts: Any) -> dict[str, Any]:
    return record(f"CREATE TABLE {table} (id int)", "ddl", **facts)


def answer(question: str, sql: str, **facts: Any) -> dict[str, Any]:
    return record(sql, "sql", question=question, **facts)


def hashed(rows: pa.Table) -> pa.Table:
    sql = "SELECT * REPLACE (content_hash_of(kind, question, content) AS content_hash, "
    sql += "vanna_id_of(kind, question, content) AS vanna_id) FROM rows"
    return query(training_sql("macros") + sql, rows=rows).cast(RECORDS.schema)


@pytest.fixture(params=STORES)
def shelf(
    request: pytest.FixtureRequest, lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Shelf:
    """A shelf with each of Vanna's kinds of store in turn."""
    monkeypatch.setenv("VANNA_FOLDER", str(tmp_path))
    return Shelf(
        lake, VannaSink(request.param, resolve_name(STORES[request.param])), locks=tmp_path
    )


@pytest.fixture
def random_shelf(lake: Lake, tmp_path: Path) -> Shelf:
    """A shelf with the store that forgives least: each entry has an id of its own."""
    return Shelf(lake, VannaSink("random ids", lambda: RandomIds(tmp_path)), locks=tmp_path)
