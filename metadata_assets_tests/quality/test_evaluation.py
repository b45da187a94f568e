from __future__ import annotations

import datetime as dt
import json
import random
from decimal import Decimal
from typing import Any

import pytest

from metadata_assets.quality.evaluation import Golden, Prediction, Result, Score, evaluate
from metadata_assets.quality.results import difference
from metadata_assets.schema.query import Queries
from metadata_assets_tests.quality.subjects import subject
from metadata_assets_tests.realdata import REALDATA, needs_realdata
from metadata_assets_tests.schema.catalogs import stored
from metadata_assets_tests.servers import PostgresServer
from metadata_assets_tests.sources.postgres_servers import PostgresDatabase

QUERIES = subject().queries
HOW_MANY = Golden("q1", "How many orders?", ("SELECT count(id) FROM orders",))


def score(sql: str, golden: Golden = HOW_MANY, rows: dict[str, Any] | None = None) -> Score:
    """The score of one prediction; `rows` are the results of queries, where they are run."""

    def ask(asked: str) -> Result:
        return Result((rows or {})[asked])

    predicted = Prediction(golden.question.upper(), sql)
    (found,) = evaluate([golden], [predicted], QUERIES, ask if rows else None).scores
    return found


def test_a_right_prediction_has_nothing_against_it() -> None:
    sql = "SELECT COUNT(o.id) AS n FROM public.orders AS o"
    right = score(sql, rows={sql: [(3,)], HOW_MANY.answers[0]: [(3,)]})
    assert (right.is_valid, right.tables_right, right.columns_right) == (True, True, True)
    assert (right.is_match, right.reasons) == (True, ())


@pytest.mark.parametrize(
    ("sql", "measures", "reason"),
    [
        ("SELECT count(idd) FROM orders", (False, False, False), "did you mean id?"),
        ("SELECT count( FROM orders", (False, False, False), "syntax error"),
        ("", (False, False, False), "there is no SQL"),
        ("DELETE FROM orders", (False, False, False), "does not only read"),
        ("SELECT count(id) FROM customers", (True, False, False), "lacks the table public.orders"),
        ("SELECT 3", (True, False, False), "lacks the table public.orders"),
        (
            "SELECT count(amount) FROM orders",
            (True, True, False),
            "lacks the column public.orders.id; uses the other column public.orders.amount",
        ),
    ],
)
def test_a_wrong_prediction_says_why(
    sql: str, measures: tuple[bool, bool, bool], reason: str
) -> None:
    wrong = score(sql)
    assert (wrong.is_valid, wrong.tables_right, wrong.columns_right) == measures
    assert reason in "; ".join(wrong.reasons)
    assert wrong.is_match is None


def test_any_of_several_answers_is_right() -> None:
    either = Golden("q", "Which?", ("SELECT id FROM orders", "SELECT id FROM customers"))
    rows = {either.answers[0]: [(1,)], either.answers[1]: [(2,)]}
    assert score("SELECT id FROM customers", either, rows).is_match
    assert score("SELECT id FROM customers", either).tables_right


def test_predictions_are_matched_by_id_or_question_and_the_rest_is_told() -> None:
    golden = [HOW_MANY, Golden("q2", "Which countries?", ("SELECT country FROM customers",))]
    predictions = [
        Prediction("", "SELECT count(id) FROM orders", "q1"),
        Prediction("how  many ORDERS?", "SELECT count(id) FROM orders"),
        Prediction("What is this?", "SELECT 1"),
    ]
    found = evaluate(golden, predictions, QUERIES)
    assert [one.golden.name if one.golden else None for one in found.scores] == ["q1", "q1", None]
    assert found.unanswered == (golden[1],)
    summary = found.summary()
    assert summary["valid"] == {"count": 3, "of": 3, "percentage": 100.0}
    assert summary["columns_right"]["of"] == 2
    assert summary["execution_match"]["percentage"] is None


