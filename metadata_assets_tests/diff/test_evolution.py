"""Evolution against a real ledger: what is registered is what the next comparison starts from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pytest

from metadata_assets.diff.evolution import Evolution, changed_tables, evolve
from metadata_assets.diff.severity import Grading
from metadata_assets.ledger.store import Ledger
from metadata_assets.schema.versions import table_definitions
from metadata_assets_tests.schema.catalogs import (
    Row,
    catalog,
    column,
    index,
    primary_key,
    table,
)

SOURCE = "demo.shop"

ORDERS = table("orders", column("id", "bigint"), column("total", "integer"), column("z"))
PEOPLE = table("people", column("id", "bigint"), constraints=[primary_key("id")])


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as opened:
        yield opened


class Registry:
    """A ledger that notes which definitions were fetched."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.fetched: list[str] = []

    def fetch(self, names: Sequence[str]) -> pa.Table:
        self.fetched = list(names)
        return self.ledger.definitions(SOURCE, names)

    def sync(self, *tables: Row, types: list[Row] | None = None, unreadable: str = "") -> Evolution:
        evolution = evolve(
            catalog(*tables, types=types, unreadable=(unreadable,) if unreadable else ()),
            self.ledger.latest_versions(SOURCE),
            self.fetch,
            dialect="postgres",
            grading=Grading(),
        )
        self.ledger.register_schemas(SOURCE, evolution.registrations)
        return evolution

    def latest(self, name: str) -> tuple[int, str, str, int | None]:
        version = self.ledger.get_schema_version(SOURCE, name)
        assert version is not None
        return (
            version.version,
            version.evolution_type,
            version.compatibility_status,
            version.previous_version,
        )


@pytest.fixture
def registry(ledger: Ledger) -> Registry:
    return Registry(ledger)


def codes(evolution: Evolution) -> list[tuple[str, str]]:
    return [(change.table, change.code) for change in evolution.changes]


def test_the_first_sync_registers_every_table_as_created(registry: Registry) -> None:
    evolution = registry.sync(ORDERS, PEOPLE)
    assert codes(evolution) == [("public.orders", "AD101"), ("public.people", "AD101")]
    assert evolution.versions == {"public.orders": (None, 1), "public.people": (None, 1)}
    assert registry.latest("public.orders") == (1, "create", "compatible", None)


def test_a_sync_without_change_registers_and_fetches_nothing(registry: Registry) -> None:
    registry.sync(ORDERS, PEOPLE)
    registry.fetched = []
    evolution = registry.sync(ORDERS, PEOPLE)
    assert (evolution.changes, evolution.versions) == ((), {})
    assert evolution.registrations.num_rows == 0
    assert registry.fetched == []


def test_only_the_tables_that_changed_are_fetched_and_registered(registry: Registry) -> None:
    registry.sync(ORDERS, PEOPLE)
    wider = {**ORDERS, "columns": [*ORDERS["columns"], column("new")]}
    evolution = registry.sync(wider, PEOPLE)
    assert registry.fetched == ["public.orders"]
    assert codes(evolution) == [("public.orders", "AD102")]
    assert evolution.versions == {"public.orders": (1, 2)}
    assert registry.latest("public.orders") == (2, "add_column", "compatible", 1)


@pytest.mark.parametrize(
    ("change", "evolution_type", "compatibility"),
    [
        ({"columns": ORDERS["columns"][:2]}, "drop_column", "breaking"),
        (
            {"columns": [ORDERS["columns"][0], column("totals", "integer"), column("z")]},
            "rename_column",
            "breaking",
        ),
        (
            {"columns": [ORDERS["columns"][0], column("total", "bigint"), column("z")]},
            "modify_column",
            "compatible",
        ),
        (
            {"columns": [ORDERS["columns"][0], column("total", "smallint"), column("z")]},
            "modify_column",
            "breaking",
        ),
        (
            {"columns": [*ORDERS["columns"], column("new", nullable=False)]},
            "add_column",
            "unknown",
        ),
        ({"indexes": [index("i", "id")]}, "add_index", "compatible"),
        ({"constraints": [primary_key("id")]}, "modify_table", "unknown"),
        ({"object_type": "view"}, "modify_table", "unknown"),
        (
            {"columns": [column("id", "bigint"), column("total", "integer"), column("new")]},
            "drop_column",
            "breaking",
        ),
    ],
)
def test_the_gravest_change_names_the_evolution(
    registry: Registry, change: Row, evolution_type: str, compatibility: str
) -> None:
    registry.sync(ORDERS)
    registry.sync({**ORDERS, **change})
    assert registry.latest("public.orders") == (2, evolution_type, compatibility, 1)


