"""What must hold of what people say of a source."""

import dagster as dg
import pyarrow.compute as pc

from metadata_assets.defs.assets.quality import glossary, golden_queries, metadata_problems
from metadata_assets.defs.describe.markdown import markdown_table
from metadata_assets.defs.describe.quality import problem_table
from metadata_assets.defs.partitions import sources
from metadata_assets.defs.resources import HomeResource
from metadata_assets.quality.coverage import COVERAGE, measured
from metadata_assets.quality.glossary import glossary_problems
from metadata_assets.quality.golden import GOLDEN_VERDICTS
from metadata_assets.quality.problems import PROBLEMS, problem_rows
from metadata_assets.quality.subject import load_subject


@dg.asset_check(asset=metadata_problems, partitions_def=sources)
def metadata_quality(
    context: dg.AssetCheckExecutionContext, home: HomeResource
) -> dg.AssetCheckResult:
    """Nothing that is said of the source is wrong; what is missing only warns."""
    problems = home.lake.read(PROBLEMS, context.partition_key)
    errors = problems.filter(pc.field("severity") == "error")
    return dg.AssetCheckResult(
        passed=errors.num_rows == 0,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{errors.num_rows} errors, {problems.num_rows - errors.num_rows} warnings",
        metadata={"errors": dg.MetadataValue.md(problem_table(errors))},
    )


@dg.asset_check(asset=golden_queries, partitions_def=sources)
def golden_queries_valid(
    context: dg.AssetCheckExecutionContext, home: HomeResource
) -> dg.AssetCheckResult:
    """Every golden query is valid on the schema."""
    verdicts = home.lake.read(GOLDEN_VERDICTS, context.partition_key)
    invalid = verdicts.filter(~pc.field("is_valid")).to_pylist()
    return dg.AssetCheckResult(
        passed=not invalid,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{len(invalid)} of {verdicts.num_rows} are not valid",
        metadata={
            "invalid": dg.MetadataValue.md(
                markdown_table(
                    ["query", "reason"],
                    [(one["query_id"], "; ".join(one["reasons"])) for one in invalid],
                )
            )
        },
    )


@dg.asset_check(asset=golden_queries, partitions_def=sources)
def golden_coverage(
    context: dg.AssetCheckExecutionContext, home: HomeResource
) -> dg.AssetCheckResult:
    """The golden queries cover enough: by default 80 % of the tables, 50 % of the columns."""
    source, settings = context.partition_key, home.settings
    coverage = measured(home.lake.read(COVERAGE, source))
    is_asked = home.lake.read(GOLDEN_VERDICTS, source).num_rows > 0
    is_enough = (
        coverage.tables.percentage >= 100 * settings.quality_min_tables
        and coverage.columns.percentage >= 100 * settings.quality_min_columns
    )
    return dg.AssetCheckResult(
        passed=is_enough or not is_asked,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{coverage.tables.percentage:g} % of tables and "
        f"{coverage.columns.percentage:g} % of columns are covered"
        if is_asked
        else "There are no golden queries.",
        metadata={
            "tables_percentage": coverage.tables.percentage,
            "columns_percentage": coverage.columns.percentage,
        },
    )


@dg.asset_check(asset=glossary, partitions_def=sources)
def glossary_consistent(
    context: dg.AssetCheckExecutionContext, home: HomeResource
) -> dg.AssetCheckResult:
    """The terms of the glossary name what there is, and do not contradict each other."""
    source = context.partition_key
    subject = load_subject(home.lake, source, home.dialect(source))
    problems = problem_rows(glossary_problems(subject))
    return dg.AssetCheckResult(
        passed=problems.num_rows == 0,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{problems.num_rows} problems" if problems.num_rows else "Consistent.",
        metadata={"problems": dg.MetadataValue.md(problem_table(problems))},
    )
