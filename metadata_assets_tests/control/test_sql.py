from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pyarrow as pa
import pytest

from metadata_assets.control.model import ETL_CONTROL
from metadata_assets.control.sql import run_sql
from metadata_assets.control.sql_edit import EditOutcome
from metadata_assets.errors import ConfigurationError
from metadata_assets.lake import Lake
from metadata_assets.training.glossary import GLOSSARY
from metadata_assets_tests.control.conftest import NOON, Desk

SECRET = Path("/etc/passwd")
INSERT_AS_TYPED = """
-- Add a new source
INSERT INTO fe_ppark_demo.job_demo.etl_control VALUES (
  'new_sql_task',
  'my_module',
  'sql',
  1,
  '{}',
  '{"catalog": "bronze", "schema": "data", "table": "customers"}',
  '{"task_type": "sql_query", "sql_task": {"warehouse_id": "abc123", "sql_query": "SELECT 1"}}',
  true
);
"""
UPDATE_AS_TYPED = """
UPDATE fe_ppark_demo.job_demo.etl_control
SET execution_order = 2,
    transformation_config = '{"task_type": "sql_query", "sql_task": {"sql_query": "SELECT 1"}}',
    updated_timestamp = current_timestamp()
WHERE source_id = 'new_sql_task' AND module_name = 'my_module';
"""
SOFT_DELETE_AS_TYPED = """
UPDATE fe_ppark_demo.job_demo.etl_control
SET is_active = false,
    updated_timestamp = current_timestamp()
WHERE source_id = 'new_sql_task';
"""


def edit(desk: Desk, text: str, *, hours: int = 100, author: str = "ann") -> EditOutcome:
    done = run_sql(desk.control.lake, text, now=NOON + timedelta(hours=hours), author=author)
    assert isinstance(done, EditOutcome)
    return done


def select(desk: Desk, text: str) -> list[dict[str, object]]:
    done = run_sql(desk.control.lake, text, now=NOON, author="ann")
    assert isinstance(done, pa.Table)
    return done.to_pylist()


def refusal(desk: Desk, text: str) -> str:
    before = desk.control.version()
    with pytest.raises(ConfigurationError) as refused:
        run_sql(desk.control.lake, text, now=NOON, author="ann")
    assert desk.control.version() == before or before is None
    assert str(refused.value).isprintable()
    return str(refused.value)


@pytest.fixture
def shop(desk: Desk) -> Desk:
    """A control table with the YAML rows shop.s and shop.t."""
    desk.declare("a.yaml", "s", "t")
    desk.ingest()
    return desk


# --- as the guide types it ---


def test_insert_update_and_soft_delete_work_as_typed(desk: Desk) -> None:
    assert edit(desk, INSERT_AS_TYPED).inserted == ("my_module.new_sql_task",)
    row = desk.row("my_module.new_sql_task")
    assert row.target_config["table"] == "customers"
    assert (row.task_type, row.execution_order, row.is_active) == ("sql_query", 1, True)
    assert edit(desk, UPDATE_AS_TYPED).updated == ("my_module.new_sql_task",)
    row = desk.row("my_module.new_sql_task")
    assert (row.execution_order, row.is_active) == (2, True)
    assert edit(desk, SOFT_DELETE_AS_TYPED).updated == ("my_module.new_sql_task",)
    assert not desk.row("my_module.new_sql_task").is_active


def test_the_whole_script_is_one_commit(desk: Desk) -> None:
    desk.ingest()
    before = desk.control.version() or 0
    done = edit(desk, INSERT_AS_TYPED + UPDATE_AS_TYPED + SOFT_DELETE_AS_TYPED)
    assert done.version == before + 1
    assert desk.row("my_module.new_sql_task").execution_order == 2


def test_a_new_module_gets_a_job(desk: Desk) -> None:
    edit(desk, INSERT_AS_TYPED)
    assert desk.control.job_ids() == {"my_module": 1}


# --- what is kept by itself ---


