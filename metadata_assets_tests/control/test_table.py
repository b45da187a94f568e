from __future__ import annotations

import multiprocessing
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timezone
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from metadata_assets.control.ingest import IngestOutcome
from metadata_assets.control.model import ETL_CONTROL, ETL_CONTROL_JOBS
from metadata_assets.control.sources import select_sources
from metadata_assets.control.table import ControlTable
from metadata_assets.errors import ConfigurationError
from metadata_assets.lake import Lake
from metadata_assets.training.glossary import GLOSSARY
from metadata_assets_tests.control.conftest import NOON, Desk

KILLED = "metadata_assets_tests.control.killed"
CATALOG_DROP = """
    modules:
    - module_name: shop
      sources:
      - source_id: late
        source_type: duckdb
        execution_order: 2
        source_config: {path: a.duckdb}
      - source_id: early
        source_type: sqlite
        source_config: {path: "${CRM_PATH}"}
      - source_id: idle
        source_type: sqlite
        source_config: {path: c.sqlite}
        is_active: false
      - source_id: query
        transformation_config: {task_type: sql_query, sql_task: {sql_query: SELECT 1}}
    """


def counts(outcome: IngestOutcome) -> dict[str, int]:
    return {name: count for name, count in outcome.plan.counts().items() if count}


def test_ingesting_stores_the_declared_sources(desk: Desk) -> None:
    desk.write("shop.yaml", CATALOG_DROP)
    outcome = desk.ingest()
    assert counts(outcome) == {"inserted": 4}
    assert outcome.is_written
    row = desk.row("shop.early")
    assert row.source_config == {"path": "${CRM_PATH}"}
    assert (row.origin, row.created_by, row.updated_by) == ("yaml:shop.yaml", "user1", "user1")
    assert (
        row.created_timestamp
        == row.updated_timestamp
        == datetime(2026, 1, 2, 13, tzinfo=timezone.utc)
    )


def test_active_catalog_sources_come_in_execution_order(desk: Desk) -> None:
    desk.write("shop.yaml", CATALOG_DROP)
    desk.ingest()
    assert [row.key for row in select_sources(desk.control.rows())] == ["shop.early", "shop.late"]
    assert len(desk.control.rows()) == 4


def test_a_table_that_does_not_exist_yet_is_empty(desk: Desk) -> None:
    assert desk.control.version() is None
    assert desk.control.rows() == ()
    assert desk.control.job_ids() == {}
    assert desk.control.changed_sources(None).sources == ()


def test_planning_writes_nothing(desk: Desk) -> None:
    desk.declare("a.yaml", "s")
    plan = desk.control.plan(desk.drops)
    assert plan.changes_anything
    assert desk.control.version() is None
    desk.ingest()
    assert not desk.control.plan(desk.drops).changes_anything


def test_the_same_files_twice_make_no_new_version(desk: Desk) -> None:
    desk.declare("a.yaml", "s", "t")
    first = desk.ingest()
    stamped = desk.row("shop.s").updated_timestamp
    second = desk.ingest()
    assert (second.version, second.is_written) == (first.version, False)
    assert desk.row("shop.s").updated_timestamp == stamped


def test_one_ingestion_is_one_commit_that_says_whose_and_how_much(desk: Desk) -> None:
    desk.declare("a.yaml", "s", "t")
    before = desk.ingest().version
    desk.declare("a.yaml", "s: 5", "u")
    assert desk.ingest().version == before + 1
    commit = desk.control.lake.history(ETL_CONTROL, 1)[0]
    assert (commit["origin"], commit["author"]) == ("yaml", "user2")
    assert [commit[name] for name in ("inserted", "updated", "deactivated")] == ["1", "1", "1"]


def test_an_update_changes_the_stamp_of_its_row_alone(desk: Desk) -> None:
    desk.declare("a.yaml", "s", "t")
    desk.ingest()
    other = desk.row("shop.t")
    desk.declare("a.yaml", "s: 5", "t")
    desk.ingest()
    row = desk.row("shop.s")
    assert (row.created_by, row.updated_by) == ("user1", "user2")
    assert desk.row("shop.t") == other


def test_a_direct_update_survives_and_a_conflict_is_told(desk: Desk) -> None:
    desk.declare("a.yaml", "s", "t")
    desk.ingest()
    desk.edit("shop.s", execution_order="9")
    assert counts(desk.ingest()) == {"unchanged": 2}
    desk.declare("a.yaml", "s: 3", "t")
    outcome = desk.ingest()
    assert not outcome.is_written
    assert [conflict.key for conflict in outcome.plan.conflicts] == ["shop.s"]
    assert desk.row("shop.s").execution_order == 9


def test_a_renamed_file_keeps_everything_but_the_origin(desk: Desk) -> None:
    path = desk.declare("a.yaml", "s")
    desk.ingest()
    row = desk.row("shop.s")
    path.rename(desk.drops / "b.yaml")
    desk.ingest()
    assert desk.row("shop.s").origin == "yaml:b.yaml"
    assert desk.row("shop.s").updated_timestamp == row.updated_timestamp


