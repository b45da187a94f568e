from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from metadata_assets.errors import TransientError
from metadata_assets.ledger.store import Ledger
from metadata_assets_tests.servers import PostgresServer

WORKERS = 6
CRASHES = 3


@dataclass
class Worker:
    """Moves a marker and queues a letter for each step, and notes what the ledger acknowledged."""

    number: int
    tried: int = 0
    position: int = 0
    letters: list[int] = field(default_factory=list)
    refused: int = 0

    def work(self, ledger: Ledger, over: threading.Event) -> None:
        while not over.is_set():
            self.tried += 1
            try:
                ledger.update_position(
                    "shop", f"t{self.number}", "stream", {"offset": self.tried}, order="integer"
                )
                self.position = self.tried
                ledger.add_to_dead_letter_queue(
                    f"shop{self.number}", "insert", {"offset": self.tried}
                )
                self.letters.append(self.tried)
            except TransientError:
                self.refused += 1
                time.sleep(0.01)


def test_what_was_acknowledged_outlives_crashes_of_the_server_under_load(tmp_path: Path) -> None:
    server = PostgresServer.start(tmp_path / "postgres")
    workers = [Worker(number) for number in range(WORKERS)]
    over = threading.Event()
    with Ledger.open(server.create_database()) as ledger, ThreadPoolExecutor(WORKERS) as threads:
        done = [threads.submit(worker.work, ledger, over) for worker in workers]
        try:
            for _ in range(CRASHES):
                time.sleep(0.7)
                server.crash()
                reached = [worker.position for worker in workers]
                server.restart()
            time.sleep(0.7)
        finally:
            over.set()
        for one in done:
            one.result(timeout=30)
        for worker in workers:
            assert worker.refused
            assert worker.position > reached[worker.number], "it did not go on"
            stored = ledger.position("shop", f"t{worker.number}", "stream")
            assert stored is not None
            # What was under way may have been committed without the answer coming through.
            assert worker.position <= stored["offset"] <= worker.tried
            letters = ledger.dead_letters(f"shop{worker.number}", limit=10**6)
            offsets = [letter.record_data["offset"] for letter in letters]
            assert len(offsets) == len(set(offsets))
            assert set(worker.letters) <= set(offsets) <= set(range(1, worker.tried + 1))
