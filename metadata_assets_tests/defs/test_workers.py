from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from multiprocessing import active_children
from pathlib import Path

from metadata_assets.defs.execution import RunOutcome, SyncOptions
from metadata_assets.defs.workers import WorkerPool
from metadata_assets.ledger.store import Ledger
from metadata_assets.training.health import duplicates
from metadata_assets.training.records import RECORDS
from metadata_assets_tests.home import Home


def test_a_worker_that_is_killed_loses_no_source(home: Home) -> None:
    tables = [f"CREATE TABLE t{n} (id INTEGER PRIMARY KEY, name TEXT)" for n in range(50)]
    home.drop("all.yaml", *(home.sqlite(name, *tables) for name in ("a", "b", "c")))
    home.sync("m.a")  # ingests the drop; leaves b and c to the workers
    outcomes: list[RunOutcome] = []
    with WorkerPool(1) as pool:
        running = threading.Thread(
            target=lambda: outcomes.extend(pool.sync(["m.b", "m.c"], SyncOptions()))
        )
        running.start()
        with Ledger.open(home.settings.ledger_url) as ledger:
            deadline = time.monotonic() + 180
            while not ledger.runs("m.b") and time.monotonic() < deadline:
                time.sleep(0.01)
        for worker in active_children():
            os.kill(worker.pid or 0, signal.SIGKILL)
        running.join(timeout=300)
    assert {outcome.target: outcome.error for outcome in outcomes} == {"m.b": None, "m.c": None}
    assert home.lake.read(RECORDS, "m.b").num_rows == 100


def test_two_first_syncs_at_once_leave_one_sound_home(home: Home) -> None:
    tables = [f"CREATE TABLE t{n} (id INTEGER PRIMARY KEY)" for n in range(5)]
    home.drop("all.yaml", *(home.sqlite(name, *tables) for name in ("a", "b")))
    command = [str(Path(sys.executable).parent / "metadata-assets"), "sync"]
    both = [
        subprocess.Popen(
            command,
            cwd=home.path,
            env=home.command_environment(METADATA_ASSETS_WORKERS="1"),
            stderr=subprocess.DEVNULL,
        )
        for _ in range(2)
    ]
    for one in both:
        one.wait(timeout=300)
    report = home.sync()
    assert report.succeeded
    assert home.lake.read(RECORDS, "m.a").num_rows == 10
    assert duplicates(home.lake.read(RECORDS, "m.a")).num_rows == 0
