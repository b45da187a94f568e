from __future__ import annotations

import time

from metadata_assets.ledger.replay import replay_dead_letters
from metadata_assets.ledger.store import Ledger
from metadata_assets.ledger.values import DeadLetter


def test_what_a_handler_takes_is_resolved_and_what_it_refuses_goes_back(ledger: Ledger) -> None:
    for n in range(4):
        ledger.add_to_dead_letter_queue("shop", "insert", {"n": n})

    def take(letter: DeadLetter) -> None:
        if letter.record_data["n"] % 2:
            raise ValueError(f"odd: {letter.record_data['n']}, password=S3cret")

    replay = replay_dead_letters(ledger, take, processed_by="anna")
    assert [letter.record_data["n"] for letter in replay.resolved] == [0, 2]
    assert [letter.last_error_message for letter in replay.failed] == [
        "odd: 1, password=***",
        "odd: 3, password=***",
    ]
    assert {letter.processed_by for letter in replay.resolved} == {"anna"}
    assert [letter.status for letter in ledger.dead_letters()].count("pending") == 2
    assert replay_dead_letters(ledger, take).resolved == (), "they wait for their time"


def test_a_replay_stays_within_its_source_and_limit(ledger: Ledger) -> None:
    for source in ("shop", "shop", "crm"):
        ledger.add_to_dead_letter_queue(source, "insert", {"of": source})
    replay = replay_dead_letters(ledger, lambda _: None, "shop", limit=1)
    assert [letter.schema_name for letter in replay.resolved] == ["shop"]
    assert len(ledger.dead_letters(status="pending")) == 2


def test_a_handler_that_outlives_its_lease_does_not_settle_what_another_has_claimed(
    ledger: Ledger,
) -> None:
    letter = ledger.add_to_dead_letter_queue("shop", "insert", {"n": 1})

    def dawdle(_letter: DeadLetter) -> None:
        time.sleep(0.1)
        ledger.claim_dead_letters(claimed_by="another")

    replay = replay_dead_letters(ledger, dawdle, lease_seconds=0.05)
    assert (replay.resolved, replay.failed) == ((), ())
    assert ledger.dead_letter(letter.id).claimed_by == "another"
