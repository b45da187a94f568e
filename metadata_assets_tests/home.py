"""A home of a test: its folder, its sources, and what a sync left in it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from deltalake import DeltaTable

from metadata_assets.defs.execution import RunOutcome, SyncOptions, run_source
from metadata_assets.defs.instance import home_instance
from metadata_assets.defs.sync import sync_sources
from metadata_assets.lake import Lake
from metadata_assets.outcomes import SyncReport
from metadata_assets.settings import Settings


@dataclass(frozen=True)
class Home:
    """The folder METADATA_ASSETS_HOME names, for this process and for commands run from it."""

    path: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        return Settings(home=self.path)

    @property
    def lake(self) -> Lake:
        return Lake(self.settings.lake_uri)

    def drop(self, name: str, *sources: Mapping[str, Any], module: str = "m") -> Path:
        """Write a YAML drop that declares sources."""
        path = self.settings.drops_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        document = {"modules": [{"module_name": module, "sources": list(sources)}]}
        path.write_text(yaml.safe_dump(document), encoding="utf-8")
        return path

    def sqlite(self, name: str, *statements: str) -> dict[str, Any]:
        """Run statements in a SQLite database of the home; returns the source that declares it."""
        self.path.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self.path / f"{name}.sqlite")) as connection, connection:
            for statement in statements:
                connection.execute(statement)
        config = {"path": f"{name}.sqlite"}
        return {"source_id": name, "source_type": "sqlite", "source_config": config}

    def run(
        self, *command: str, timeout: float = 300, cwd: Path | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command of the environment's `bin` folder in this home."""
        return subprocess.run(
            [str(Path(sys.executable).parent / command[0]), *command[1:]],
            cwd=cwd or self.path,
            env=self.command_environment(**environment),
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def command_environment(self, **environment: str) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if k != "DAGSTER_HOME"}
        home = {"METADATA_ASSETS_HOME": str(self.path), "COLUMNS": "200"}
        return {**inherited, **home, **self.environment, **environment}

    def lake_versions(self) -> dict[str, int]:
        """The version of every Delta table of the lake."""
        root = Path(self.settings.lake_uri)
        return {
            str(log.parent.relative_to(root)): DeltaTable(log.parent).version()
            for log in root.rglob("_delta_log")
        }

    def sync(self, *sources: str, **options: Any) -> SyncReport:
        """Sync as the command does, with the runs in this process: no worker needs to start."""
        with home_instance(self.settings) as instance:

            def run(keys: Sequence[str], chosen: SyncOptions) -> Iterator[RunOutcome]:
                return (run_source(instance, key, chosen) for key in keys)

            return sync_sources(self.settings, instance, sources, SyncOptions(**options), run)
