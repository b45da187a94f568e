from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from metadata_assets import eventlog
from metadata_assets.eventlog import write_events_to
from metadata_assets_tests.ledger.processes import run_at_once


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    logger = logging.getLogger("metadata_assets")
    before = list(logger.handlers)
    yield tmp_path / "log" / "events.jsonl"
    for handler in set(logger.handlers) - set(before):
        logger.removeHandler(handler)
        handler.close()


def test_an_event_is_one_line_that_says_where_it_belongs(path: Path) -> None:
    write_events_to(path)
    write_events_to(path)
    context = {"source": "shop", "stage": "catalog_extract", "run_id": "r-1"}
    log = logging.getLogger("metadata_assets.somewhere")
    log.info("read %d tables\nwith password=S3cret", 3, extra=context)
    try:
        raise ValueError("postgresql://me:S3cret@db")
    except ValueError:
        log.exception("it failed")
    first, second = map(json.loads, path.read_text().splitlines())
    assert first.pop("time").endswith("+00:00")
    assert first == {
        "level": "info",
        "logger": "metadata_assets.somewhere",
        "event": "read 3 tables\nwith password=***",
        **context,
    }
    assert "Traceback" in second["exception"]
    assert "S3cret" not in path.read_text()


def test_processes_write_one_file_that_is_rotated_by_size(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(eventlog, "_MAX_BYTES", 20_000)
    monkeypatch.setattr(eventlog, "_BACKUPS", 50)

    def write(number: int) -> None:
        write_events_to(path)
        for n in range(100):
            logging.getLogger("metadata_assets").info("event %d of %d", n, number)

    run_at_once(write, 4)
    files = list(path.parent.glob("events.jsonl*"))
    events = {json.loads(line)["event"] for file in files for line in file.read_text().splitlines()}
    assert len(events) == 400
    assert len(files) > 1
