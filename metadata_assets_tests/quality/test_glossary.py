from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from metadata_assets.quality.glossary import glossary_problems
from metadata_assets.quality.terms import remembered_columns
from metadata_assets_tests.quality.subjects import SHOP, glossary, subject
from metadata_assets_tests.schema.catalogs import catalog, column, table

Said = dict[str, Any]


def found(**terms: Said) -> list[tuple[str, str]]:
    problems = glossary_problems(subject(glossary=glossary(**terms)))
    return [(problem.object.removeprefix("term "), problem.rule) for problem in problems]


def test_sound_terms_have_no_problems() -> None:
    assert (
        found(
            turnover={
                "synonyms": ["revenue"],
                "tables": ["public.orders"],
                "columns": ["public.orders.amount"],
                "sql": "sum(amount)",
            },
            net_turnover={"broader": "Turnover", "sql": "SELECT sum(amount) / 1.2 FROM orders"},
        )
        == []
    )


@pytest.mark.parametrize("name", ["max. beds", '"max. beds"'])
def test_a_column_of_an_odd_name_may_be_quoted(name: str) -> None:
    wards = catalog(table("Wards & Units", column("max. beds"), comment="Wards"))
    term = {"columns": [f"public.Wards & Units.{name}"]}
    assert list(glossary_problems(subject(wards, glossary=glossary(size=term)))) == []


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ({"tables": ["public.order"]}, "glossary_unknown_table"),
        ({"columns": ["public.orders.amuont"]}, "glossary_unknown_column"),
        ({"broader": "nothing"}, "glossary_unknown_broader"),
        ({"synonyms": ["Term"]}, "glossary_synonym_is_term"),
        ({"sql": "sum(amount"}, "glossary_invalid_sql"),
        ({"sql": "SELECT amuont FROM orders"}, "glossary_invalid_sql"),
        ({"sql": "sum(amuont)", "tables": ["public.orders"]}, "glossary_invalid_sql"),
        ({"sql": "orders.amuont > 3"}, "glossary_invalid_sql"),
        ({"sql": "WHERE amount > now()", "tables": ["public.orders"]}, "glossary_invalid_sql"),
        ({"sql": "nofunction(amount)", "tables": ["public.orders"]}, "glossary_invalid_sql"),
    ],
)
def test_what_a_term_names_must_be_there(said: Said, rule: str) -> None:
    assert found(term=said) == [("term", rule)]


@pytest.mark.parametrize(
    "sql",
    [
        "amount > 100",
        "WHERE amount > 100",
        "sum(amount) / count(DISTINCT customer_id)",
        "sum(amount) / id",
        "CASE WHEN amount > 100 THEN 'large' ELSE 'small' END",
        "-- large ones\nSELECT * FROM orders WHERE amount > 100;",
    ],
)
def test_a_piece_of_sql_may_be_a_query_an_expression_or_a_condition(sql: str) -> None:
    assert found(term={"sql": sql, "tables": ["public.orders"]}) == []


def test_terms_must_not_contradict_each_other() -> None:
    assert found(
        Sale={"definition": "Paid"},
        sale={"definition": "Signed"},
        Buyer={"definition": "Who pays."},
        buyer={"definition": "who pays"},
    ) == [("sale", "glossary_conflicting_term"), ("buyer", "glossary_duplicate_term")]
    assert found(a={"synonyms": ["x"]}, b={"synonyms": ["X"]}) == [("b", "glossary_shared_synonym")]
    assert found(a={"synonyms": ["B"]}, b={}) == [("a", "glossary_synonym_is_term")]
    assert found(a={"definition": "It"}, b={"definition": "it."}) == [
        ("b", "glossary_equal_definitions")
    ]


def test_each_cycle_is_told_once_with_its_way() -> None:
    terms = glossary(
        a={"broader": "b"}, b={"broader": "C"}, c={"broader": "a"}, d={"broader": "a"}, e={}
    )
    (problem,) = glossary_problems(subject(glossary=terms))
    assert problem.rule == "glossary_cycle"
    assert "a → b → c → a" in problem.message
    assert found(a={"broader": "a"}) == [("a", "glossary_cycle")]


def test_a_column_that_is_dropped_or_retyped_since_is_told_until_the_term_is_rewritten() -> None:
    terms = glossary(
        turnover={"columns": ["public.orders.amount"]}, buyer={"columns": ["public.customers.id"]}
    )
    first = subject(glossary=terms)
    before = replace(first, glossary_columns=remembered_columns(first))
    assert list(glossary_problems(before)) == []
    changed = catalog(
        table("orders", column("amount", "text")), table("customers", column("number"))
    )
    after = replace(before, catalog=changed)
    after = replace(after, glossary_columns=remembered_columns(after))
    assert {(one.object, one.rule) for one in glossary_problems(after)} == {
        ("term turnover", "glossary_retyped_column"),
        ("term buyer", "glossary_dropped_column"),
    }
    rewritten = glossary(turnover={"columns": ["public.orders.amount"], "definition": "As text"})
    settled = replace(after, glossary=rewritten)
    settled = replace(settled, glossary_columns=remembered_columns(settled))
    assert list(glossary_problems(settled)) == []
    back = replace(after, catalog=SHOP)
    assert list(glossary_problems(back)) == []
