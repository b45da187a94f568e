"""Golden queries, judged: which are valid, why others are not, and what each of them uses.

They are those that people declare and the question/SQL pairs among the training records. Offline;
what the real engine says of them is added by `with_engine_errors`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa

from metadata_assets.catalog.engine import query
from metadata_assets.collecting import rare_collections
from metadata_assets.errors import PermanentError
from metadata_assets.lake import LakeTable
from metadata_assets.quality.problems import Problem
from metadata_assets.quality.subject import QualitySubject
from metadata_assets.schema.query import InvalidQuery, Queries
from metadata_assets.schema.statements import only_reads, parameters

_text: pa.DataType = pa.string()
_texts: pa.DataType = pa.list_(_text)

GOLDEN_VERDICTS = LakeTable(
    "quality/golden_queries",
    pa.schema(
        {
            "query_id": _text,
            "question": _text,
            "sql": _text,
            "origin": _text,
            "is_valid": pa.bool_(),
            "reasons": _texts,  # why it is not
            "suggestions": _texts,  # the nearest names
            "result_columns": _texts,  # `name type`
            "tables": _texts,
            "columns": _texts,  # `table.column`
        }
    ),
    key=("query_id",),
)
"""One row a golden query."""

_GATHERED = """
SELECT query_id, question, sql, coalesce(origin, 'unknown') AS origin FROM golden_queries
UNION ALL
SELECT record_id, question, content, 'training/records'
FROM records
WHERE kind = 'sql' AND source_type <> 'catalog' AND sync_status <> 'deleted'
  -- What was derived from a golden query is that query.
  AND NOT starts_with(source_id, 'golden_queries/')
ORDER BY query_id
"""


@dataclass(frozen=True, slots=True)
class GoldenQuery:
    """A question with the SQL that answers it."""

    query_id: str
    question: str
    sql: str
    origin: str


@dataclass(frozen=True, slots=True)
class GoldenVerdict:
    """What is to be said of a golden query.

    Attributes:
        golden: The query.
        reasons: Why it is not valid; none where it is.
        suggestions: The names that come nearest to those that are unknown.
        result_columns: The columns of its result, each with its type.
        uses: The columns it uses, by the FQDN of their table.
    """

    golden: GoldenQuery
    reasons: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    result_columns: tuple[str, ...] = ()
    uses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_valid(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.reasons

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it uses, as `table.column`."""
        return tuple(f"{table}.{name}" for table, names in self.uses.items() for name in names)


def gathered(golden_queries: pa.Table, records: pa.Table) -> list[GoldenQuery]:
    """All golden queries of a source.

    Args:
        golden_queries: Those declared, columns of `GOLDEN_QUERIES`.
        records: Its training records, columns of `RECORDS`.
    """
    rows = query(_GATHERED, golden_queries=golden_queries, records=records).to_pylist()
    return [GoldenQuery(**row) for row in rows]


def judged(golden: Sequence[GoldenQuery], queries: Queries) -> list[GoldenVerdict]:
    """Judge golden queries on a schema, offline."""
    with rare_collections():
        return [_verdict(one, queries) for one in golden]


def judged_queries(subject: QualitySubject) -> list[GoldenVerdict]:
    """Judge all golden queries of a source."""
    return judged(gathered(subject.golden_queries, subject.records), subject.queries)


def with_engine_errors(
    verdicts: Sequence[GoldenVerdict], errors: Mapping[str, str]
) -> list[GoldenVerdict]:
    """Verdicts with what the real engine said.

    Args:
        verdicts: The verdicts.
        errors: What it said, by the id of a query it refused.
    """
    told = []
    for one in verdicts:
        error = errors.get(one.golden.query_id)
        if error is None or any(error in reason for reason in one.reasons):
            told.append(one)
        else:
            told.append(replace(one, reasons=(*one.reasons, f"the engine says: {error}")))
    return told


def verdict_rows(verdicts: Sequence[GoldenVerdict]) -> pa.Table:
    """Verdicts as rows of `GOLDEN_VERDICTS`."""
    rows = [
        {
            "query_id": one.golden.query_id,
            "question": one.golden.question,
            "sql": one.golden.sql,
            "origin": one.golden.origin,
            "is_valid": one.is_valid,
            "reasons": list(one.reasons),
            "suggestions": list(one.suggestions),
            "result_columns": list(one.result_columns),
            "tables": list(one.uses),
            "columns": list(one.columns),
        }
        for one in verdicts
    ]
    return pa.Table.from_pylist(rows, schema=GOLDEN_VERDICTS.schema)


def golden_problems(verdicts: Sequence[GoldenVerdict]) -> Iterator[Problem]:
    """What is wrong with golden queries, each alone and together."""
    asked: dict[str, list[GoldenVerdict]] = defaultdict(list)
    for one in verdicts:
        asked[" ".join(one.golden.question.lower().split())].append(one)
        if not one.is_valid:
            near = f"Did you mean {', '.join(one.suggestions)}? " if one.suggestions else ""
            yield Problem(
                f"golden query {one.golden.query_id}",
                "golden_query_invalid",
                "error",
                "; ".join(one.reasons),
                f"{near}Mend its SQL, or remove it ({one.golden.origin}).",
            )
    for same in asked.values():
        if len(same) > 1:
            yield _repeated(same)


def _repeated(same: Sequence[GoldenVerdict]) -> Problem:
    first, *others = (one.golden for one in same)
    names = ", ".join(one.query_id for one in others)
    is_one_answer = len({" ".join(one.golden.sql.split()).rstrip("; ") for one in same}) == 1
    if is_one_answer:
        return Problem(
            f"golden query {first.query_id}",
            "golden_query_duplicate",
            "warning",
            f"it says what {names} says",
            "Keep one of them.",
        )
    return Problem(
        f"golden query {first.query_id}",
        "golden_query_conflict",
        "warning",
        f"its question is that of {names}, with other SQL",
        "Keep the better answer, or ask more exactly.",
    )


def _verdict(golden: GoldenQuery, queries: Queries) -> GoldenVerdict:
    named = parameters(golden.sql, queries.dialect)
    if named:
        return GoldenVerdict(
            golden, (f"it has the parameter {named[0]}, and nobody to fill it in",)
        )
    try:
        results, uses = queries.understand(golden.sql)
    except InvalidQuery as error:
        near = dict.fromkeys(name for problem in error.problems for name in problem.suggestions)
        return GoldenVerdict(golden, tuple(map(str, error.problems)), tuple(near))
    except PermanentError:
        # Valid by the judge, though what it uses cannot be told.
        return GoldenVerdict(golden)
    if not only_reads(golden.sql, queries.dialect):
        return GoldenVerdict(golden, ("it does not only read: a golden query is a SELECT",))
    returned = tuple(f"{column.name} {column.type or 'unknown'}" for column in results)
    return GoldenVerdict(golden, result_columns=returned, uses=uses)
