from __future__ import annotations

from datetime import datetime, timezone

from metadata_assets.catalog.annotations import ANNOTATIONS
from metadata_assets.control.annotate import Remark, annotate_source
from metadata_assets.control.table import ControlTable
from metadata_assets.lake import Lake
from metadata_assets_tests.home import Home

DROP = """
kind: annotations
source: m.shop
tables:
  - table: main.item
    description: {said}
    owner: data team
"""


def said(lake: Lake) -> dict[tuple[str, str | None], tuple[str, str]]:
    """Description and origin of every annotation of m.shop."""
    return {
        (row["table_fqdn"], row["column_name"]): (row["description"], row["origin"])
        for row in lake.read(ANNOTATIONS, "m.shop").to_pylist()
    }


def remark(text: str, column: str | None = None) -> Remark:
    return Remark("main.item", column, {"description": text})


def test_remarks_are_inserted_updated_or_known_already_in_one_commit(lake: Lake) -> None:
    first = annotate_source(
        lake, "m.shop", [remark("Things"), remark("Key", "id")], origin="csv:a.csv", author="ann"
    )
    assert first.inserted == ("main.item", "main.item.id")
    again = annotate_source(
        lake, "m.shop", [remark("Goods"), remark("Key", "id")], origin="user:bob", author="bob"
    )
    assert (again.updated, again.unchanged) == (("main.item",), ("main.item.id",))
    assert said(lake) == {
        ("main.item", None): ("Goods", "user:bob"),
        ("main.item", "id"): ("Key", "csv:a.csv"),
    }
    version = lake.version(ANNOTATIONS)
    annotate_source(lake, "m.shop", [remark("Goods")], origin="user:eve", author="eve")
    assert lake.version(ANNOTATIONS) == version
    authors = [entry.get("author") for entry in lake.history(ANNOTATIONS)]
    assert authors[:2] == ["bob", "ann"]


def test_an_edit_of_what_a_drop_declares_stands_and_is_a_conflict_once_the_drop_changes(
    home: Home,
) -> None:
    home.drop("shop.yaml", home.sqlite("shop", "CREATE TABLE item (id INTEGER)"))
    drop = home.settings.drops_path / "said.yaml"
    drop.write_text(DROP.format(said="Things"), encoding="utf-8")
    control = ControlTable(home.lake)

    def ingest() -> list[str]:
        now = datetime.now(timezone.utc)
        plan = control.ingest(home.settings.drops_location, now=now, user="t").plan
        assert plan.errors == ()
        return [conflict.kind for conflict in plan.conflicts]

    assert ingest() == []
    outcome = annotate_source(
        home.lake, "m.shop", [remark("Goods")], origin="excel:a.xlsx", author="ann"
    )
    assert outcome.declared == ("main.item",)
    assert ingest() == []
    drop.write_text(DROP.format(said="Wares"), encoding="utf-8")
    assert ingest() == ["edited"]
    assert said(home.lake) == {("main.item", None): ("Goods", "yaml:said.yaml")}
    (row,) = home.lake.read(ANNOTATIONS, "m.shop").to_pylist()
    assert row["owner"] == "data team"
