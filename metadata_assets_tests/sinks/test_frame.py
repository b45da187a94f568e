from __future__ import annotations

import uuid
from hashlib import sha256
from pathlib import Path

from metadata_assets.lake import Lake
from metadata_assets.sinks.frame import get_training_data
from metadata_assets.sinks.jsonl import JsonlSink
from metadata_assets_tests.sinks.conftest import Shelf, answer, ddl, record


def shelf(lake: Lake, tmp_path: Path, source: str = "demo.shop") -> Shelf:
    return Shelf(lake, JsonlSink(tmp_path / "out.jsonl"), source, locks=tmp_path)


def test_the_frame_has_the_columns_and_ids_of_vanna(lake: Lake, tmp_path: Path) -> None:
    shelf(lake, tmp_path).records(
        record("CREATE TABLE t (id int)", "ddl"), answer("Ä?", "SELECT 1")
    )
    frame = get_training_data(lake)
    assert list(frame.columns) == ["id", "question", "content", "training_data_type"]
    told = '{"question": "Ä?", "sql": "SELECT 1"}'
    computed = uuid.uuid5(uuid.UUID(int=0), sha256(told.encode()).hexdigest())
    assert dict(zip(frame["id"], frame["training_data_type"], strict=True)) == {
        "feb258f5-08f2-509d-bcbd-07c77c513b55-ddl": "ddl",
        f"{computed}-sql": "sql",
    }


def test_the_frame_holds_what_is_current_once(lake: Lake, tmp_path: Path) -> None:
    shelf(lake, tmp_path).records(ddl("a"), record("b", sync_status="deleted"))
    shelf(lake, tmp_path, "demo.copy").records(ddl("a"), ddl("c"))
    assert len(get_training_data(lake)) == 2
    assert list(get_training_data(lake, "demo.shop")["content"]) == ["CREATE TABLE a (id int)"]