A, B = (1, "x"), (2, "y")
NOON = dt.datetime(2024, 5, 1, 12, tzinfo=dt.timezone(dt.timedelta(hours=2)))


@pytest.mark.parametrize(
    ("expected", "found", "is_ordered", "differs"),
    [
        ([A, B], [B, A], False, None),
        ([A, B], [B, A], True, "another order"),
        ([A, A, B], [A, B, B], False, "other values"),
        ([A], [("x", 1)], True, None),
        ([A], [], False, "0 rows instead of 1"),
        ([A], [(1,)], False, "1 columns instead of 2"),
        ([(1, 1), (2, 1)], [(1, 2), (1, 1)], False, None),
        ([(1, 2), (2, 1)], [(1, 1), (2, 2)], False, "other values"),
        ([(Decimal("2.50"),)], [(2.5,)], False, None),
        ([(1 / 3,)], [(Decimal("0.333333333333"),)], False, None),
        ([(0.0,)], [(-0.0,)], False, None),
        ([(None,)], [(0,)], False, "other values"),
        ([(393400000001,)], [(393400000002,)], False, "other values"),
        ([(393400000001,)], [(393400000001.0,)], False, None),
        ([(Decimal("1234567890"),)], [(1234567890.0000002,)], False, None),
        ([(Decimal("1234567890.50"),)], [(1234567890.5000002,)], False, None),
        ([(float("nan"),)], [(float("inf"),)], False, "other values"),
        ([(NOON,)], [(NOON.replace(tzinfo=None),)], False, None),
        ([(NOON.replace(hour=0),)], [(dt.date(2024, 5, 1),)], False, None),
        ([(NOON,)], [(NOON.replace(hour=13),)], False, "other values"),
        ([(dt.date(2024, 1, 1),)], [(dt.datetime.fromisoformat("2024-01-01"),)], False, None),
        ([([1, 2],)], [((1, 2),)], False, None),
        ([], [], False, None),
    ],
)
def test_results_are_compared_as_answers(
    expected: Any, found: Any, is_ordered: bool, differs: str | None
) -> None:
    told = difference(expected, found, is_ordered=is_ordered)
    assert told is None if differs is None else differs in (told or "")


@needs_realdata
def test_defog_s_alternatives_are_right_and_spoiled_ones_are_not(postgres: PostgresServer) -> None:
    database = PostgresDatabase(postgres.create_database())
    postgres.load(database.url, REALDATA / "text2sql/defog/schemas/broker.sql")
    queries = Queries(stored(database.read(), "postgres"))
    text = (REALDATA / "text2sql/defog/questions_gen_postgres.jsonl").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    asked = [one for one in lines if one["db"] == "broker"]
    golden = [
        Golden(one["id"], one["question"], (one["sql"], *(a["sql"] for a in one["alternatives"])))
        for one in asked
    ]
    right = [Prediction(one.question, sql) for one in golden for sql in one.answers]
    dice = random.Random(8)
    wrong = [Prediction(one.question, _spoiled(sql, dice)) for one in golden for sql in one.answers]
    with database.source().asked(5) as engine:

        def ask(sql: str) -> Result:
            answer = engine.answer(sql)
            return Result(answer.rows, answer.refusal)

        fine = evaluate(golden, right, queries, ask).summary()
        assert fine["valid"]["percentage"] == fine["execution_match"]["percentage"] == 100
        assert fine["tables_right"]["percentage"] == fine["columns_right"]["percentage"] == 100
        found = evaluate(golden, wrong, queries)
        said = [one.is_valid for one in found.scores]
        assert said == [engine.refusal(one.sql) is None for one in wrong]


def _spoiled(sql: str, dice: random.Random) -> str:
    """A query with a word of it misspelt."""
    words = sql.split(" ")
    place = dice.randrange(len(words))
    words[place] += dice.choice(["x", "_id", " FROM", ""])
    return " ".join(words)
