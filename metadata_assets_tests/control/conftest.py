from __future__ import annotations

import textwrap
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from metadata_assets.control.ingest import IngestOutcome
from metadata_assets.control.model import ETL_CONTROL, ControlRow
from metadata_assets.control.table import ControlTable
from metadata_assets.lake import Lake

NOON = datetime(2026, 1, 2, 12, tzinfo=timezone.utc)


@dataclass
class Desk:
    """A drops folder and a control table, and a hand for each."""

    drops: Path
    control: ControlTable
    hour: int = 0

    def write(self, file: str, text: str) -> Path:
        path = self.drops / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    def declare(self, file: str, *sources: str, module: str = "shop") -> Path:
        """A drop of notebook sources, each `id` or `id: order` or `id: order off`."""
        lines = [f"modules:\n- module_name: {module}\n  sources:"]
        for source in sources:
            name, _, values = source.partition(": ")
            order, *off = values.split() or ["1"]
            lines.append(
                f"  - {{source_id: {name}, execution_order: {order}, "
                f"is_active: {'no' if off else 'yes'}, "
                "transformation_config: {task_type: notebook}}"
            )
        return self.write(file, "\n".join(lines) if sources else "modules: []")

    def ingest(self) -> IngestOutcome:
        """Ingest, one hour after the last time."""
        self.hour += 1
        return self.control.ingest(
            self.drops, now=NOON + timedelta(hours=self.hour), user=f"user{self.hour}"
        )

    def row(self, key: str) -> ControlRow:
        (row,) = [row for row in self.control.rows() if row.key == key]
        return row

    def edit(self, key: str, **columns: str) -> None:
        """An UPDATE by another engine: SQL expressions by column."""
        module, source = key.split(".")
        self.delta().update(
            predicate=f"module_name = '{module}' AND source_id = '{source}'", updates=columns
        )

    def insert(self, **columns: object) -> None:
        """An INSERT by another engine; columns not named are null."""
        schema = pa.schema([ETL_CONTROL.schema.field(name) for name in columns])
        rows = pa.Table.from_pylist([columns], schema=schema)
        write_deltalake(self.location, rows, mode="append", schema_mode="merge")

    def delta(self) -> DeltaTable:
        return DeltaTable(self.location)

    @property
    def location(self) -> str:
        return f"{self.control.lake.uri}/{ETL_CONTROL.name}"


@pytest.fixture
def desk(tmp_path: Path, lake: Lake) -> Desk:
    drops = tmp_path / "drops"
    drops.mkdir()
    return Desk(drops, ControlTable(lake))