def test_timestamps_and_authors_are_kept_by_themselves(shop: Desk) -> None:
    created = shop.row("shop.s").created_timestamp
    edit(shop, "UPDATE etl_control SET execution_order = 5 WHERE source_id = 's'", author="bob")
    row = shop.row("shop.s")
    assert (row.created_timestamp, row.created_by) == (created, "user1")
    assert (row.updated_timestamp, row.updated_by) == (NOON + timedelta(hours=100), "bob")
    edit(
        shop,
        "INSERT INTO etl_control (module_name, source_id, source_type, source_config) "
        "VALUES ('m', 'x', 'csv', '{\"path\": \"x\"}')",
    )
    new = shop.row("m.x")
    assert new.created_timestamp == new.updated_timestamp == NOON + timedelta(hours=100)
    assert (new.created_by, new.updated_by, new.origin) == ("ann", "ann", "sql")
    assert (new.is_active, new.execution_order) == (True, 1)


def test_an_edit_is_one_commit_with_its_author(shop: Desk) -> None:
    before = shop.control.version() or 0
    done = edit(shop, "UPDATE etl_control SET execution_order = execution_order + 1", author="bob")
    assert (done.updated, done.version) == (("shop.s", "shop.t"), before + 1)
    commit = shop.control.lake.history(ETL_CONTROL, 1)[0]
    assert (commit["origin"], commit["author"], commit["updated"]) == ("sql", "bob", "2")


def test_an_edit_that_changes_nothing_makes_no_version(shop: Desk) -> None:
    before = shop.control.version()
    for text in (
        "UPDATE etl_control SET execution_order = 1",
        "DELETE FROM etl_control WHERE source_id = 'nosuch'",
    ):
        done = edit(shop, text)
        assert (done.inserted, done.updated, done.deleted) == ((), (), ())
    assert shop.control.version() == before


def test_an_edit_of_a_yaml_row_survives_the_next_ingestion(shop: Desk) -> None:
    edit(shop, "UPDATE etl_control SET execution_order = 7 WHERE source_id = 's'")
    assert not shop.ingest().is_written
    assert shop.row("shop.s").execution_order == 7


def test_deleting_a_declared_row_says_that_it_will_return(shop: Desk) -> None:
    done = edit(shop, "DELETE FROM main.default.etl_control WHERE source_id = 's'")
    assert (done.deleted, done.returning) == (("shop.s",), ("shop.s",))
    assert [row.key for row in shop.control.rows()] == ["shop.t"]


def test_rows_nobody_touched_stay_byte_for_byte(shop: Desk) -> None:
    shop.insert(source_id="x", module_name="m", source_config='{ "b": 1,  "a": 2 }')
    edit(shop, "UPDATE etl_control SET execution_order = 7 WHERE source_id = 's'")
    stored = {row["source_id"]: row for row in shop.delta().to_pyarrow_table().to_pylist()}
    assert stored["x"]["source_config"] == '{ "b": 1,  "a": 2 }'
    assert stored["x"]["is_active"] is None


def test_a_merge_updates_and_inserts(shop: Desk) -> None:
    done = edit(
        shop,
        """
        MERGE INTO main.default.etl_control AS t
        USING (VALUES ('shop', 's', 9), ('shop', 'new', 8)) AS v (module_name, source_id, place)
        ON t.module_name = v.module_name AND t.source_id = v.source_id
        WHEN MATCHED THEN UPDATE SET execution_order = v.place
        WHEN NOT MATCHED THEN INSERT (module_name, source_id, execution_order,
          transformation_config)
          VALUES (v.module_name, v.source_id, v.place, '{"task_type": "notebook"}')
        """,
    )
    assert (done.updated, done.inserted) == (("shop.s",), ("shop.new",))
    assert shop.row("shop.new").execution_order == 8


def test_a_row_may_be_renamed(shop: Desk) -> None:
    done = edit(shop, "UPDATE etl_control SET source_id = 'u' WHERE source_id = 's'")
    assert done.updated == ("shop.u",)
    assert [row.key for row in shop.control.rows()] == ["shop.t", "shop.u"]


