"""How the run of a module shows in the Dagster UI."""

from __future__ import annotations

import dagster as dg

from metadata_assets.defs.describe.markdown import markdown_table
from metadata_assets.errors import MetadataAssetsError
from metadata_assets.modules.outcome import ModuleFailed, ModuleRun


def describe_module(run: ModuleRun, job_id: int | None) -> dg.MaterializeResult[None]:
    """The result of `module_runs`."""
    job = "none" if job_id is None else str(job_id)
    return dg.MaterializeResult(metadata={"job_id": job, **describe_tasks(run)})


def describe_tasks(run: ModuleRun) -> dict[str, dg.MetadataValue]:
    """What became of each task of a module, whether the run succeeded or failed."""
    header = ["order", "task", "type", "status", "attempts", "seconds", "rows", "message"]
    rows = [
        (
            *(one.execution_order, one.task, one.task_type, one.status, one.attempts),
            *(f"{one.seconds:.1f}", one.result.rows, one.message),
        )
        for one in run.outcomes
    ]
    inactive = [("", name, "", "inactive", "", "", None, "") for name in run.inactive]
    previews = [
        f"**{one.task}**\n\n{markdown_table(one.result.columns, one.result.preview)}"
        for one in run.outcomes
        if one.result.columns
    ]
    return {
        "summary": dg.MetadataValue.md(markdown_table(header, [*rows, *inactive])),
        "previews": dg.MetadataValue.md("\n\n".join(previews) or "none"),
        "run": dg.MetadataValue.json(run.document()),
    }


def describe_failure(error: MetadataAssetsError) -> dict[str, dg.MetadataValue]:
    """What else is to be said of a failure."""
    return describe_tasks(error.run) if isinstance(error, ModuleFailed) else {}
