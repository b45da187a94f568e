from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pyarrow as pa
import pytest

from metadata_assets.errors import ConcurrentWrite
from metadata_assets.lake import Lake, LakeTable

FRUIT = LakeTable(
    "kitchen/fruit", pa.schema([("name", pa.string()), ("count", pa.int64())]), ("name",)
)
TOOLS = LakeTable("kitchen/tools", pa.schema([("name", pa.string())]), ("name",), partition=None)


def fruit(**counts: int) -> pa.Table:
    return pa.table({"name": list(counts), "count": list(counts.values())}, schema=FRUIT.schema)


def test_a_partition_reads_back_in_key_order_without_its_partition_column(lake: Lake) -> None:
    lake.partition(FRUIT, "a.b").replace(fruit(pear=2, apple=1))
    assert lake.read(FRUIT, "a.b").to_pydict() == {"name": ["apple", "pear"], "count": [1, 2]}


def test_replacing_one_partition_leaves_the_others(lake: Lake) -> None:
    lake.partition(FRUIT, "a.b").replace(fruit(pear=2))
    lake.partition(FRUIT, "a.c").replace(fruit(kiwi=1))
    lake.partition(FRUIT, "a.b").replace(fruit(fig=7))
    assert lake.read_all(FRUIT).to_pydict() == {
        "source": ["a.b", "a.c"],
        "name": ["fig", "kiwi"],
        "count": [7, 1],
    }


def test_replacing_with_equal_rows_writes_no_version(lake: Lake) -> None:
    lake.partition(FRUIT, "a.b").replace(fruit(pear=2, fig=1))
    before = lake.version(FRUIT)
    assert lake.partition(FRUIT, "a.b").replace(fruit(fig=1, pear=2)) is None
    assert lake.version(FRUIT) == before


def test_a_partition_can_be_emptied_and_filled_again(lake: Lake) -> None:
    lake.partition(FRUIT, "a.b").replace(fruit(pear=2))
    lake.partition(FRUIT, "a.b").replace(fruit())
    assert lake.read(FRUIT, "a.b").num_rows == 0
    lake.partition(FRUIT, "a.b").replace(fruit(pear=3))
    assert lake.read(FRUIT, "a.b").num_rows == 1


def test_a_missing_table_has_no_version_no_rows_and_no_history(lake: Lake) -> None:
    assert lake.version(FRUIT) is None
    assert lake.read(FRUIT, "a.b").schema == FRUIT.schema
    assert lake.read_all(FRUIT).schema == FRUIT.stored_schema
    assert lake.history(FRUIT) == []


def test_an_earlier_version_is_still_readable(lake: Lake) -> None:
    version = lake.partition(FRUIT, "a.b").replace(fruit(pear=2))
    lake.partition(FRUIT, "a.b").replace(fruit(pear=3))
    assert lake.read(FRUIT, "a.b", version=version).to_pydict()["count"] == [2]


def test_commit_metadata_shows_in_the_history(lake: Lake) -> None:
    lake.partition(FRUIT, "a.b").replace(fruit(pear=2), metadata={"snapshot_id": "s1"})
    assert lake.history(FRUIT, 1)[0]["snapshot_id"] == "s1"


def test_appending_adds_to_one_partition(lake: Lake) -> None:
    lake.partition(FRUIT, "a.b").append(fruit(pear=2))
    lake.partition(FRUIT, "a.b").append(fruit(fig=1))
    assert lake.read(FRUIT, "a.b").to_pydict()["name"] == ["fig", "pear"]


def test_an_unpartitioned_table_is_replaced_whole(lake: Lake) -> None:
    lake.table(TOOLS).replace(pa.table({"name": ["knife", "fork"]}))
    lake.table(TOOLS).replace(pa.table({"name": ["spoon"]}))
    assert lake.read(TOOLS).to_pydict() == {"name": ["spoon"]}
    assert lake.read_all(TOOLS).to_pydict() == {"name": ["spoon"]}


def test_a_partition_value_with_a_quote_is_only_a_value(lake: Lake) -> None:
    lake.partition(FRUIT, "a.b").replace(fruit(pear=2))
    lake.partition(FRUIT, "x' OR '1'='1").replace(fruit(fig=1))
    assert lake.read(FRUIT, "a.b").num_rows == 1


def test_a_concurrent_replacement_of_the_same_partition_is_refused(lake: Lake) -> None:
    lake.partition(FRUIT, "a.b").replace(fruit(pear=2))
    mine = lake.partition(FRUIT, "a.b")
    lake.partition(FRUIT, "a.b").replace(fruit(pear=3))
    with pytest.raises(ConcurrentWrite, match=r"kitchen/fruit a\.b"):
        mine.replace(fruit(pear=4))
    assert lake.read(FRUIT, "a.b").to_pydict()["count"] == [3]


def test_two_first_writes_of_one_partition_do_not_both_land(lake: Lake) -> None:
    mine, theirs = lake.partition(FRUIT, "a.b"), lake.partition(FRUIT, "a.b")
    theirs.replace(fruit(pear=3))
    with pytest.raises(ConcurrentWrite):
        mine.replace(fruit(pear=4))


