"""How results show in the Dagster UI: row counts, markdown summaries and links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import dagster as dg
import pyarrow as pa

from metadata_assets.catalog.engine import query
from metadata_assets.control.ingest import IngestOutcome
from metadata_assets.control.model import ControlRow
from metadata_assets.diff import render
from metadata_assets.diff.severity import Grading
from metadata_assets.diff.track import TrackedChanges
from metadata_assets.errors import MetadataAssetsError
from metadata_assets.modules.outcome import ModuleFailed, ModuleRun
from metadata_assets.outcomes import TOLD_OF_A_RECORD
from metadata_assets.quality.coverage import Coverage
from metadata_assets.quality.golden import GoldenVerdict
from metadata_assets.quality.picture import coverage_svg, data_uri
from metadata_assets.schema.build import BuiltSchema
from metadata_assets.sinks.push import PushOutcome
from metadata_assets.sources.extract import Extraction
from metadata_assets.sources.profile import Profile
from metadata_assets.training.look import Findings
from metadata_assets.training.request import SyncRequest
from metadata_assets.training.sync import SyncOutcome

_SHOWN = 50
_KEPT = 1_000
"""Rows kept as JSON in an event: the lake holds them all, the event log should stay small."""

_OBJECTS = """
SELECT t.table_fqdn, t.object_type, count(c.column_name) AS columns, t.row_estimate, t.comment
FROM tables t LEFT JOIN columns c USING (table_fqdn)
GROUP BY ALL ORDER BY t.table_fqdn
"""

_TYPES = """
SELECT native_type, sqlglot_type, count(*) AS columns
FROM columns GROUP BY ALL ORDER BY columns DESC, native_type
"""


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A GitHub table; at most fifty rows, saying how many more there are."""
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    for row in rows[:_SHOWN]:
        cells = ("" if value is None else str(value).replace("|", "\\|") for value in row)
        lines.append("| " + " | ".join(" ".join(cell.split()) for cell in cells) + " |")
    if len(rows) > _SHOWN:
        lines.append(f"\n… and {len(rows) - _SHOWN} more")
    return "\n".join(lines)


def describe_extraction(extraction: Extraction) -> dg.MaterializeResult[None]:
    """The result of `catalog_extract`, with its checks."""
    catalog = extraction.catalog
    objects = query(_OBJECTS, tables=catalog.tables, columns=catalog.columns).to_pylist()
    rows = [tuple(found.values()) for found in objects]
    unreadable = catalog.unreadable.to_pylist()
    return dg.MaterializeResult(
        data_version=dg.DataVersion(extraction.data_version),
        metadata={
            "dagster/partition_row_count": catalog.tables.num_rows,
            "columns": catalog.columns.num_rows,
            "constraints": catalog.constraints.num_rows,
            "indexes": catalog.indexes.num_rows,
            "unreadable": catalog.unreadable.num_rows,
            "unreadable_objects": dg.MetadataValue.json(unreadable[:_KEPT]),
            "dangling_annotations": extraction.dangling.num_rows,
            "was_read": extraction.was_read,
            "written": list(extraction.written),
            "summary": dg.MetadataValue.md(
                markdown_table(["table", "type", "columns", "rows (estimate)", "comment"], rows)
            ),
        },
        check_results=[
            dg.AssetCheckResult(check_name="no_mass_deletion", passed=True),
            dg.AssetCheckResult(
                check_name="unreadable_objects",
                passed=not unreadable,
                severity=dg.AssetCheckSeverity.WARN,
                description=f"{len(unreadable)} objects cannot be read; they stay as last known"
                if unreadable
                else "Everything can be read.",
                metadata={
                    "count": len(unreadable),
                    "objects": dg.MetadataValue.md(
                        markdown_table(
                            ["object", "reason"], [tuple(one.values()) for one in unreadable]
                        )
                    ),
                },
            ),
        ],
    )


def describe_profile(profile: Profile) -> dg.MaterializeResult[None]:
    """The result of `catalog_profile`."""
    return dg.MaterializeResult(
        metadata={
            "dagster/partition_row_count": profile.statistics.num_rows,
            "profiled": len(profile.profiled),
            "postponed": profile.postponed,
            "left_out": dg.MetadataValue.md(
                markdown_table(["table", "reason"], profile.left_out)
                if profile.left_out
                else "none"
            ),
        },
    )


