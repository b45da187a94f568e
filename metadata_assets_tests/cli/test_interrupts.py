from __future__ import annotations

import subprocess
import sys

SIGNALS_AT_EVERY_STEP_OF_A_WAIT = """
import signal, sys
from itertools import count
from metadata_assets.cli.interrupts import until_interrupted

for step in count():
    steps = count()

    def trace(frame, event, argument):
        if next(steps) == step:
            signal.raise_signal(signal.SIGINT)
        return trace

    with until_interrupted() as interruption:
        sys.settrace(trace)
        interruption.wait(0)
        sys.settrace(None)
        if not interruption.has_come:
            break
print(f"ended well: {step > 5}")
"""

TWO_SIGNALS = """
import os, signal
from metadata_assets.cli.interrupts import until_interrupted

with until_interrupted("ending.") as interruption:
    os.kill(os.getpid(), signal.SIGTERM)
    assert interruption.wait(60)
    os.kill(os.getpid(), signal.SIGINT)
    print("went on")
"""


def run(script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )


def test_a_signal_ends_the_waiting_whenever_it_comes() -> None:
    assert run(SIGNALS_AT_EVERY_STEP_OF_A_WAIT).stdout == "ended well: True\n"


def test_the_first_signal_is_answered_and_the_second_ends_the_program_at_once() -> None:
    done = run(TWO_SIGNALS)
    assert "SIGTERM: ending." in done.stderr
    assert "KeyboardInterrupt" in done.stderr
    assert done.stdout == ""
    assert done.returncode != 0