def test_rows_may_come_from_a_select_over_the_lake(shop: Desk) -> None:
    done = edit(
        shop,
        "INSERT INTO etl_control (module_name, source_id, transformation_config) "
        "SELECT 'copy', source_id, transformation_config FROM control.etl_control",
    )
    assert done.inserted == ("copy.s", "copy.t")


def test_a_broken_row_can_be_mended_and_leaves_others_editable(shop: Desk) -> None:
    shop.insert(source_id="x", module_name="m", source_config="{")
    edit(shop, "UPDATE etl_control SET execution_order = 4 WHERE source_id = 's'")
    assert "m.x" in shop.control.read().broken
    edit(
        shop,
        "UPDATE etl_control SET source_type = 'csv', source_config = '{\"path\": \"x\"}' "
        "WHERE source_id = 'x'",
    )
    assert shop.control.read().broken == {}


# --- what is refused ---


@pytest.mark.parametrize(
    ("columns", "values", "fault"),
    [
        ("source_type", "'postgre'", "source_type: unknown source_type `postgre`. Did you mean"),
        ("source_type", "'sqlite'", "source_config: `path` is missing"),
        ("source_config", "'{'", "source_config is not a JSON object"),
        ("Execution_Order", "'soon'", "execution_order: should be a whole number"),
        ("execution_order", "-1", "execution_order: `execution_order`"),
        ("execution_order", "99999999999", "execution_order: should be a whole number"),
        ("is_active", "'maybe'", "is_active: should be true or false"),
        ("target_config", '\'{"api_key": "hunter2"}\'', "target_config: a literal secret"),
        ("source_id", "'a b'", "source_id may hold only letters"),
        ("source_id", "NULL", "source_id may hold only letters"),
        ("source_id", "'T'", "source_id: the module has a source of that name"),
        ("base_hash", "'x'", "base_hash cannot be set"),
        ("nosuch", "1", "nosuch"),
    ],
)
def test_a_bad_row_is_refused_with_its_column_named(
    shop: Desk, columns: str, values: str, fault: str
) -> None:
    catalog = ", transformation_config = NULL" if columns == "source_type" else ""
    told = refusal(
        shop, f"UPDATE etl_control SET {columns} = {values}{catalog} WHERE source_id='s'"
    )
    assert fault in told
    assert "hunter2" not in told


def test_a_bad_value_of_an_insert_names_its_column_too(desk: Desk) -> None:
    told = refusal(desk, INSERT_AS_TYPED.replace("  1,", "  'first',"))
    assert "execution_order: should be a whole number" in told
    assert "is_active" in refusal(desk, INSERT_AS_TYPED.replace("true", "'maybe'"))


def test_a_row_that_is_there_already_is_refused(desk: Desk) -> None:
    edit(desk, INSERT_AS_TYPED)
    assert "the module has a source of that name" in refusal(desk, INSERT_AS_TYPED)


def test_one_bad_row_refuses_all_statements(shop: Desk) -> None:
    told = refusal(
        shop,
        "UPDATE etl_control SET execution_order = 9 WHERE source_id = 's'; "
        "UPDATE etl_control SET source_config = 'x' WHERE source_id = 't'",
    )
    assert "source_config" in told
    assert shop.row("shop.s").execution_order == 1


