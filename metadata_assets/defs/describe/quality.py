"""How the verdicts on what people say of a source show in the Dagster UI."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc

from metadata_assets.defs.describe.markdown import KEPT, markdown_table
from metadata_assets.quality.coverage import Coverage
from metadata_assets.quality.golden import GoldenVerdict
from metadata_assets.quality.picture import coverage_svg, data_uri
from metadata_assets.settings import Settings


def describe_problems(
    problems: pa.Table, data_version: dg.DataVersion
) -> dg.MaterializeResult[None]:
    """The result of `metadata_problems`, with its check."""
    counts = Counter(map(str, problems["severity"].to_pylist()))
    errors = problems.filter(pc.field("severity") == "error")
    return dg.MaterializeResult(
        data_version=data_version,
        metadata={
            "dagster/partition_row_count": problems.num_rows,
            **{f"{severity}s": counts[severity] for severity in ("error", "warning")},
            "summary": dg.MetadataValue.md(_problem_table(problems)),
        },
        check_results=[
            dg.AssetCheckResult(
                check_name="metadata_quality",
                passed=errors.num_rows == 0,
                severity=dg.AssetCheckSeverity.WARN,
                description=f"{counts['error']} errors, {counts['warning']} warnings",
                metadata={"errors": dg.MetadataValue.md(_problem_table(errors))},
            )
        ],
    )


def describe_golden_queries(
    verdicts: Sequence[GoldenVerdict],
    coverage: Coverage,
    settings: Settings,
    data_version: dg.DataVersion,
) -> dg.MaterializeResult[None]:
    """The result of `golden_queries`, with a picture of the coverage, and its checks.

    Args:
        verdicts: What was found of each query.
        coverage: What of the source they use.
        settings: How much of it is enough.
        data_version: Of what was judged.
    """
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
            "uncovered_tables": dg.MetadataValue.json(document["uncovered_tables"][:KEPT]),
            "uncovered_columns": dg.MetadataValue.json(document["uncovered_columns"][:KEPT]),
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
        check_results=[
            _validity(len(verdicts), invalid),
            _sufficiency(verdicts, coverage, settings),
        ],
    )


def _validity(judged: int, invalid: Sequence[GoldenVerdict]) -> dg.AssetCheckResult:
    reasons = [(one.golden.query_id, "; ".join(one.reasons)) for one in invalid]
    return dg.AssetCheckResult(
        check_name="golden_queries_valid",
        passed=not invalid,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{len(invalid)} of {judged} are not valid",
        metadata={"invalid": dg.MetadataValue.md(markdown_table(["query", "reason"], reasons))},
    )


def _sufficiency(
    verdicts: Sequence[GoldenVerdict], coverage: Coverage, settings: Settings
) -> dg.AssetCheckResult:
    tables, columns = coverage.tables.percentage, coverage.columns.percentage
    is_enough = (
        tables >= 100 * settings.quality_min_tables
        and columns >= 100 * settings.quality_min_columns
    )
    return dg.AssetCheckResult(
        check_name="golden_coverage",
        passed=is_enough or not verdicts,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{tables:g} % of tables and {columns:g} % of columns are covered"
        if verdicts
        else "There are no golden queries.",
        metadata={"tables_percentage": tables, "columns_percentage": columns},
    )


def describe_glossary(
    terms: int, problems: pa.Table, data_version: dg.DataVersion
) -> dg.MaterializeResult[None]:
    """The result of `glossary`, with its check."""
    return dg.MaterializeResult(
        data_version=data_version,
        metadata={
            "dagster/partition_row_count": terms,
            "problems": problems.num_rows,
            "summary": dg.MetadataValue.md(_problem_table(problems)),
        },
        check_results=[
            dg.AssetCheckResult(
                check_name="glossary_consistent",
                passed=problems.num_rows == 0,
                severity=dg.AssetCheckSeverity.WARN,
                description=f"{problems.num_rows} problems" if problems.num_rows else "Consistent.",
                metadata={"problems": dg.MetadataValue.md(_problem_table(problems))},
            )
        ],
    )


def _problem_table(problems: pa.Table) -> str:
    """Problems as a GitHub table, without their remedies."""
    rows = problems.select(["object", "rule", "severity", "message"]).to_pylist()
    return markdown_table(list(rows[0]), [tuple(row.values()) for row in rows]) if rows else "none"
