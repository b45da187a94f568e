"""How good are queries that somebody predicted: valid, on the right tables and columns, right.

No language model is asked: a query is judged by the schema, by what a golden query of the same
question uses, and, where an engine is at hand, by its result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from metadata_assets.collecting import rare_collections
from metadata_assets.errors import PermanentError
from metadata_assets.quality.results import Rows, difference
from metadata_assets.schema.query import InvalidQuery, Queries
from metadata_assets.schema.statements import only_reads

_REMEMBERED = 100

Ask = Callable[[str], "Result"]


@dataclass(frozen=True, slots=True)
class Result:
    """What an engine gave for a query: rows, or a refusal."""

    rows: Rows = ()
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class Golden:
    """A question with every SQL that answers it."""

    name: str
    question: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prediction:
    """SQL that somebody gave for a question; `name` is the golden query's, where they tell it."""

    question: str
    sql: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """What is to be said of one prediction.

    Attributes:
        prediction: The prediction.
        golden: What it is measured by; None where no golden query asks its question.
        is_valid: Whether the engine would run it, by the stored schema.
        tables_right: Whether it uses the tables of a golden answer; None where that is not known.
        columns_right: Whether it uses the tables and the columns of one.
        is_match: Whether its result is that of a golden answer; None where it was not compared.
        reasons: Everything that speaks against it.
        uses: What it uses, by table.
    """

    prediction: Prediction
    golden: Golden | None
    is_valid: bool
    tables_right: bool | None = None
    columns_right: bool | None = None
    is_match: bool | None = None
    reasons: tuple[str, ...] = ()
    uses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The scores of predictions.

    Attributes:
        scores: One a prediction, in their order.
        unanswered: Golden queries that nothing was predicted for.
    """

    scores: tuple[Score, ...]
    unanswered: tuple[Golden, ...]

    def summary(self) -> dict[str, Any]:
        """How many of how many, for each measure."""
        measures: dict[str, list[bool | None]] = {
            "valid": [score.is_valid for score in self.scores],
            "tables_right": [score.tables_right for score in self.scores],
            "columns_right": [score.columns_right for score in self.scores],
            "execution_match": [score.is_match for score in self.scores],
        }
        told: dict[str, Any] = {
            "predictions": len(self.scores),
            "unanswered": len(self.unanswered),
        }
        for name, verdicts in measures.items():
            known = [verdict for verdict in verdicts if verdict is not None]
            told[name] = {
                "count": sum(known),
                "of": len(known),
                "percentage": round(100 * sum(known) / len(known), 2) if known else None,
            }
        return told


def evaluate(
    golden: Sequence[Golden],
    predictions: Sequence[Prediction],
    queries: Queries,
    ask: Ask | None = None,
) -> Evaluation:
    """Score predictions.

    Args:
        golden: What is right.
        predictions: What was predicted.
        queries: Answers questions about queries on the schema.
        ask: Runs a query; results are compared where there is one.
    """
    named = {one.name: one for one in golden}
    asked = {_folded(one.question): one for one in golden}
    # Many may have answered one question: its golden queries are run once.
    ask = None if ask is None else lru_cache(maxsize=_REMEMBERED)(ask)
    scores = []
    with rare_collections():
        for prediction in predictions:
            of = named.get(prediction.name or "") or asked.get(_folded(prediction.question))
            scores.append(_score(prediction, of, queries, ask))
    answered = {score.golden.name for score in scores if score.golden is not None}
    return Evaluation(tuple(scores), tuple(one for one in golden if one.name not in answered))


def _score(
    prediction: Prediction, golden: Golden | None, queries: Queries, ask: Ask | None
) -> Score:
    problems = _problems(prediction.sql, queries)
    if problems:
        # What is not valid is right in nothing.
        wrong = None if golden is None else False
        match = None if golden is None or ask is None else False
        return Score(prediction, golden, False, wrong, wrong, match, problems)
    uses = _uses(prediction.sql, queries)
    if golden is None:
        return Score(
            prediction, None, True, reasons=("no golden query asks this question",), uses=uses or {}
        )
    tables, columns, reasons = _used_as(golden, uses, queries)
    is_match, why = (None, None) if ask is None else _matches(golden, prediction.sql, queries, ask)
    reasons += (why,) if why else ()
    return Score(prediction, golden, True, tables, columns, is_match, reasons, uses or {})


def _problems(sql: str, queries: Queries) -> tuple[str, ...]:
    if not sql.strip():
        return ("there is no SQL",)
    problems = tuple(map(str, queries.validate(sql)))
    if not problems and not only_reads(sql, queries.dialect):
        return ("it does not only read",)
    return problems


def _uses(sql: str, queries: Queries) -> Mapping[str, tuple[str, ...]] | None:
    try:
        return queries.uses(sql)
    except (InvalidQuery, PermanentError):
        return None


def _used_as(
    golden: Golden, uses: Mapping[str, tuple[str, ...]] | None, queries: Queries
) -> tuple[bool | None, bool | None, tuple[str, ...]]:
    """Whether tables and columns are those of an answer, and how they differ from the nearest."""
    known = [found for sql in golden.answers if (found := _uses(sql, queries)) is not None]
    if not known or uses is None:
        return None, None, ("what the golden query uses cannot be told",)
    tables = any(set(one) == set(uses) for one in known)
    mine = _columns(uses)
    # Columns of other tables are none of the right ones, even where neither query names any.
    columns = any(set(one) == set(uses) and _columns(one) == mine for one in known)
    nearest = min(known, key=lambda one: (len(set(one) ^ set(uses)), len(_columns(one) ^ mine)))
    reasons: tuple[str, ...] = ()
    if not tables:
        reasons += _differing("table", set(nearest), set(uses))
    if not columns:
        reasons += _differing("column", _columns(nearest), mine)
    return tables, columns, reasons


def _differing(kind: str, right: set[str], found: set[str]) -> tuple[str, ...]:
    missing, extra = sorted(right - found), sorted(found - right)
    return tuple(
        f"{what} {kind}{'s' if len(names) > 1 else ''} {', '.join(names)}"
        for what, names in (("lacks the", missing), ("uses the other", extra))
        if names
    )


def _columns(uses: Mapping[str, tuple[str, ...]]) -> set[str]:
    return {f"{table}.{column}" for table, columns in uses.items() for column in columns}


def _matches(
    golden: Golden, sql: str, queries: Queries, ask: Ask
) -> tuple[bool | None, str | None]:
    """Whether the result is that of an answer, and what differs."""
    found = ask(sql)
    if found.refusal is not None:
        return False, f"the engine says: {found.refusal}"
    why = "the golden query is not valid"
    is_known = False
    for answer in golden.answers:
        right = ask(answer) if not queries.validate(answer) else Result(refusal=why)
        if right.refusal is not None:
            continue
        is_known = True
        differs = difference(right.rows, found.rows, is_ordered=is_ordered(answer, queries.dialect))
        if differs is None:
            return True, None
        why = f"its result differs: {differs}"
    return (False if is_known else None), why


def is_ordered(sql: str, dialect: str) -> bool:
    """Whether a query asks for an order of its rows."""
    try:
        tree = parse_one(sql, read=dialect)
    except SqlglotError:
        return False
    return isinstance(tree, exp.Query) and tree.args.get("order") is not None


def _folded(question: str) -> str:
    return " ".join(question.casefold().split())
