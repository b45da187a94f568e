from __future__ import annotations

from typing import Any

import pytest

from metadata_assets.errors import PermanentError
from metadata_assets.ledger.evolution import Policy, compare_definitions, schema_hash
from metadata_assets.ledger.store import Ledger
from metadata_assets_tests.ledger.conftest import Place
from metadata_assets_tests.ledger.processes import run_at_once

ID = {"name": "id", "type": "INTEGER", "nullable": False}
NAME = {"name": "name", "type": "TEXT", "nullable": True}


def definition(*columns: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return {"columns": list(columns), **rest}


def test_the_order_of_columns_does_not_change_the_hash_and_anything_else_does() -> None:
    plain = schema_hash(definition(ID, NAME))
    assert schema_hash(definition(NAME, ID)) == plain
    assert schema_hash(definition(ID, {**NAME, "type": "VARCHAR"})) != plain
    assert schema_hash(definition(ID, NAME, primary_keys=["id"])) != plain


@pytest.mark.parametrize(
    ("before", "after", "evolution", "verdicts"),
    [
        ([ID], [ID, NAME], "add_column", ["compatible"] * 3),
        ([ID], [ID, {**NAME, "nullable": False}], "add_column", ["breaking"] * 2 + ["compatible"]),
        ([ID], [ID, {**NAME, "nullable": False, "default": "x"}], "add_column", ["compatible"] * 3),
        ([ID, NAME], [ID], "drop_column", ["breaking"] * 3),
        (
            [ID, NAME],
            [ID, {**NAME, "type": "INT"}],
            "modify_column",
            ["breaking"] * 2 + ["unknown"],
        ),
        ([ID, NAME], [ID, {**NAME, "name": "title"}], "rename_column", ["breaking"] * 3),
    ],
)
def test_a_change_is_named_and_judged_by_policy(
    before: list[dict[str, Any]],
    after: list[dict[str, Any]],
    evolution: str,
    verdicts: list[str],
) -> None:
    difference = compare_definitions(definition(*before), definition(*after))
    assert difference.evolution_type == evolution
    policies: tuple[Policy, ...] = ("strict", "conservative", "permissive")
    assert [difference.compatibility(policy) for policy in policies] == verdicts


@pytest.mark.parametrize("wrong", [{}, {"columns": "id"}, {"columns": [{}]}, definition(ID, ID)])
def test_a_definition_without_named_columns_is_refused(
    ledger: Ledger, wrong: dict[str, Any]
) -> None:
    with pytest.raises(PermanentError):
        ledger.register_schema("shop", "customers", wrong)
    assert ledger.versions("shop", "customers") == []


def test_a_table_is_registered_version_by_version(ledger: Ledger) -> None:
    first = ledger.register_schema("shop", "customers", definition(ID))
    again = ledger.register_schema("shop", "customers", definition(ID), registered_by="anna")
    assert (first.version, first.evolution_type, again) == (1, "create", first)
    second = ledger.register_schema(
        "shop", "customers", definition(ID, NAME, indexes=[{"name": "idx_name"}])
    )
    assert (second.version, second.previous_version, second.evolution_type) == (2, 1, "add_column")
    back = ledger.register_schema("shop", "customers", definition(ID))
    assert (back.version, back.schema_hash) == (3, first.schema_hash)
    assert back.compatibility_status == "breaking"
    assert ledger.get_schema_version("shop", "customers") == back
    assert ledger.get_schema_version("shop", "customers", 1) == first
    difference = ledger.diff_schema_versions("shop", "customers", 1, 2)
    assert (set(difference.added), difference.added_indexes) == ({"name"}, ("idx_name",))
    with pytest.raises(PermanentError, match="there is no version 9"):
        ledger.diff_schema_versions("shop", "customers", 1, 9)


def test_who_registers_may_say_what_happened(ledger: Ledger) -> None:
    ledger.register_schema("shop", "customers", definition(ID))
    version = ledger.register_schema(
        "shop", "customers", definition(ID, NAME), "modify_column", registered_by="anna"
    )
    assert (version.evolution_type, version.registered_by) == ("modify_column", "anna")


def test_processes_that_register_at_once_get_versions_of_their_own_or_agree(place: Place) -> None:
    def register(number: int) -> None:
        with place.open() as ledger:
            mine = definition(ID, {**NAME, "name": f"n{number % 4}"})
            assert ledger.register_schema("shop", "customers", mine).version >= 1

    place.open().close()
    run_at_once(register, 8)
    with place.open() as ledger:
        versions = [version.version for version in ledger.versions("shop", "customers")]
        assert versions == list(range(len(versions), 0, -1))
        assert 4 <= len(versions) <= 8