def test_a_dropped_index_is_an_evolution(registry: Registry) -> None:
    registry.sync({**ORDERS, "indexes": [index("i", "id")]})
    registry.sync(ORDERS)
    assert registry.latest("public.orders") == (2, "drop_index", "compatible", 1)


def test_a_dropped_table_is_registered_once_and_its_return_is_a_creation(
    registry: Registry,
) -> None:
    registry.sync(ORDERS, PEOPLE)
    evolution = registry.sync(PEOPLE)
    assert codes(evolution) == [("public.orders", "DS102")]
    assert evolution.versions == {"public.orders": (1, 2)}
    assert registry.latest("public.orders") == (2, "drop_table", "breaking", 1)
    assert registry.sync(PEOPLE).changes == ()
    evolution = registry.sync(ORDERS, PEOPLE)
    assert codes(evolution) == [("public.orders", "AD101")]
    assert evolution.versions == {"public.orders": (2, 3)}
    assert registry.latest("public.orders") == (3, "create", "compatible", 2)


def test_a_renamed_table_is_a_drop_and_a_creation_in_the_registry(registry: Registry) -> None:
    columns = [column(name) for name in ("id", "name", "email", "born")]
    registry.sync(table("client", *columns))
    evolution = registry.sync(table("clients", *columns))
    assert codes(evolution) == [("public.client", "BC101")]
    assert registry.latest("public.client")[1:3] == ("drop_table", "breaking")
    assert registry.latest("public.clients")[1:3] == ("create", "compatible")


def test_comments_and_the_order_of_columns_keep_the_version(registry: Registry) -> None:
    registry.sync(ORDERS)
    reordered = {**ORDERS, "columns": ORDERS["columns"][::-1], "comment": "new"}
    evolution = registry.sync(reordered)
    assert codes(evolution) == [("public.orders", "MD106"), ("public.orders", "BC109")]
    assert evolution.versions == {"public.orders": (1, 1)}
    assert registry.latest("public.orders")[0] == 1
    assert registry.sync(reordered).changes == ()


def test_what_cannot_be_read_is_neither_dropped_nor_registered(registry: Registry) -> None:
    registry.sync(ORDERS, PEOPLE)
    for hidden in ("public.orders", "public"):
        evolution = registry.sync(PEOPLE, unreadable=hidden)
        assert (evolution.changes, evolution.registrations.num_rows) == ((), 0)


def test_back_to_an_earlier_definition_is_a_new_version(registry: Registry) -> None:
    narrow = {**ORDERS, "columns": ORDERS["columns"][:2]}
    for tables in (ORDERS, narrow, ORDERS):
        registry.sync(tables)
    assert registry.latest("public.orders")[0] == 3


def test_a_type_another_table_has_too_is_not_taken_for_dropped(registry: Registry) -> None:
    mood = {"schema_name": "public", "type_name": "mood", "kind": "enum", "labels": ["a"]}
    moody = column("mood", "public.mood", allowed_values=["a"])
    one, two = table("one", column("id"), moody), table("two", column("id"), moody)
    registry.sync(one, two, types=[mood])
    evolution = registry.sync(table("one", column("id")), two, types=[mood])
    assert codes(evolution) == [("public.one", "DS103")]


def test_a_label_more_is_told_of_the_type_and_of_each_column(registry: Registry) -> None:
    mood = {"schema_name": "public", "type_name": "mood", "kind": "enum", "labels": ["a"]}
    registry.sync(table("one", column("mood", "public.mood", allowed_values=["a"])), types=[mood])
    evolution = registry.sync(
        table("one", column("mood", "public.mood", allowed_values=["a", "b"])),
        types=[{**mood, "labels": ["a", "b"]}],
    )
    assert codes(evolution) == [("public.mood", "AD104"), ("public.one", "AD104")]
    assert registry.latest("public.one")[:2] == (2, "modify_column")


def test_changed_tables_are_named_in_order() -> None:
    definitions = table_definitions(catalog(PEOPLE, ORDERS))
    empty = catalog()
    latest = pa.table(
        {
            "table_name": ["public.gone"],
            "version": pa.array([1], pa.int64()),
            "schema_hash": ["x"],
            "content_hash": ["x"],
            "evolution_type": ["create"],
        }
    )
    assert changed_tables(latest, definitions, empty.unreadable) == [
        "public.gone",
        "public.orders",
        "public.people",
    ]
