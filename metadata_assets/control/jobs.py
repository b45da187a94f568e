"""The id of each module's job, given once and kept for ever."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import pyarrow as pa

from metadata_assets.control.model import ETL_CONTROL_JOBS
from metadata_assets.lake import Lake


def job_name(module: str) -> str:
    """The name of a module's job."""
    return f"Metadata_Driven_ETL_{module}"


def job_ids(lake: Lake) -> dict[str, int]:
    """The job id of every module that has one."""
    stored = lake.read(ETL_CONTROL_JOBS).to_pylist()
    return {row["module_name"]: row["job_id"] for row in stored}


def assign_jobs(lake: Lake, modules: Iterable[str], *, now: datetime) -> dict[str, int]:
    """Give a job to each module that has none, in one commit, or none where all have.

    Args:
        lake: Where the jobs are kept.
        modules: Names of modules.
        now: When they are given.

    Returns:
        The ids given now, by module.

    Raises:
        ConcurrentWrite: Another process gave jobs at the same time.
    """
    jobs = lake.table(ETL_CONTROL_JOBS)
    stored = jobs.read()
    known = {row["module_name"]: row["job_id"] for row in stored.to_pylist()}
    first = max(known.values(), default=0) + 1
    new = {name: first + n for n, name in enumerate(sorted(set(modules) - set(known)))}
    if new:
        rows = [
            {
                "module_name": module,
                "job_id": job_id,
                "job_name": job_name(module),
                "created_timestamp": now,
                "updated_timestamp": now,
            }
            for module, job_id in new.items()
        ]
        added = pa.Table.from_pylist(rows, schema=ETL_CONTROL_JOBS.schema)
        metadata = {"origin": "control", "modules": ",".join(new)}
        jobs.replace(pa.concat_tables([stored, added]), metadata=metadata)
    return new
