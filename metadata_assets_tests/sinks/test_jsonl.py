from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest

from metadata_assets.errors import ConfigurationError
from metadata_assets.lake import Lake
from metadata_assets.sinks.jsonl import JsonlSink, read_jsonl
from metadata_assets_tests.sinks.conftest import Shelf, answer, ddl


def test_each_push_replaces_the_file_with_the_current_records(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "out" / "shop.jsonl"
    shelf = Shelf(lake, JsonlSink(path), locks=tmp_path)
    shelf.records(ddl("orders"), answer("Wie viel — „alles“?", "SELECT 1"))
    shelf.push()
    shelf.records(ddl("refunds"))
    shelf.push()
    (line,) = path.read_text(encoding="utf-8").splitlines()
    assert json.loads(line).keys() == {"id", "training_data_type", "question", "content"}
    assert shelf.contents == ["CREATE TABLE refunds (id int)"]
    assert [file.name for file in path.parent.iterdir()] == ["shop.jsonl"]


def test_a_push_that_fails_leaves_the_file_as_it_was(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "shop.jsonl"
    shelf = Shelf(lake, JsonlSink(path), locks=tmp_path)
    shelf.records(ddl("orders"))
    shelf.push()
    before = path.read_text()
    with contextlib.suppress(KeyboardInterrupt), shelf.sink.opened() as session:
        session.train(shelf.lesson("half"))
        raise KeyboardInterrupt
    assert path.read_text() == before


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "1"}', '{"id": 1, "content": NaN}'])
def test_a_line_that_is_no_record_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"in\.jsonl:2: the line is no training record"):
        read_jsonl(path)
