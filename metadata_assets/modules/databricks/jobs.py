"""Which job a module has in which workspace: kept for ever, but for a job that was deleted."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa

from metadata_assets.lake import Lake, LakeTable

_text: pa.DataType = pa.string()
_id: pa.DataType = pa.int64()
_moment: pa.DataType = pa.timestamp("us", "UTC")

DATABRICKS_JOBS = LakeTable(
    "control/databricks_jobs",
    pa.schema(
        {
            "module_name": _text,
            "workspace": _text,
            "job_id": _id,
            "job_name": _text,
            "created_timestamp": _moment,
            "updated_timestamp": _moment,
        }
    ),
    ("module_name", "workspace"),
    partition=None,
)
"""One row a module and workspace, which is its host's address."""


def databricks_job_id(lake: Lake, module: str, workspace: str) -> int | None:
    """The id of a module's job in a workspace; None where it has none."""
    for row in lake.read(DATABRICKS_JOBS).to_pylist():
        if (row["module_name"], row["workspace"]) == (module, workspace):
            return int(row["job_id"])
    return None


def store_job(
    lake: Lake, module: str, workspace: str, job_id: int, job_name: str, *, now: datetime
) -> None:
    """Remember a module's job; writes nothing where it is remembered so.

    Raises:
        ConcurrentWrite: Another process stored a job at the same time.
    """
    table = lake.table(DATABRICKS_JOBS)
    rows = {(row["module_name"], row["workspace"]): row for row in table.read().to_pylist()}
    before = rows.get((module, workspace), {"created_timestamp": now})
    after = {
        **before,
        "module_name": module,
        "workspace": workspace,
        "job_id": job_id,
        "job_name": job_name,
    }
    if after == before:
        return
    rows[module, workspace] = {**after, "updated_timestamp": now}
    table.replace(
        pa.Table.from_pylist(list(rows.values()), schema=DATABRICKS_JOBS.schema),
        metadata={"origin": "deploy", "modules": module},
    )