def test_a_replacement_of_another_partition_goes_through(lake: Lake) -> None:
    lake.partition(FRUIT, "a.b").replace(fruit(pear=2))
    mine = lake.partition(FRUIT, "a.b")
    lake.partition(FRUIT, "a.c").replace(fruit(pear=3))
    mine.replace(fruit(pear=4))
    assert lake.read_all(FRUIT).to_pydict()["count"] == [4, 3]


def _replace_ten_times(uri: str, source: str) -> None:
    lake = Lake(uri)
    for count in range(10):
        lake.partition(FRUIT, source).replace(fruit(pear=count))


def test_four_processes_writing_different_sources_never_conflict(tmp_path: Path) -> None:
    uri = str(tmp_path / "lake")
    sources = [f"module.source_{n}" for n in range(4)]
    with ProcessPoolExecutor(4, mp_context=multiprocessing.get_context("spawn")) as pool:
        for done in [pool.submit(_replace_ten_times, uri, source) for source in sources]:
            done.result(timeout=120)
    lake = Lake(uri)
    assert [lake.read(FRUIT, source).to_pydict()["count"] for source in sources] == [[9]] * 4
    assert lake.version(FRUIT) == 40


def test_a_concurrent_replacement_of_an_unpartitioned_table_is_refused(lake: Lake) -> None:
    mine, theirs = lake.table(TOOLS), lake.table(TOOLS)
    theirs.replace(pa.table({"name": ["spoon"]}))
    with pytest.raises(ConcurrentWrite):
        mine.replace(pa.table({"name": ["fork"]}))
    assert lake.read(TOOLS).to_pydict() == {"name": ["spoon"]}


def test_some_columns_are_read_without_the_others(lake: Lake) -> None:
    lake.partition(FRUIT, "a.b").replace(fruit(pear=2, apple=1))
    lake.partition(FRUIT, "a.c").replace(fruit(kiwi=3))
    assert sorted(lake.read(FRUIT, "a.b", columns=["count"])["count"].to_pylist()) == [1, 2]
    found = lake.read_all(FRUIT, columns=["source", "count"])
    assert found.column_names == ["source", "count"]
    assert sorted(found.to_pydict()["source"]) == ["a.b", "a.b", "a.c"]
    assert lake.read_all(TOOLS, columns=["name"]).num_rows == 0


def test_a_fingerprint_changes_with_its_partition_only(lake: Lake) -> None:
    assert lake.fingerprint(FRUIT.name, "a.b") == ""
    lake.partition(FRUIT, "a.b").replace(fruit(pear=2))
    first = lake.fingerprint(FRUIT.name, "a.b")
    lake.partition(FRUIT, "a.c").replace(fruit(kiwi=3))
    assert lake.fingerprint(FRUIT.name, "a.b") == first != lake.fingerprint(FRUIT.name, "a.c")
    lake.partition(FRUIT, "a.b").replace(fruit(pear=3))
    assert lake.fingerprint(FRUIT.name, "a.b") != first
    assert lake.fingerprint(FRUIT.name, "a.d") == ""


def test_a_table_of_an_older_release_gains_the_columns_it_lacks(lake: Lake) -> None:
    lake.partition(FRUIT, "a.b").replace(fruit(pear=2))
    newer = LakeTable(FRUIT.name, FRUIT.schema.append(pa.field("colour", pa.string())), FRUIT.key)
    assert lake.read(newer, "a.b").to_pylist() == [{"name": "pear", "count": 2, "colour": None}]
    assert lake.read(newer, "a.b", columns=["colour"]).to_pylist() == [{"colour": None}]
    kiwi = pa.Table.from_pylist([{"name": "kiwi", "colour": "green"}], schema=newer.schema)
    lake.partition(newer, "a.c").replace(kiwi)
    assert lake.read(newer, "a.c").to_pylist() == kiwi.to_pylist()
    assert lake.read(newer, "a.b").num_rows == 1


def test_several_partitions_are_replaced_in_one_commit_and_others_stay(lake: Lake) -> None:
    for source in ("m.a", "m.b", "m.c"):
        lake.partition(FRUIT, source).replace(fruit(fig=1))
    every = lake.partitions(FRUIT)
    before = every.delta.version()
    changed = every.read().slice(0, 1)
    assert every.replace(["m.a", "m.b"], changed) == before + 1
    left = lake.read_all(FRUIT).to_pydict()["source"]
    assert sorted(set(left)) == ["m.a", "m.c"]


def test_only_a_concurrent_change_of_one_of_the_replaced_partitions_is_refused(lake: Lake) -> None:
    for source in ("m.a", "m.b"):
        lake.partition(FRUIT, source).replace(fruit(fig=1))
    first, second = lake.partitions(FRUIT), lake.partitions(FRUIT)
    nothing = first.read().slice(0, 0)
    lake.partition(FRUIT, "m.b").replace(fruit(kiwi=2))
    first.replace(["m.a"], nothing)
    with pytest.raises(ConcurrentWrite):
        second.replace(["m.a", "m.b"], nothing)
