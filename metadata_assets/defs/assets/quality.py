"""The assets of group `quality`: is what people say of a source right, and enough."""

import json
from collections.abc import Mapping
from hashlib import sha256

import dagster as dg

from metadata_assets.defs.assets.catalog import catalog_extract
from metadata_assets.defs.assets.training import training_records
from metadata_assets.defs.automation import OWNERS, RETRIES, on_new_version
from metadata_assets.defs.describe.quality import (
    describe_glossary,
    describe_golden_queries,
    describe_problems,
)
from metadata_assets.defs.partitions import sources
from metadata_assets.defs.resources import HomeResource
from metadata_assets.defs.stage import Stage, stage
from metadata_assets.ledger.values import SyncRunStatistics
from metadata_assets.quality.check import quality_problems
from metadata_assets.quality.coverage import COVERAGE, coverage_of
from metadata_assets.quality.glossary import glossary_problems
from metadata_assets.quality.golden import GOLDEN_VERDICTS, judged_queries, verdict_rows
from metadata_assets.quality.problems import PROBLEMS, problem_rows
from metadata_assets.quality.subject import GLOSSARY_COLUMNS, INPUTS, QualitySubject, load_subject
from metadata_assets.quality.terms import remembered_columns
from metadata_assets.sources.probe import catalog_version, inputs_of
from metadata_assets.training.glossary import GLOSSARY
from metadata_assets.training.golden import GOLDEN_QUERIES
from metadata_assets.training.records import RECORDS

# Reported by the assets themselves: the verdicts are at hand, a step of its own would cost more.
GOLDEN_QUERIES_VALID = dg.AssetCheckSpec(
    "golden_queries_valid",
    asset="golden_queries",
    partitions_def=sources,
    description="Every golden query is valid on the schema.",
)

GOLDEN_COVERAGE = dg.AssetCheckSpec(
    "golden_coverage",
    asset="golden_queries",
    partitions_def=sources,
    description="The golden queries cover enough: by default 80 % of the tables, 50 % of the "
    "columns.",
)

GLOSSARY_CONSISTENT = dg.AssetCheckSpec(
    "glossary_consistent",
    asset="glossary",
    partitions_def=sources,
    description="The terms of the glossary name what there is, and do not contradict each other.",
)

METADATA_QUALITY = dg.AssetCheckSpec(
    "metadata_quality",
    asset="metadata_problems",
    partitions_def=sources,
    description="Nothing that is said of the source is wrong; what is missing only warns.",
)


@dg.asset(
    partitions_def=sources,
    deps=[catalog_extract, training_records],
    check_specs=[GOLDEN_QUERIES_VALID, GOLDEN_COVERAGE],
    group_name="quality",
    kinds={"deltalake"},
    owners=OWNERS,
    code_version="1",
    automation_condition=on_new_version,
    retry_policy=RETRIES,
)
def golden_queries(context: dg.AssetExecutionContext, home: HomeResource) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """The golden queries of the source: which are valid, and how much of it they cover."""
    with stage(context, home) as current:
        version, inputs = _read(current, home, GOLDEN_QUERIES.name, RECORDS.name)
        subject = _subject(current.source, home)
        verdicts = judged_queries(subject)
        coverage = coverage_of(subject.catalog, verdicts)
        home.lake.partition(COVERAGE, current.source).replace(coverage.rows)
        home.lake.partition(GOLDEN_VERDICTS, current.source).replace(verdict_rows(verdicts))
        current.run.statistics = SyncRunStatistics(records_processed=len(verdicts))
        current.settle(version, inputs)
    return describe_golden_queries(verdicts, coverage, home.settings, _judged(version, inputs))


@dg.asset(
    partitions_def=sources,
    deps=[catalog_extract],
    check_specs=[GLOSSARY_CONSISTENT],
    group_name="quality",
    kinds={"deltalake"},
    owners=OWNERS,
    code_version="1",
    automation_condition=on_new_version,
    retry_policy=RETRIES,
)
def glossary(context: dg.AssetExecutionContext, home: HomeResource) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """The glossary of the source: whether its terms hold, and the types their columns had."""
    with stage(context, home) as current:
        version, inputs = _read(current, home, GLOSSARY.name)
        subject = _subject(current.source, home)
        problems = problem_rows(glossary_problems(subject))
        remembered = remembered_columns(subject)
        home.lake.partition(GLOSSARY_COLUMNS, current.source).replace(remembered)
        current.run.statistics = SyncRunStatistics(records_processed=subject.glossary.num_rows)
        current.settle(version, inputs)
    return describe_glossary(subject.glossary.num_rows, problems, _judged(version, inputs))


@dg.asset(
    partitions_def=sources,
    deps=[golden_queries, glossary],
    check_specs=[METADATA_QUALITY],
    group_name="quality",
    kinds={"deltalake"},
    owners=OWNERS,
    code_version="1",
    automation_condition=on_new_version,
    retry_policy=RETRIES,
)
def metadata_problems(
    context: dg.AssetExecutionContext, home: HomeResource
) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Everything that is wrong with what is known of the source, each with how to mend it."""
    with stage(context, home) as current:
        version, inputs = _read(current, home, *INPUTS)
        problems = quality_problems(_subject(current.source, home))
        home.lake.partition(PROBLEMS, current.source).replace(problems)
        current.run.statistics = SyncRunStatistics(records_processed=problems.num_rows)
        current.settle(version, inputs)
    return describe_problems(problems, _judged(version, inputs))


def _subject(source: str, home: HomeResource) -> QualitySubject:
    return load_subject(home.lake, source, home.dialect(source))


def _read(current: Stage, home: HomeResource, *tables: str) -> tuple[str, dict[str, str]]:
    """The versions of what is about to be read: the catalog's, and of tables of the lake."""
    inputs = inputs_of(current.source, tables, home.lake)
    return catalog_version(current.source, current.ledger), inputs


def _judged(version: str, inputs: Mapping[str, str]) -> dg.DataVersion:
    """Of what was judged: the verdict follows from it."""
    return dg.DataVersion(sha256(json.dumps([version, inputs]).encode()).hexdigest())
