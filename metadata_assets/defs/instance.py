"""The Dagster instance of a home: runs and events in `<home>/dagster`, whatever the way in.

Named by dagster.yaml, so that `dagster dev`, `dagster asset materialize` and this project's own
command share one persistent instance, with DAGSTER_HOME set or not.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.instance import InstanceRef
from dagster._core.instance.config import DAGSTER_CONFIG_YAML_FILENAME
from dagster._core.storage.local_compute_log_manager import LocalComputeLogManager
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData
from filelock import FileLock

from metadata_assets.defs.storage import KeptStorage
from metadata_assets.settings import Settings

_LOCK_SECONDS = 60

_CONFIG = "telemetry: {enabled: false}\nnux: {enabled: false}\n"


class HomeStorage(KeptStorage):
    """SQLite storage in the home folder."""

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """No fields: the place follows from METADATA_ASSETS_HOME."""
        return {}

    @classmethod
    def from_config_value(
        cls,
        inst_data: ConfigurableClassData | None,
        config_value: Mapping[str, Any],  # noqa: ARG003
    ) -> HomeStorage:
        """Open, and create where missing, the storage of this process's home."""
        folder = Settings().dagster_path
        with _created_by_one(folder):
            return cls.from_local(str(folder), inst_data=inst_data)


class HomeComputeLogs(LocalComputeLogManager):
    """Captured output of runs, in the home folder."""

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """No fields: the place follows from METADATA_ASSETS_HOME."""
        return {}

    @classmethod
    def from_config_value(
        cls,
        inst_data: ConfigurableClassData | None,
        config_value: Mapping[str, Any],  # noqa: ARG003
    ) -> HomeComputeLogs:
        """Keep the logs of this process's home."""
        return cls(base_dir=str(Settings().dagster_path / "compute_logs"), inst_data=inst_data)


@contextmanager
def home_instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    """The instance the `dagster` commands would use from here.

    That of DAGSTER_HOME where it is set; else that of dagster.yaml in the working directory; else
    that of `<home>/dagster`, which then gets a dagster.yaml and serves as DAGSTER_HOME.
    """
    if os.environ.get("DAGSTER_HOME"):
        with dg.DagsterInstance.get() as instance:
            yield instance
        return
    base = settings.dagster_path
    here = Path.cwd()
    if (here / DAGSTER_CONFIG_YAML_FILENAME).exists():
        opened = dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(base), config_dir=str(here)))
    else:
        with _created_by_one(base):
            config = base / DAGSTER_CONFIG_YAML_FILENAME
            if not config.exists():
                config.write_text(_CONFIG, encoding="utf-8")
            ref = InstanceRef.from_dir(str(base))
            opened = dg.DagsterInstance.from_ref(ref._replace(storage_data=_kept(ref.storage_data)))
    with opened as instance:
        yield instance


def _kept(storage: ConfigurableClassData | None) -> ConfigurableClassData | None:
    """Our own storage instead of Dagster's, of the same files; any other as it is."""
    if storage is None or storage.class_name != DagsterSqliteStorage.__name__:
        return storage
    return ConfigurableClassData(KeptStorage.__module__, KeptStorage.__name__, storage.config_yaml)


@contextmanager
def _created_by_one(folder: Path) -> Iterator[None]:
    """Let one process at a time open the storage in a folder.

    Two that create Dagster's SQLite files at once leave them with two schema versions each, and
    every later opening fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "opening.lock", timeout=_LOCK_SECONDS):
        yield
