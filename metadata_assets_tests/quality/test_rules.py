from __future__ import annotations

from typing import Any

import pytest

from metadata_assets.quality.problems import SEVERITIES
from metadata_assets.quality.rules import RULES, metadata_problems
from metadata_assets_tests.quality.subjects import SHOP, annotations, documents, subject
from metadata_assets_tests.schema.catalogs import catalog, column, table


def found(*tables: dict[str, Any], **said: Any) -> dict[str, dict[str, Any]]:
    """The problems of tables, by `rule object`."""
    problems = metadata_problems(subject(catalog(*tables) if tables else SHOP, **said))
    return {f"{row['rule']} {row['object']}": row for row in problems.to_pylist()}


def people(*columns: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return table("people", *columns, **{"comment": "Whoever was ever met", **fields})


def test_nothing_is_wrong_with_a_source_that_is_well_described() -> None:
    assert found() == {}


def test_missing_descriptions_are_found_by_table_and_column() -> None:
    assert list(found(people(column("height", comment="  "), comment=None))) == [
        "missing_column_description public.people.height",
        "missing_table_description public.people",
    ]


@pytest.mark.parametrize(
    ("name", "description", "rule"),
    [
        ("height", "TODO", "placeholder_description"),
        ("height", "tbd.", "placeholder_description"),
        ("height", "n/a", "placeholder_description"),
        ("height", "---", "placeholder_description"),
        ("height", "To be documented", "placeholder_description"),
        ("shoe_size", "Shoe size", "description_repeats_name"),
        ("shoeSize", "The shoe size of this people.", "description_repeats_name"),
        ("größe", "Die Größe", None),
        ("größe", "Größe", "description_repeats_name"),
        ("shoe_size", "Shoe size in the European scale", None),
        ("test_result", "Tested for malaria: p or n", None),
        ("height", "Test result, cm", None),
        ("height", "None of the above", None),
        ("height", "Unknown to guests", None),
        ("height", "Unknown.", "placeholder_description"),
        ("height", "test 123", "placeholder_description"),
        ("height", "No description yet", "placeholder_description"),
        ("height", "Centimetres; " + "measured barefoot, " * 5, "long_description"),
    ],
)
def test_a_description_must_say_something_and_that_briefly(
    name: str, description: str, rule: str | None
) -> None:
    problems = found(people(column(name, comment=description)))
    assert list(problems) == ([f"{rule} public.people.{name}"] if rule else [])


def test_columns_of_one_table_must_differ_in_what_is_said_of_them() -> None:
    same = [column(name, comment="When it happened") for name in ("begun", "ended")]
    elsewhere = table("stays", column("begun", comment="When it happened"), comment="Nights")
    problems = found(people(*same), elsewhere)
    assert list(problems) == [
        "duplicate_description public.people.begun",
        "duplicate_description public.people.ended",
    ]
    assert "public.people.ended" in problems["duplicate_description public.people.begun"]["message"]


def test_tables_must_differ_in_what_is_said_of_them() -> None:
    other = table("persons", column("a", comment="Alpha of it"), comment="whoever was ever met")
    problems = found(people(column("b", comment="Beta of it")), other)
    assert set(problems) == {
        "duplicate_description public.people",
        "duplicate_description public.persons",
    }


def test_annotations_of_what_is_not_there_are_errors_that_name_the_nearest() -> None:
    problems = found(
        annotations=annotations(
            {"table_fqdn": "public.order", "description": "x", "origin": "yaml:a.yaml"},
            {"table_fqdn": "public.orders", "column_name": "amout", "description": "x"},
            {"table_fqdn": "public.orders", "column_name": "amount", "description": "x"},
        ),
        documents=documents({"document_id": "d1", "tables": ["public.gone", "public.orders"]}),
    )
    assert {name: row["severity"] for name, row in problems.items()} == {
        "dangling_annotation public.order": "error",
        "description_of_dropped_column public.orders.amout": "error",
        "stale_document document d1": "error",
    }
    assert "Did you mean public.orders?" in problems["dangling_annotation public.order"]["remedy"]
    dropped = problems["description_of_dropped_column public.orders.amout"]
    assert "Did you mean amount?" in dropped["remedy"]


def test_a_type_that_neither_sqlglot_nor_the_source_knows_is_told() -> None:
    odd = people(
        column("a", "frobnicated", comment="Alpha of it"),
        column("b", "citext", comment="Beta of it"),
        column("c", "mood", comment="Gamma of it", allowed_values=["sad", "glad"]),
        column("d", "timestamp with time zone", comment="Delta of it"),
    )
    assert list(found(odd)) == ["unknown_type public.people.a"]


def test_personal_data_of_which_nobody_says_so_is_told() -> None:
    mail = [column("email", "text", comment="Where to write", pii=pii) for pii in (None, True)]
    assert list(found(people(mail[0]))) == ["undocumented_pii public.people.email"]
    assert found(people(mail[1])) == {}


def test_every_rule_has_a_severity_and_a_remedy() -> None:
    assert set(RULES.values()) <= set(SEVERITIES)
    assert all(row["remedy"] for row in found(people(column("email", "text"))).values())


def test_what_cannot_be_read_is_told() -> None:
    hidden = catalog(people(column("a", comment="Alpha of it")), unreadable=("public.secret",))
    (problem,) = metadata_problems(subject(hidden)).to_pylist()
    assert (problem["object"], problem["rule"]) == ("public.secret", "unreadable_object")