def describe_ingestion(
    outcome: IngestOutcome, stored: Sequence[ControlRow], data_version: str
) -> dg.MaterializeResult[None]:
    """The result of `control_table`."""
    rows = [
        (row.execution_order, row.key, row.source_type, row.is_active, row.origin) for row in stored
    ]
    problems = [str(problem) for problem in (*outcome.plan.errors, *outcome.plan.conflicts)]
    return dg.MaterializeResult(
        data_version=dg.DataVersion(data_version),
        metadata={
            "dagster/row_count": len(stored),
            "version": outcome.version,
            **outcome.plan.counts(),
            "problems": dg.MetadataValue.md("\n".join(f"- {text}" for text in problems) or "none"),
            "summary": dg.MetadataValue.md(
                markdown_table(["order", "source", "type", "active", "origin"], rows)
            ),
        },
    )


def describe_changes(
    tracked: TrackedChanges, grading: Grading, data_version: dg.DataVersion
) -> dg.MaterializeResult[None]:
    """The result of `change_diff`, with its check `breaking_changes`."""
    rows = render.json_rows(tracked.changes, grading)
    breaking = [row for row in rows if row["severity"] == "breaking"]
    return dg.MaterializeResult(
        data_version=data_version,
        metadata={
            "dagster/partition_row_count": len(tracked.changes),
            "change_set_id": tracked.change_set_id or "none: nothing changed",
            "changes": dg.MetadataValue.json(rows[:_KEPT]),
            "summary": dg.MetadataValue.md(render.markdown_table(tracked.changes, grading)),
            "diff": dg.MetadataValue.md(render.diff_block(tracked.changes)),
            "impact": dg.MetadataValue.md(render.impact_table(tracked.impacts, grading)),
        },
        check_results=[
            dg.AssetCheckResult(
                check_name="breaking_changes",
                passed=not breaking,
                severity=dg.AssetCheckSeverity.WARN,
                description=render.summary(tracked.changes, grading),
                metadata={"breaking": dg.MetadataValue.json(breaking[:_KEPT])},
            )
        ],
    )


def describe_training(
    outcome: SyncOutcome, data_version: dg.DataVersion
) -> dg.MaterializeResult[None]:
    """The result of `training_records`."""
    counts = asdict(outcome.counts)
    changed = outcome.changes.select(TOLD_OF_A_RECORD).to_pylist()
    rows = [tuple(change.values()) for change in changed]
    return dg.MaterializeResult(
        data_version=data_version,
        metadata={
            "dagster/partition_row_count": outcome.counts.changed + outcome.counts.unchanged,
            "counts": dg.MetadataValue.json(counts),
            "changed": dg.MetadataValue.json(changed[:_KEPT]),
            "snapshot_id": outcome.snapshot_id or "none: nothing changed",
            "held_by": outcome.held_by,
            "summary": dg.MetadataValue.md(markdown_table(TOLD_OF_A_RECORD, rows)),
        },
    )


def describe_findings(
    source: str, request: SyncRequest, found: Findings, *, run_id: str
) -> dg.AssetObservation:
    """What a dry run or a verification of `training_records` found."""
    changed = found.changes.select(TOLD_OF_A_RECORD).to_pylist()
    rows = [tuple(change.values()) for change in changed]
    return dg.AssetObservation(
        "training_records",
        partition=source,
        description=f"{request.mode}: {len(changed)} records differ; nothing was written",
        metadata={
            "mode": request.mode,
            "run": run_id,
            "counts": dg.MetadataValue.json(dict(found.counts)),
            "changed": dg.MetadataValue.json(changed[:_KEPT]),
            "held_by": found.held_by or "none",
            "summary": dg.MetadataValue.md(markdown_table(TOLD_OF_A_RECORD, rows)),
        },
    )