def test_a_bad_file_leaves_its_rows_and_lets_the_others_in(desk: Desk) -> None:
    desk.declare("a.yaml", "s")
    desk.declare("b.yaml", "t")
    desk.ingest()
    desk.write("a.yaml", "modules: [{module_name: shop, sources: [{sourceid: s}]}]")
    desk.declare("b.yaml", "t: 4")
    outcome = desk.ingest()
    assert counts(outcome) == {"updated": 1, "unchanged": 1, "failed_drops": 1}
    assert desk.row("shop.s").is_active
    assert "Did you mean `source_id`?" in " ".join(map(str, outcome.plan.errors))


def test_a_missing_folder_is_an_error_once_rows_come_from_it(desk: Desk) -> None:
    nowhere = desk.drops.parent / "nowhere"
    assert not desk.control.plan(nowhere).changes_anything
    desk.declare("a.yaml", "s")
    desk.ingest()
    shutil.rmtree(desk.drops)
    with pytest.raises(ConfigurationError, match="the drops folder is missing"):
        desk.ingest()
    assert desk.row("shop.s").is_active


def test_a_job_id_is_kept_for_ever(desk: Desk) -> None:
    desk.declare("a.yaml", "s", module="one")
    desk.declare("b.yaml", "s", module="two")
    desk.ingest()
    ids = desk.control.job_ids()
    assert sorted(ids.values()) == [1, 2]
    (desk.drops / "a.yaml").unlink()
    desk.ingest()
    desk.declare("c.yaml", "s", module="another")
    desk.declare("a.yaml", "s: 4", module="one")
    desk.ingest()
    assert desk.control.job_ids() == ids | {"another": 3}
    names = desk.control.lake.read(ETL_CONTROL_JOBS).to_pydict()["job_name"]
    assert "Metadata_Driven_ETL_one" in names


def test_a_module_made_by_a_direct_insert_gets_a_job_at_the_next_ingestion(desk: Desk) -> None:
    desk.declare("a.yaml", "s")
    desk.ingest()
    desk.insert(source_id="x", module_name="direct")
    outcome = desk.ingest()
    assert not outcome.is_written
    assert desk.control.job_ids()["direct"] == 2


# --- rows that other engines wrote ---


def test_the_eight_value_insert_of_another_engine_reads(desk: Desk) -> None:
    desk.ingest()
    desk.insert(
        source_id="new_sql_task",
        module_name="my_module",
        source_type="sql",
        execution_order=1,
        source_config="{}",
        target_config='{"catalog": "bronze", "schema": "data", "table": "customers"}',
        transformation_config='{"task_type": "sql_query", "sql_task": {"warehouse_id": "abc"}}',
        is_active=True,
    )
    row = desk.row("my_module.new_sql_task")
    assert row.target_config["table"] == "customers"
    assert (row.task_type, row.origin, row.updated_timestamp) == ("sql_query", None, None)


def test_nulls_stand_for_the_defaults(desk: Desk) -> None:
    desk.ingest()
    desk.insert(source_id="s", module_name="m")
    row = desk.row("m.s")
    assert (row.is_active, row.execution_order, row.source_type) == (True, 1, "unknown")
    assert row.source_config == row.transformation_config == {}


def test_json_that_is_not_canonical_reads_and_counts_as_the_same(desk: Desk) -> None:
    desk.write("a.yaml", CATALOG_DROP)
    desk.ingest()
    desk.edit("shop.late", source_config="""'{ "path" : "a.duckdb" }'""")
    assert counts(desk.ingest()) == {"unchanged": 4}


def test_rows_nobody_touched_stay_byte_for_byte(desk: Desk) -> None:
    desk.declare("a.yaml", "s")
    desk.ingest()
    desk.insert(source_id="x", module_name="m", source_config='{ "b": 1,  "a": 2 }')
    desk.declare("a.yaml", "s: 7")
    desk.ingest()
    stored = {row["source_id"]: row for row in desk.delta().to_pyarrow_table().to_pylist()}
    assert stored["x"]["source_config"] == '{ "b": 1,  "a": 2 }'
    assert stored["x"]["is_active"] is None


@pytest.mark.parametrize(
    ("columns", "fault"),
    [
        ({"source_id": "x", "source_config": "{"}, "source_config is not a JSON object"),
        ({"source_id": "x", "target_config": "[1]"}, "target_config is not a JSON object"),
        ({"source_id": "x", "source_config": '{"a": NaN}'}, "source_config is not a JSON object"),
        ({"source_id": "x", "source_config": "[" * 99_999}, "source_config is not a JSON object"),
        ({"source_id": "x y"}, "source_id may hold only letters"),
        ({"source_id": "x\n"}, "source_id may hold only letters"),
        ({"source_id": None}, "source_id may hold only letters"),
    ],
)
def test_a_broken_row_is_told_and_harms_no_other(
    desk: Desk, columns: dict[str, str | None], fault: str
) -> None:
    desk.declare("a.yaml", "s")
    desk.ingest()
    desk.insert(module_name="m", **columns)
    desk.declare("a.yaml", "s: 2")
    outcome = desk.ingest()
    (error,) = outcome.plan.errors
    assert fault in str(error)
    assert str(error).isprintable()
    assert counts(outcome) == {"updated": 1, "broken_rows": 1}
    assert desk.delta().to_pyarrow_table().num_rows == 2


