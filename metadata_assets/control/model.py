"""The control tables: their columns, and one row of `control/etl_control` as the code sees it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

import pyarrow as pa

from metadata_assets.lake import LakeTable

_text = pa.string()
_moment = pa.timestamp("us", "UTC")


def _schema(**columns: pa.DataType) -> pa.Schema:
    return pa.schema(list(columns.items()))


# Every column may be null: other engines write here too, and a null they left must stay readable.
ETL_CONTROL = LakeTable(
    "control/etl_control",
    _schema(
        source_id=_text,
        module_name=_text,
        source_type=_text,
        execution_order=pa.int32(),
        source_config=_text,
        target_config=_text,
        transformation_config=_text,
        is_active=pa.bool_(),
        created_timestamp=_moment,
        updated_timestamp=_moment,
        created_by=_text,
        updated_by=_text,
        origin=_text,
        base_hash=_text,
    ),
    ("module_name", "source_id"),
    partition=None,
)
"""One row a source. `origin` is `yaml:<file>`, `sql` or `api`; `base_hash` is the content hash of
the YAML row last ingested, prefixed once that row was taken out of its file (see `merge`)."""

ETL_CONTROL_JOBS = LakeTable(
    "control/etl_control_jobs",
    _schema(
        module_name=_text,
        job_id=pa.int64(),
        job_name=_text,
        created_timestamp=_moment,
        updated_timestamp=_moment,
    ),
    ("module_name",),
    partition=None,
)
"""One row a module: the id of its job, which never changes."""

CONFIG_COLUMNS = ("source_config", "target_config", "transformation_config")
"""The columns that hold a JSON object as text."""

IDENTIFIER = re.compile(r"[A-Za-z0-9_-]+")
"""What `module_name` and `source_id` are made of; no dot, so `module.source_id` is unambiguous."""

CATALOG_SYNC = "catalog_sync"
"""The task type of a source whose catalog is read: the default."""

YAML_ORIGIN = "yaml:"
"""How the origin of a row that a YAML drop declares begins; the file's path follows."""

SQL_ORIGIN = "sql"
"""The origin of a row that an INSERT or MERGE made."""

DEFAULT_SOURCE_TYPE = "unknown"
DEFAULT_EXECUTION_ORDER = 1


@dataclass(frozen=True, slots=True)
class SourceValues:
    """What is declared of a source: the part of a row that people edit.

    Attributes:
        source_type: The engine, or for other tasks than a catalog sync whatever they need.
        execution_order: Equal orders run side by side, each after all lower ones.
        source_config: How to reach the source; holds `${ENV}` references, never a secret.
        target_config: Where a task writes.
        transformation_config: What a task does; its `task_type` is `catalog_sync` by default.
        is_active: Whether the source takes part.
    """

    source_type: str = DEFAULT_SOURCE_TYPE
    execution_order: int = DEFAULT_EXECUTION_ORDER
    source_config: Mapping[str, Any] = field(default_factory=dict)
    target_config: Mapping[str, Any] = field(default_factory=dict)
    transformation_config: Mapping[str, Any] = field(default_factory=dict)
    is_active: bool = True

    @property
    def content_hash(self) -> str:
        """A hash of all values, the same however their JSON was written."""
        values = [getattr(self, column.name) for column in fields(SourceValues)]
        # Text from another engine's JSON may hold lone surrogates, which have no UTF-8.
        return hashlib.sha256(canonical(values).encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def task_type(self) -> str:
        """What kind of task the source is."""
        return task_type_of(self.transformation_config)

    @property
    def is_catalog_source(self) -> bool:
        """Whether its catalog is read (rather than a query or a notebook run)."""
        return self.task_type == CATALOG_SYNC


@dataclass(frozen=True, slots=True)
class ControlRow(SourceValues):
    """One sound row of the control table, nulls replaced by what they stand for.

    Attributes:
        module_name: The module, a group of sources that run together.
        source_id: The source's name within its module.
        created_timestamp: When it was first written; unknown where another engine left it out.
        updated_timestamp: When its values last changed.
        created_by: Who wrote it first.
        updated_by: Who changed its values last.
        origin: `yaml:<file>`, `sql` or `api`; unknown where another engine left it out.
        base_hash: See `ETL_CONTROL`.
    """

    module_name: str = field(kw_only=True)
    source_id: str = field(kw_only=True)
    created_timestamp: datetime | None = None
    updated_timestamp: datetime | None = None
    created_by: str | None = None
    updated_by: str | None = None
    origin: str | None = None
    base_hash: str | None = None

    @property
    def key(self) -> str:
        """The source's key everywhere else: `module.source_id`."""
        return f"{self.module_name}.{self.source_id}"

    @property
    def drop(self) -> str | None:
        """The YAML file that owns this row, if one does."""
        if self.origin is None or not self.origin.startswith(YAML_ORIGIN):
            return None
        return self.origin.removeprefix(YAML_ORIGIN)

    def columns(self) -> dict[str, Any]:
        """The row as the control table stores it, JSON canonical."""
        row = {name: getattr(self, name) for name in ETL_CONTROL.schema.names}
        return row | {name: canonical(row[name]) for name in CONFIG_COLUMNS}


def task_type_of(transformation_config: Mapping[str, Any]) -> str:
    """The task type a `transformation_config` asks for; a bare `notebook_path` means notebook."""
    implied = "notebook" if "notebook_path" in transformation_config else CATALOG_SYNC
    return str(transformation_config.get("task_type") or implied)


def canonical(value: object) -> str:
    """JSON with sorted keys and no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
