from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from metadata_assets.collecting import rare_collections

USUAL = (700, 10, 10)


@pytest.fixture(autouse=True)
def _usual_collections() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(*USUAL)
    yield
    gc.set_threshold(*before)


def test_collections_are_rare_until_the_work_ends_or_fails() -> None:
    during = []

    def fail() -> None:
        with rare_collections():
            during.append(gc.get_threshold()[0])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert during == [50_000]
    assert gc.get_threshold() == USUAL


def test_whoever_made_them_rarer_still_is_left_in_peace() -> None:
    gc.set_threshold(200_000)
    with rare_collections():
        assert gc.get_threshold()[0] == 200_000
    assert gc.get_threshold()[0] == 200_000


def test_a_process_that_collects_rarely_does_not_collect_when_it_ends() -> None:
    # What is registered first is run last.
    script = """
import atexit, gc
atexit.register(lambda: print(gc.get_freeze_count() > 0))
from metadata_assets.collecting import collect_rarely
collect_rarely()
print(gc.get_threshold()[0], gc.get_freeze_count())
"""
    assert said_by(script) == "50000 0\nTrue\n"


def test_the_program_collects_rarely_before_it_imports_anything() -> None:
    script = """
import gc, sys
from metadata_assets.__main__ import main
print(gc.get_threshold()[0], sorted(name for name in sys.modules if name.startswith("metadata_")))
"""
    ours = ["metadata_assets", "metadata_assets.__main__", "metadata_assets.collecting"]
    assert said_by(script) == f"50000 {ours}\n"


def test_the_workers_of_the_program_collect_rarely_and_import_no_commands(tmp_path: Path) -> None:
    # As pip writes the program, which a worker imports first.
    program = tmp_path / "metadata-assets.py"
    program.write_text("""
import gc
from metadata_assets.__main__ import main
if __name__ == "__main__":
    from metadata_assets.defs.workers import _workers
    with _workers(1) as pool:
        print(pool.submit(gc.get_threshold).result()[0])
        print(pool.submit(eval, "'metadata_assets.cli' in __import__('sys').modules").result())
""")
    assert said_by(program) == "50000\nFalse\n"


def test_a_process_of_dagster_collects_rarely_too() -> None:
    script = "import gc, metadata_assets.definitions; print(gc.get_threshold()[0])"
    assert said_by(script) == "50000\n"


def said_by(script: str | Path) -> str:
    program = ["-c", script] if isinstance(script, str) else [script]
    done = subprocess.run(
        [sys.executable, *program], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout
