"""Everything that is wrong with what is known of a source."""

from __future__ import annotations

import pyarrow as pa

from metadata_assets.catalog.engine import query
from metadata_assets.quality.glossary import glossary_problems
from metadata_assets.quality.golden import golden_problems, judged_queries
from metadata_assets.quality.problems import PROBLEMS, problem_rows
from metadata_assets.quality.rules import metadata_problems
from metadata_assets.quality.subject import QualitySubject

_GRAVEST_FIRST = """
FROM problems
ORDER BY list_position(['error', 'warning', 'info'], severity), rule, object, message
"""


def quality_problems(subject: QualitySubject) -> pa.Table:
    """Every problem of a source's descriptions, annotations, golden queries and glossary.

    Returns:
        Rows of `PROBLEMS`, the gravest first.
    """
    declared = [*golden_problems(judged_queries(subject)), *glossary_problems(subject)]
    found = pa.concat_tables([metadata_problems(subject), problem_rows(declared)])
    return query(_GRAVEST_FIRST, problems=found).cast(PROBLEMS.schema)
