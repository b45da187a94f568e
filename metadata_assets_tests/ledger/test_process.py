from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from metadata_assets.ledger.process import ProcessIdentity, _started_by_ps


def test_an_identity_reads_back_from_its_text() -> None:
    current = ProcessIdentity.current()
    assert ProcessIdentity.parse(str(current)) == current
    assert not current.has_ended()


def test_other_text_is_no_identity() -> None:
    assert ProcessIdentity.parse("worker-7") is None
    assert ProcessIdentity.parse("") is None


def test_an_identity_stays_the_same_while_the_process_lives() -> None:
    assert ProcessIdentity.current() == ProcessIdentity.current()


@pytest.mark.skipif(shutil.which("ps") is None, reason="ps is not on PATH (Debian: procps)")
def test_without_proc_the_start_time_comes_from_ps() -> None:
    started = _started_by_ps(os.getpid())
    assert started
    assert _started_by_ps(os.getpid()) == started
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        child.wait()
    assert _started_by_ps(child.pid) is None