def test_two_rows_of_one_source_are_told_and_kept(desk: Desk) -> None:
    desk.declare("a.yaml", "s", "t")
    desk.ingest()
    desk.insert(source_id="s", module_name="shop")
    desk.declare("a.yaml", "s: 3", "t: 3")
    outcome = desk.ingest()
    assert "there are 2 rows of this source" in str(outcome.plan.errors[0])
    assert [row.key for row in desk.control.rows()] == ["shop.t"]
    assert desk.delta().to_pyarrow_table().num_rows == 3


def test_a_table_made_by_another_engine_gets_the_columns_it_lacks(desk: Desk) -> None:
    theirs = pa.table(
        {
            "source_id": ["theirs"],
            "module_name": ["m"],
            "execution_order": pa.array([4], pa.int64()),
            "source_config": ['{"a": 1}'],
            "team": ["finance"],
        }
    )
    write_deltalake(desk.location, theirs)
    assert desk.row("m.theirs").execution_order == 4
    desk.declare("a.yaml", "s")
    assert counts(desk.ingest()) == {"inserted": 1, "unchanged": 1}
    assert desk.row("shop.s").origin == "yaml:a.yaml"
    stored = {row["source_id"]: row for row in desk.delta().to_pyarrow_table().to_pylist()}
    assert stored["theirs"]["team"] == "finance"
    assert not desk.ingest().is_written


def test_a_column_of_a_type_that_cannot_be_read_is_named(desk: Desk) -> None:
    theirs = pa.table({"source_id": ["s"], "module_name": ["m"], "is_active": ["maybe"]})
    write_deltalake(desk.location, theirs)
    with pytest.raises(ConfigurationError, match="the column is_active holds string, not bool"):
        desk.control.rows()


# --- killed, many writers, many files ---


@pytest.mark.parametrize("write", [1, 2, 3])  # the jobs, the control table, what is said of sources
def test_an_ingestion_killed_at_any_write_is_completed_by_the_next(desk: Desk, write: int) -> None:
    desk.declare("a.yaml", "s", "t")
    about = "kind: glossary\nsource: shop.s\nterms: [{term: a, definition: b}]\n"
    desk.write("about.yaml", about)
    lake = desk.control.lake
    killed = subprocess.run(
        [sys.executable, "-m", KILLED, lake.uri, str(desk.drops), str(write)],
        timeout=60,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert len(desk.control.rows()) == (2 if write > 2 else 0)
    assert lake.read(GLOSSARY, "shop.s").num_rows == 0
    desk.ingest()
    assert [row.key for row in desk.control.rows()] == ["shop.s", "shop.t"]
    assert lake.read(GLOSSARY, "shop.s").num_rows == 1
    assert desk.control.job_ids() == {"shop": 1}
    assert not desk.control.plan(desk.drops).changes_anything


def _ingest_often(uri: str, drops: Path, user: str) -> list[str]:
    control = ControlTable(Lake(uri))
    return [
        conflict.key
        for _ in range(5)
        for conflict in control.ingest(drops, now=NOON, user=user).plan.conflicts
    ]


def test_two_processes_that_ingest_at_once_agree(desk: Desk) -> None:
    for n in range(20):
        desk.declare(f"{n}.yaml", f"s{n}", module=f"m{n}")
    uri = desk.control.lake.uri
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        running = [pool.submit(_ingest_often, uri, desk.drops, user) for user in ("one", "two")]
        assert [done.result(timeout=120) for done in running] == [[], []]
    assert len(desk.control.rows()) == 20
    assert sorted(desk.control.job_ids().values()) == list(range(1, 21))
    assert desk.control.version() == 1


def _edit_often(uri: str, source: str) -> None:
    for order in range(1, 6):
        delta = Lake(uri).table(ETL_CONTROL).delta
        delta.update(predicate=f"source_id = '{source}'", updates={"execution_order": str(order)})


def test_direct_edits_and_ingestions_at_once_lose_nothing(desk: Desk) -> None:
    desk.declare("a.yaml", "edited: 50")
    desk.ingest()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        running = pool.submit(_edit_often, desk.control.lake.uri, "edited")
        for n in range(8):
            desk.declare(f"{n}.yaml", f"s{n}")
            desk.ingest()
        running.result(timeout=120)
    assert desk.row("shop.edited").execution_order == 5
    assert len(desk.control.rows()) == 9


def test_a_thousand_files_are_ingested_in_seconds(desk: Desk) -> None:
    for n in range(1000):
        desk.declare(f"{n // 50}/{n}.yaml", f"s{n}", module=f"m{n // 20}")
    before = time.monotonic()
    assert counts(desk.ingest()) == {"inserted": 1000}
    assert not desk.ingest().is_written
    assert time.monotonic() - before < 15  # 3 s on two idle cores, 1.2 s of it importing pandas
    assert len(set(desk.control.job_ids().values())) == 50
