"""Processes that work on one ledger while some of them are killed, at any moment.

Each is given a few seconds; `LEDGER_KILL_SECONDS=60` makes it a minute.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from pathlib import Path

from metadata_assets.errors import PermanentError, PositionConflict
from metadata_assets.ledger.store import Ledger
from metadata_assets_tests.ledger.conftest import Place
from metadata_assets_tests.ledger.processes import start_process

SECONDS = float(os.environ.get("LEDGER_KILL_SECONDS", "4"))
LEASE_SECONDS = 1.0
PROCESSES = 8


def note(path: Path, line: str) -> None:
    """Append a line that outlives a kill of this process."""
    with path.open("ab", buffering=0) as lines:
        lines.write(f"{line}\n".encode())


def lines_of(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def count_one_more(ledger: Ledger) -> bool:
    seen = ledger.position("shop", None, "batch")
    step = {"n": (seen or {"n": 0})["n"] + 1}
    try:
        ledger.update_position("shop", None, "batch", step, expected=seen)
    except PositionConflict:
        return False
    return True


def settle_some(ledger: Ledger, settled: Path) -> int:
    claimed = ledger.claim_dead_letters(limit=4, lease_seconds=LEASE_SECONDS)
    for letter in claimed:
        try:
            ledger.resolve_dead_letter(letter.id, "reprocessed", claim_id=letter.claim_id)
        except PermanentError:
            continue  # the lease ran out, and someone else has it
        note(settled, str(letter.id))
    return len(claimed)


def test_with_kills_in_between_nothing_is_lost_and_nothing_is_done_twice(
    place: Place, tmp_path: Path
) -> None:
    counted, queued, settled = (tmp_path / name for name in ("counted", "queued", "settled"))

    def work() -> None:
        with place.open() as ledger:
            while True:
                if count_one_more(ledger):
                    note(counted, "1")
                letter = ledger.add_to_dead_letter_queue("shop", "insert", {"at": time.time_ns()})
                note(queued, str(letter.id))
                settle_some(ledger, settled)

    place.open().close()
    chance = random.Random(7)
    workers = [start_process(work) for _ in range(PROCESSES)]
    kills = 0
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        time.sleep(chance.uniform(0.05, 0.4))
        unlucky = chance.randrange(PROCESSES)
        workers[unlucky].kill()
        workers[unlucky].join(timeout=10)
        workers[unlucky] = start_process(work)
        kills += 1
    for worker in workers:
        worker.kill()
        worker.join(timeout=10)
    kills += PROCESSES

    with place.open() as ledger:
        # What the killed held comes up again when their leases are over.
        deadline = time.monotonic() + 60
        while ledger.dead_letters(status="pending") or ledger.dead_letters(status="processing"):
            assert time.monotonic() < deadline, "letters are left over"
            if not settle_some(ledger, settled):
                time.sleep(0.1)
        position = ledger.position("shop", None, "batch")
        letters = ledger.dead_letters("shop", limit=10**6)
    assert position is not None
    acknowledged = len(lines_of(counted))
    # Each kill may have come between a commit and its note.
    assert acknowledged <= position["n"] <= acknowledged + kills
    stored = {str(letter.id) for letter in letters}
    assert set(lines_of(queued)) <= stored
    assert len(stored) <= len(lines_of(queued)) + kills
    assert all(letter.status == "resolved" for letter in letters)
    times = Counter(lines_of(settled))
    assert max(times.values()) == 1
    assert set(times) <= stored
    assert len(stored) - len(times) <= kills
    assert acknowledged > PROCESSES
    assert len(times) > PROCESSES
