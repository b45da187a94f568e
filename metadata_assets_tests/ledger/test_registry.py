from __future__ import annotations

import json
from dataclasses import dataclass, replace

import pyarrow as pa
import pytest
from sqlalchemy.exc import IntegrityError

from metadata_assets.ledger.registry import DEFINITIONS
from metadata_assets.ledger.store import Ledger
from metadata_assets.ledger.values import Registration
from metadata_assets_tests.ledger.conftest import Place
from metadata_assets_tests.ledger.processes import run_at_once


@dataclass(frozen=True)
class Definition:
    table_name: str = "main.orders"
    schema_definition: str = '{"columns":[{"name":"id","type":"BIGINT"}]}'
    schema_hash: str = "A"
    content_hash: str = "a"
    evolution_type: str = "create"
    compatibility_status: str = "compatible"


ORDERS = Definition()
DROPPED = Definition(
    schema_definition="{}",
    schema_hash="empty",
    content_hash="empty",
    evolution_type="drop_table",
    compatibility_status="breaking",
)


def table(*definitions: Definition) -> pa.Table:
    return pa.Table.from_pylist([vars(d) for d in definitions], schema=DEFINITIONS)


def test_a_new_table_gets_version_one(ledger: Ledger) -> None:
    assert ledger.register_schemas("demo.shop", table(ORDERS)) == Registration(1, 0, 0)
    version = ledger.get_schema_version("demo.shop", "main.orders")
    assert version is not None
    assert (version.version, version.previous_version) == (1, None)
    assert (version.schema_hash, version.content_hash) == ("A", "a")
    assert (version.evolution_type, version.compatibility_status) == ("create", "compatible")
    assert version.schema_definition == ORDERS.schema_definition
    assert version.registered_at.utcoffset().total_seconds() == 0  # type: ignore[union-attr]


def test_the_same_definition_again_makes_no_version(ledger: Ledger) -> None:
    ledger.register_schemas("demo.shop", table(ORDERS))
    before = ledger.versions("demo.shop", "main.orders")
    assert ledger.register_schemas("demo.shop", table(ORDERS)) == Registration(0, 0, 1)
    assert ledger.versions("demo.shop", "main.orders") == before


def test_going_back_is_a_third_version_equal_to_the_first(ledger: Ledger) -> None:
    evolved = replace(ORDERS, schema_hash="B", content_hash="b", evolution_type="add_column")
    for definition in (ORDERS, evolved, ORDERS):
        ledger.register_schemas("demo.shop", table(definition))
    versions = ledger.versions("demo.shop", "main.orders")
    assert [(v.version, v.schema_hash, v.previous_version) for v in versions] == [
        (3, "A", 2),
        (2, "B", 1),
        (1, "A", None),
    ]
    assert ledger.latest_versions("demo.shop").column("version").to_pylist() == [3]


def test_another_content_refreshes_the_latest_version_in_place(ledger: Ledger) -> None:
    evolved = replace(ORDERS, schema_hash="B", content_hash="b")
    ledger.register_schemas("demo.shop", table(ORDERS))
    ledger.register_schemas("demo.shop", table(evolved))
    commented = replace(evolved, content_hash="b2", schema_definition='{"comment":"of orders"}')
    assert ledger.register_schemas("demo.shop", table(commented)) == Registration(0, 1, 0)
    two, one = ledger.versions("demo.shop", "main.orders")
    assert (two.version, two.content_hash) == (2, "b2")
    assert json.loads(two.schema_definition) == {"comment": "of orders"}
    assert (one.version, one.content_hash) == (1, "a")


def test_a_dropped_table_is_a_version_and_so_is_its_return(ledger: Ledger) -> None:
    ledger.register_schemas("demo.shop", table(ORDERS))
    assert ledger.register_schemas("demo.shop", table(DROPPED)) == Registration(1, 0, 0)
    assert ledger.register_schemas("demo.shop", table(DROPPED)) == Registration(0, 0, 1)
    assert ledger.latest_versions("demo.shop").column("evolution_type").to_pylist() == [
        "drop_table"
    ]
    assert ledger.register_schemas("demo.shop", table(ORDERS)) == Registration(1, 0, 0)
    assert [v.version for v in ledger.versions("demo.shop", "main.orders")] == [3, 2, 1]


def test_a_table_that_returns_without_columns_is_not_taken_for_dropped(ledger: Ledger) -> None:
    ledger.register_schemas("demo.shop", table(DROPPED))
    empty = replace(DROPPED, evolution_type="create")
    assert ledger.register_schemas("demo.shop", table(empty)) == Registration(1, 0, 0)


def test_a_batch_is_registered_whole_or_not_at_all(ledger: Ledger) -> None:
    wrong = replace(ORDERS, table_name="main.items", compatibility_status="perhaps")
    with pytest.raises(IntegrityError):
        ledger.register_schemas("demo.shop", table(ORDERS, wrong))
    assert ledger.latest_versions("demo.shop").num_rows == 0


