"""How the verdicts on what people say of a source show in the Dagster UI."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import dagster as dg
import pyarrow as pa

from metadata_assets.defs.describe.markdown import KEPT, markdown_table
from metadata_assets.quality.coverage import Coverage
from metadata_assets.quality.golden import GoldenVerdict
from metadata_assets.quality.picture import coverage_svg, data_uri


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