@pytest.mark.parametrize(
    "text",
    [
        "DROP TABLE etl_control",
        "TRUNCATE TABLE etl_control",
        "CREATE TABLE x AS SELECT 1",
        "ALTER TABLE etl_control ADD COLUMN x INT",
        "COPY etl_control TO '/tmp/stolen.csv'",
        "ATTACH '/tmp/x.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "PRAGMA version",
        "VACUUM",
        "CALL x()",
        "SHOW TABLES",
        "EXPORT DATABASE 'x'",
        "INSERT INTO control.etl_control_jobs VALUES ('m', 9)",
        "UPDATE control.glossary SET term = 'x'",
        "DELETE FROM nosuch",
        "INSERT OVERWRITE etl_control SELECT * FROM etl_control",
        "SELECT 1; DELETE FROM etl_control",
        "SELECT 1; SELECT 2",
        "",
        "-- nothing",
        "SELEC 1",
        "SELECT * FROM",
        "UPDATE etl_control SET",
    ],
)
def test_anything_else_is_refused_clearly(shop: Desk, text: str) -> None:
    told = refusal(shop, text)
    assert told.startswith("sql: ")
    assert len(shop.control.rows()) == 2


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT * FROM read_text('{SECRET}')",
        f"SELECT * FROM read_csv('{SECRET}')",
        f"SELECT * FROM '{SECRET}'",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM read_parquet('https://example.com/x.parquet')",
        "SELECT getenv('HOME')",
        f"UPDATE etl_control SET source_type = (SELECT content FROM read_text('{SECRET}'))",
        f"INSERT INTO etl_control (source_id) SELECT content FROM read_text('{SECRET}')",
    ],
)
def test_sql_reaches_no_file_and_no_network(shop: Desk, text: str) -> None:
    told = refusal(shop, text)
    assert SECRET.read_text(encoding="utf-8").splitlines()[0] not in told


def test_sql_sees_no_variable_of_this_program(shop: Desk) -> None:
    assert "there is no table stored" in refusal(shop, "SELECT * FROM stored")
    assert "there is no table lake" in refusal(shop, "SELECT * FROM lake")


# --- reading ---


def test_a_select_reads_every_table_under_short_and_long_names(shop: Desk) -> None:
    for name in ("etl_control", "control.etl_control", "main.default.etl_control", '"etl_control"'):
        assert select(shop, f"SELECT count(*) AS n FROM {name}") == [{"n": 2}]
    rows = select(
        shop,
        "WITH jobs AS (SELECT * FROM etl_control_jobs) "
        "SELECT j.job_id, e.source_id FROM jobs j JOIN `etl_control` e USING (module_name) "
        "ORDER BY e.source_id",
    )
    assert rows == [{"job_id": 1, "source_id": "s"}, {"job_id": 1, "source_id": "t"}]


def test_a_partitioned_table_has_its_source_as_a_column(lake: Lake, desk: Desk) -> None:
    term = pa.Table.from_pylist(
        [dict.fromkeys(GLOSSARY.schema.names) | {"term": "a", "synonyms": ["b"]}],
        schema=GLOSSARY.schema,
    )
    lake.partition(GLOSSARY, "m.s").replace(term)
    found = select(desk, "SELECT source, term, synonyms FROM glossary WHERE source = 'm.s'")
    assert found == [{"source": "m.s", "term": "a", "synonyms": ["b"]}]


def test_the_control_table_can_be_asked_before_the_first_ingestion(desk: Desk) -> None:
    assert select(desk, "SELECT * FROM etl_control") == []


def test_an_unknown_table_is_answered_with_the_nearest(shop: Desk) -> None:
    assert "Did you mean `control.etl_control`?" in refusal(shop, "SELECT * FROM etl_controll")


def test_databricks_spelling_is_understood(shop: Desk) -> None:
    edit(
        shop, "UPDATE `main`.`default`.`etl_control` SET execution_order = 3 WHERE source_id = 's'"
    )
    assert shop.row("shop.s").execution_order == 3


# --- two writers ---


def _raise_often(uri: str, source: str) -> None:
    for _ in range(6):
        run_sql(
            Lake(uri),
            f"UPDATE etl_control SET execution_order = execution_order + 1 "
            f"WHERE source_id = '{source}'",
            now=datetime.now(timezone.utc),
            author="other",
        )


def test_yaml_and_sql_written_at_once_lose_nothing(shop: Desk) -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        running = pool.submit(_raise_often, shop.control.lake.uri, "s")
        for n in range(6):
            shop.declare(f"{n}.yaml", f"new{n}")
            shop.ingest()
            edit(
                shop,
                "UPDATE etl_control SET execution_order = execution_order + 1 "
                "WHERE source_id = 't'",
            )
        running.result(timeout=120)
    assert (shop.row("shop.s").execution_order, shop.row("shop.t").execution_order) == (7, 7)
    assert len(shop.control.rows()) == 8
