from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from metadata_assets.control.export import ExportOutcome, export
from metadata_assets.control.ingest import known_rows, opened_knowledge
from metadata_assets.control.model import ETL_CONTROL, ControlRow
from metadata_assets.control.sql import run_sql
from metadata_assets.control.stored import with_rows
from metadata_assets.control.table import ControlTable
from metadata_assets.errors import ConfigurationError
from metadata_assets.lake import Lake
from metadata_assets_tests.control.conftest import NOON, Desk
from metadata_assets_tests.control.test_knowledge import ABOUT, edit

COMMENTED = """\
# The shop's databases; ask Ann before you change one.
metadata_version: "1.0"
modules:
- module_name: shop # the main one
  description: All of the shop
  sources:
  # first the orders
  - source_id: 'orders'
    execution_order: 2   # after the customers
    source_type: sqlite
    source_config: {path: "orders.sqlite", include: [a, b]}
  - source_id: customers
    is_active: yes
    transformation_config:
      # a notebook
      task_type: notebook
      path: /a
  - source_id: old
    transformation_config: {task_type: notebook}
"""


def stored(control: ControlTable) -> dict[str, Any]:
    """Everything an export must bring back."""
    rows: dict[str, Any] = {row.key: (row.content_hash, row.drop) for row in control.rows()}
    known = known_rows(opened_knowledge(control.lake))
    return rows | {row.name: (row.content_hash, row.drop) for row in known}


def exported(desk: Desk, folder: Path) -> tuple[ExportOutcome, dict[str, Any]]:
    """The outcome, and what ingesting the export into an empty lake stores."""
    outcome = export(desk.control, desk.drops, folder)
    fresh = ControlTable(Lake(str(folder.parent / f"{folder.name}-lake")))
    ingested = fresh.ingest(folder, now=NOON, user="ann")
    assert ingested.plan.errors == ()
    assert ingested.plan.conflicts == ()
    return outcome, stored(fresh)


def sql(desk: Desk, text: str) -> None:
    run_sql(desk.control.lake, text, now=NOON, author="ann")


def text_of(folder: Path, name: str = "shop.yaml") -> str:
    return (folder / name).read_text(encoding="utf-8")


@pytest.fixture
def shop(desk: Desk) -> Desk:
    desk.write("shop.yaml", COMMENTED)
    for kind, text in ABOUT.items():
        desk.write(f"about/{kind}.yaml", text.replace("shop.s", "shop.orders"))
    desk.ingest()
    return desk


def test_files_that_say_what_the_table_says_are_copied(shop: Desk, tmp_path: Path) -> None:
    outcome, back = exported(shop, tmp_path / "out")
    assert back == stored(shop.control)
    assert len(outcome.copied) == 5
    assert text_of(tmp_path / "out") == COMMENTED


def test_only_what_differs_is_changed_and_comments_stay(shop: Desk, tmp_path: Path) -> None:
    sql(shop, "UPDATE etl_control SET execution_order = 7 WHERE source_id = 'orders'")
    sql(shop, "UPDATE etl_control SET is_active = false WHERE source_id = 'customers'")
    sql(
        shop,
        "UPDATE etl_control SET transformation_config = '"
        '{"task_type": "notebook", "path": "/b", "n": {"deep": ["yes", "007", "1e3"]}}\' '
        "WHERE source_id = 'customers'",
    )
    outcome, back = exported(shop, tmp_path / "out")
    assert back == stored(shop.control)
    assert outcome.changed == ("shop.yaml",)
    changed = text_of(tmp_path / "out").splitlines()
    lost = [line for line in COMMENTED.splitlines() if line not in changed]
    assert lost == [
        "    execution_order: 2   # after the customers",
        "    is_active: yes",
        "      path: /a",
    ]
    assert len(changed) <= len(COMMENTED.splitlines()) + 8
    assert "kind: modules" not in changed
    assert any("execution_order: 7" in line and "# after the customers" in line for line in changed)


def test_rows_that_went_and_came_are_taken_out_and_added(shop: Desk, tmp_path: Path) -> None:
    sql(shop, "DELETE FROM etl_control WHERE source_id = 'old'")
    sql(
        shop,
        "INSERT INTO etl_control (module_name, source_id, transformation_config) "
        """VALUES ('own', 'x', '{"task_type": "sql_query", """
        """"sql_task": {"sql_query": "SELECT 1\\nFROM t\\n"}}')""",
    )
    outcome, back = exported(shop, tmp_path / "out")
    assert "source_id: old" not in text_of(tmp_path / "out")
    assert (outcome.changed, outcome.written) == (("shop.yaml",), ("own.yaml",))
    assert back == stored(shop.control) | {"own.x": (back["own.x"][0], "own.yaml")}