def describe_failure(error: MetadataAssetsError) -> dict[str, dg.MetadataValue]:
    """What else is to be said of a failure."""
    return describe_tasks(error.run) if isinstance(error, ModuleFailed) else {}


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


def describe_push(outcome: PushOutcome, data_version: dg.DataVersion) -> dg.MaterializeResult[None]:
    """The result of `vanna_index`."""
    return dg.MaterializeResult(
        data_version=data_version,
        metadata={
            "dagster/partition_row_count": outcome.entries,
            "sink": outcome.sink,
            "trained": outcome.trained,
            "found": outcome.found,
            "removed": outcome.removed,
            "unchanged": outcome.unchanged,
        },
    )


def describe_problems(
    problems: pa.Table, data_version: dg.DataVersion
) -> dg.MaterializeResult[None]:
    """The result of `metadata_problems`."""
    counts = Counter(map(str, problems["severity"].to_pylist()))
    return dg.MaterializeResult(
        data_version=data_version,
        metadata={
            "dagster/partition_row_count": problems.num_rows,
            **{f"{severity}s": counts[severity] for severity in ("error", "warning")},
            "summary": dg.MetadataValue.md(problem_table(problems)),
        },
    )


def describe_golden_queries(
    verdicts: Sequence[GoldenVerdict], coverage: Coverage, data_version: dg.DataVersion
) -> dg.MaterializeResult[None]:
    """The result of `golden_queries`, with a picture of the coverage."""
    invalid = [one for one in verdicts if not one.is_valid]
    document = coverage.document()
    picture = f"![coverage]({data_uri(coverage_svg(coverage))})"
    return dg.MaterializeResult(
        data_version=data_version,
        metadata={
            "dagster/partition_row_count": len(verdicts),
            "valid": len(verdicts) - len(invalid),
            "invalid": len(invalid),
            "tables_percentage": coverage.tables.percentage,
            "columns_percentage": coverage.columns.percentage,
            "picture": dg.MetadataValue.md(picture),
            "domains": dg.MetadataValue.md(
                markdown_table(
                    ["domain", "tables", "columns"],
                    [
                        (domain or "(none)", f"{t.covered}/{t.total}", f"{c.covered}/{c.total}")
                        for domain, (t, c) in coverage.domains.items()
                    ],
                )
            ),
            "uncovered_tables": dg.MetadataValue.json(document["uncovered_tables"][:_KEPT]),
            "uncovered_columns": dg.MetadataValue.json(document["uncovered_columns"][:_KEPT]),
            "summary": dg.MetadataValue.md(
                markdown_table(
                    ["query", "question", "why it is not valid"],
                    [
                        (one.golden.query_id, one.golden.question, "; ".join(one.reasons))
                        for one in invalid
                    ],
                )
                if invalid
                else "All golden queries are valid."
            ),
        },
    )


def describe_glossary(
    terms: int, problems: pa.Table, data_version: dg.DataVersion
) -> dg.MaterializeResult[None]:
    """The result of `glossary`."""
    return dg.MaterializeResult(
        data_version=data_version,
        metadata={
            "dagster/partition_row_count": terms,
            "problems": problems.num_rows,
            "summary": dg.MetadataValue.md(problem_table(problems)),
        },
    )


def problem_table(problems: pa.Table) -> str:
    """Problems as a GitHub table, without their remedies."""
    rows = problems.select(["object", "rule", "severity", "message"]).to_pylist()
    return markdown_table(list(rows[0]), [tuple(row.values()) for row in rows]) if rows else "none"


def describe_schema(
    built: BuiltSchema, path: Path, data_version: dg.DataVersion
) -> dg.MaterializeResult[None]:
    """The result of `sqlglot_schema`."""
    types = query(_TYPES, columns=built.columns).to_pylist()
    return dg.MaterializeResult(
        data_version=data_version,
        metadata={
            "dagster/partition_row_count": built.columns.num_rows,
            "tables": built.table_count,
            "dialect": built.dialect,
            "file": dg.MetadataValue.path(path),
            "summary": dg.MetadataValue.md(
                markdown_table(
                    ["native type", "SQLGlot type", "columns"],
                    [tuple(found.values()) for found in types],
                )
            ),
        },
    )
