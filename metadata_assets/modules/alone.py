"""One run of a module at a time, whoever starts it, and whatever becomes of the process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from metadata_assets.ledger.clock import utc_now
from metadata_assets.ledger.store import Ledger
from metadata_assets.ledger.values import SyncRun
from metadata_assets.modules.outcome import ModuleBusy

_SILENT = timedelta(minutes=2)
"""A run shows every ten seconds that it is alive."""


@contextmanager
def only_run(run: SyncRun, locks: Path, ledger: Ledger) -> Iterator[None]:
    """Run the block as the only one for a module.

    A lock of the system keeps other processes of this machine out, and ends with its process; the
    heartbeats in the ledger tell of runs on other machines.

    Args:
        run: The run of this block, on record as running.
        locks: The folder of locks.
        ledger: Where runs are on record.

    Raises:
        ModuleBusy: Its module is being run.
    """
    locks.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(locks / f"module_{run.schema_name}.lock", timeout=0):
            ledger.abandon_dead_runs()
            other = _other(run, ledger)
            if other is not None:
                raise _busy(run, other)
            yield
    except Timeout:
        raise _busy(run, _other(run, ledger)) from None


def _other(run: SyncRun, ledger: Ledger) -> SyncRun | None:
    """Another run of the same module that is alive."""
    since = utc_now() - _SILENT
    running = ledger.runs(run.schema_name, status="running", stage=run.stage)
    alive = [one for one in running if one.id != run.id and one.heartbeat_at >= since]
    return alive[0] if alive else None


def _busy(run: SyncRun, other: SyncRun | None) -> ModuleBusy:
    what = "it is being run"
    if other is not None:
        since = other.started_at.isoformat(sep=" ", timespec="seconds")
        what = f"it is being run since {since} on {other.node_id} (run {other.id})"
    return ModuleBusy(
        f"{what}, and one run at a time is allowed",
        where=f"module {run.schema_name}",
        remedy="Try again when it ended.",
    )