def test_a_source_that_left_its_file_is_exported_inactive(shop: Desk, tmp_path: Path) -> None:
    shop.write("shop.yaml", COMMENTED[: COMMENTED.index("  - source_id: old")])
    shop.ingest()
    outcome, back = exported(shop, tmp_path / "out")
    assert back == stored(shop.control)
    assert outcome.changed == ("shop.yaml",)
    assert "is_active: false" in text_of(tmp_path / "out")


def test_what_is_said_of_a_source_is_exported_as_edited(shop: Desk, tmp_path: Path) -> None:
    edit(shop, "golden_queries", "query_id = 'orders'", question="'Count:\ttabs # and more?'")
    edit(shop, "annotations", "column_name = 'email'", description="'To reach'", pii="null")
    edit(shop, "glossary", "term = 'money'", definition="'yes'", broader="'wealth'")
    outcome, back = exported(shop, tmp_path / "out")
    assert back == stored(shop.control)
    assert len(outcome.changed) + len(outcome.written) == 3
    assert set(outcome.copied) == {"about/documentation.yaml", "shop.yaml"}


def test_a_module_in_two_places_and_sources_behind_aliases_are_written_anew(
    desk: Desk, tmp_path: Path
) -> None:
    desk.write(
        "shop.yaml",
        """
        modules:
        - module_name: a
          sources:
          - &s {source_id: x, transformation_config: &t {task_type: notebook, n: 1}}
        - module_name: a
          sources: [{source_id: y, transformation_config: *t}]
        - module_name: b
          sources: [*s]
        """,
    )
    desk.ingest()
    sql(
        desk,
        """UPDATE etl_control SET transformation_config = '{"task_type": "notebook", "n": 2}' """
        "WHERE module_name = 'b'",
    )
    outcome, back = exported(desk, tmp_path / "out")
    assert back == stored(desk.control)
    assert outcome.written == ("shop.yaml",)


def test_a_file_that_is_gone_or_broken_is_written_anew(shop: Desk, tmp_path: Path) -> None:
    shop.write("shop.yaml", "modules: [")
    outcome, back = exported(shop, tmp_path / "out")
    assert back == stored(shop.control)
    assert outcome.written == ("shop.yaml",)


def test_a_row_that_cannot_be_understood_is_told(shop: Desk, tmp_path: Path) -> None:
    shop.insert(source_id="x", module_name="m", source_config="{")
    assert exported(shop, tmp_path / "out")[0].left_out == ("m.x",)


def test_a_row_never_names_a_file_outside_the_folder(shop: Desk, tmp_path: Path) -> None:
    shop.edit("shop.old", origin="'yaml:../../evil.yaml'")
    exported(shop, tmp_path / "out")
    assert not (tmp_path / "evil.yaml").exists()
    assert "source_id: old" in text_of(tmp_path / "out")


def test_a_folder_with_other_drops_is_refused(shop: Desk, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "other.yaml").write_text("modules: []")
    with pytest.raises(ConfigurationError, match=r"holds other drops, such as other\.yaml"):
        export(shop.control, shop.drops, tmp_path / "out")


def test_any_text_comes_back_as_it_was(desk: Desk, tmp_path: Path) -> None:
    dice = random.Random(5)
    pieces = [*"-#'\"\n \t%@`|>[{,\\é\u2028\x85\U0001f600", "yes", "null", "~", "0x1f", "1e5", ": "]
    pieces += ["<<", "*a", "&a", "!x", "a b"]

    def text(length: int) -> str:
        return "".join(dice.choices(pieces, k=length))

    configs = [{"task_type": "notebook", text(2): text(5)} for _ in range(300)]
    rows = [
        ControlRow(module_name="m", source_id=f"s{n}", transformation_config=config, origin="sql")
        for n, config in enumerate(configs)
    ]
    partition = desk.control.lake.table(ETL_CONTROL)
    partition.overwrite(with_rows(partition.read(), rows))
    _, back = exported(desk, tmp_path / "out")
    assert {key: value[0] for key, value in back.items()} == {
        row.key: row.content_hash for row in rows
    }