def test_a_batch_holds_new_changed_and_unchanged_tables(ledger: Ledger) -> None:
    names = [f"main.t{i}" for i in range(12_000)]
    first = table(*(replace(ORDERS, table_name=name) for name in names[:-1]))
    assert ledger.register_schemas("demo.shop", first) == Registration(11_999, 0, 0)
    second = table(
        *(replace(ORDERS, table_name=name) for name in names[2:]),
        replace(ORDERS, table_name=names[0], schema_hash="B"),
        replace(ORDERS, table_name=names[1], content_hash="b"),
    )
    assert ledger.register_schemas("demo.shop", second) == Registration(2, 1, 11_997)


def test_sources_do_not_see_one_another(ledger: Ledger) -> None:
    ledger.register_schemas("demo.shop", table(ORDERS))
    assert ledger.register_schemas("demo.crm", table(ORDERS)) == Registration(1, 0, 0)
    ledger.register_schemas("demo.crm", table(DROPPED))
    assert ledger.latest_versions("demo.shop").column("version").to_pylist() == [1]


def test_latest_versions_come_as_arrow_in_the_order_of_names(ledger: Ledger) -> None:
    odd = 'main."odd-name ü ""q"""'
    ledger.register_schemas("demo.shop", table(replace(ORDERS, table_name=odd), ORDERS))
    ledger.register_schemas("demo.shop", table(replace(ORDERS, schema_hash="B")))
    assert ledger.latest_versions("demo.shop").to_pylist() == [
        {
            "table_name": odd,
            "version": 1,
            "schema_hash": "A",
            "content_hash": "a",
            "evolution_type": "create",
        },
        {
            "table_name": "main.orders",
            "version": 2,
            "schema_hash": "B",
            "content_hash": "a",
            "evolution_type": "create",
        },
    ]


def test_a_source_without_versions_is_an_empty_table_of_the_same_shape(ledger: Ledger) -> None:
    empty = ledger.latest_versions("demo.shop")
    ledger.register_schemas("demo.shop", table(ORDERS))
    assert empty.num_rows == 0
    assert empty.schema == ledger.latest_versions("demo.shop").schema
    assert ledger.definitions("demo.shop", []).schema.names[-1] == "schema_definition"


def test_definitions_are_the_latest_of_the_named_tables(ledger: Ledger) -> None:
    items = replace(ORDERS, table_name="main.items")
    evolved = replace(ORDERS, schema_hash="B", schema_definition='{"b":1,"a":{"z":null,"y":1.50}}')
    ledger.register_schemas("demo.shop", table(ORDERS, items))
    ledger.register_schemas("demo.shop", table(evolved))
    (found,) = ledger.definitions("demo.shop", ["main.orders", "main.unknown"]).to_pylist()
    assert (found["table_name"], found["version"]) == ("main.orders", 2)
    assert json.loads(found["schema_definition"]) == {"a": {"y": 1.5, "z": None}, "b": 1}


def test_canonical_definitions_read_back_to_the_letter(ledger: Ledger) -> None:
    definition = (
        '{"a":["ü",1,2.5,true,null],"columns":[{"comment":"\\"q\\"","name":"id"}],"b_b":{}}'
    )
    canonical = json.dumps(
        json.loads(definition), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    ledger.register_schemas("demo.shop", table(replace(ORDERS, schema_definition=canonical)))
    (found,) = ledger.definitions("demo.shop", ["main.orders"]).to_pylist()
    assert found["schema_definition"] == canonical


def test_an_earlier_version_can_be_read(ledger: Ledger) -> None:
    ledger.register_schemas("demo.shop", table(ORDERS))
    ledger.register_schemas("demo.shop", table(replace(ORDERS, schema_hash="B")))
    first = ledger.get_schema_version("demo.shop", "main.orders", 1)
    latest = ledger.get_schema_version("demo.shop", "main.orders")
    assert first is not None
    assert latest is not None
    assert (first.schema_hash, latest.schema_hash) == ("A", "B")
    assert ledger.get_schema_version("demo.shop", "main.orders", 9) is None
    assert ledger.get_schema_version("demo.shop", "main.nothing") is None


def test_processes_that_register_the_same_table_at_once_all_succeed(place: Place) -> None:
    def work(worker: int) -> None:
        with place.open() as ledger:
            for turn in range(10):
                hashed = f"{turn} of all" if turn % 2 else f"{turn} of {worker}"
                ledger.register_schemas("demo.shop", table(replace(ORDERS, schema_hash=hashed)))

    place.open().close()
    run_at_once(work, 4)
    with place.open() as ledger:
        versions = ledger.versions("demo.shop", "main.orders")
    numbers = [v.version for v in versions]
    assert numbers == list(range(len(versions), 0, -1))
    assert {f"{turn} of {w}" for turn in range(0, 10, 2) for w in range(4)} <= {
        v.schema_hash for v in versions
    }
    assert [v.previous_version for v in versions] == [*numbers[1:], None]
