from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from deltalake import DeltaTable

from metadata_assets.control.sql import run_sql
from metadata_assets.control.watermark import read_watermark
from metadata_assets.defs.watch import Look, look
from metadata_assets.ledger.store import Ledger
from metadata_assets.training.glossary import GLOSSARY
from metadata_assets_tests.control.conftest import NOON
from metadata_assets_tests.defs.test_sensors import SHOP, settled
from metadata_assets_tests.home import Home


class Watcher:
    """One look after the other at a home."""

    def __init__(self, home: Home, instance: dg.DagsterInstance, ledger: Ledger) -> None:
        self.home, self.instance, self.ledger = home, instance, ledger
        self.last = Look()

    def look(self) -> dict[str, str]:
        """How each source that was synced came out."""
        self.last = look(self.home.settings, self.instance, self.ledger, self.last)
        report = self.last.report
        return {} if report is None else {one.source: one.status for one in report.sources}


@pytest.fixture
def watcher(home: Home, instance: dg.DagsterInstance) -> Iterator[Watcher]:
    with Ledger.open(home.settings.ledger_url) as ledger:
        yield Watcher(home, instance, ledger)


def test_a_burst_of_edits_is_one_ingestion_and_then_only_what_changes_is_synced(
    home: Home, watcher: Watcher
) -> None:
    for name in ("shop", "crm"):
        settled(home.drop(f"{name}.yaml", home.sqlite(name, SHOP)))
    assert watcher.look() == {"m.crm": "synced", "m.shop": "synced"}
    assert watcher.last.ingested == ("crm.yaml", "shop.yaml")
    runs = watcher.instance.get_runs()
    assert [run.job_name for run in runs].count("control_ingest") == 1
    assert watcher.look() == {}
    assert (watcher.last.ingested, len(watcher.instance.get_runs())) == ((), len(runs))
    DeltaTable(f"{home.settings.lake_uri}/control/etl_control").update(
        predicate="source_id = 'crm'",
        updates={"source_config": """'{"path": "crm.sqlite", "exclude": ["x"]}'"""},
    )
    assert watcher.look() == {"m.crm": "synced"}
    about = home.settings.drops_path / "about.yaml"
    about.write_text(
        "kind: annotations\nsource: m.shop\ntables: [{table: main.item, description: Goods}]\n"
    )
    settled(about)
    assert watcher.look() == {"m.shop": "synced"}


def test_a_source_that_failed_is_tried_again_until_it_succeeds(
    home: Home, watcher: Watcher
) -> None:
    gone = {"source_id": "gone", "source_type": "sqlite", "source_config": {"path": "gone.sqlite"}}
    settled(home.drop("all.yaml", gone))
    assert watcher.look() == {"m.gone": "failed"}
    assert not watcher.last.succeeded
    assert read_watermark(watcher.ledger).behind == {"m.gone"}
    assert watcher.look() == {"m.gone": "failed"}
    home.sqlite("gone", SHOP)
    assert watcher.look() == {"m.gone": "synced"}
    assert read_watermark(watcher.ledger).behind == frozenset()
    assert watcher.look() == {}


def test_a_file_that_is_being_written_waits_and_holds_the_others_back(
    home: Home, watcher: Watcher
) -> None:
    settled(home.drop("a.yaml"))
    half = home.drop("b.yaml", module="n")
    assert watcher.look() == {}
    assert watcher.last.settling == ("b.yaml",)
    settled(half)
    watcher.look()
    assert watcher.last.ingested == ("a.yaml", "b.yaml")


def test_a_drop_that_waited_is_ingested_once_its_source_is_declared(
    home: Home, watcher: Watcher
) -> None:
    about = home.drop("about.yaml")
    about.write_text("kind: glossary\nsource: m.new\nterms: [{term: a, definition: b}]\n")
    settled(about)
    watcher.look()
    assert "the source m.new is not declared" in watcher.last.problems[0]
    text = "INSERT INTO etl_control (module_name, source_id, source_type, source_config, is_active)"
    run_sql(
        home.lake,
        f"{text} VALUES ('m', 'new', 'csv', '{{\"path\": \"x\"}}', false)",
        now=NOON,
        author="a",
    )
    watcher.look()
    assert watcher.last.problems == ()
    assert home.lake.read(GLOSSARY, "m.new").num_rows == 1


def test_a_look_at_a_thousand_unchanged_files_takes_a_tenth_of_a_second(
    home: Home, watcher: Watcher
) -> None:
    for n in range(1000):
        settled(home.drop(f"{n // 50}/{n}.yaml", module=f"m{n}"))
    watcher.look()
    before = time.process_time()
    watcher.look()
    assert time.process_time() - before < 0.1
    assert watcher.last.ingested == ()


def watching(home: Home, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(Path(sys.executable).parent / "metadata-assets"), "watch", *options],
        env=home.command_environment(PYTHONUNBUFFERED="1"),
        cwd=home.path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_command_works_until_it_is_interrupted_and_ends_cleanly(home: Home) -> None:
    settled(home.drop("shop.yaml", home.sqlite("shop", SHOP)))
    with watching(home, "--interval", "1") as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        assert any("m.shop: synced" in line for line in lines)
        # A folder that is away for a while ends nothing.
        home.settings.drops_path.rename(home.path / "away")
        assert process.stderr is not None
        assert "the drops folder is missing" in process.stderr.readline()
        (home.path / "away").rename(home.settings.drops_path)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert errors.strip().splitlines()[-1] == "SIGINT: stopping after what is being done."


def test_once_looks_once_and_its_exit_code_tells(home: Home) -> None:
    gone = {"source_id": "gone", "source_type": "sqlite", "source_config": {"path": "gone.sqlite"}}
    settled(home.drop("all.yaml", gone))
    with watching(home, "--once") as process:
        printed, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "m.gone: failed" in printed
