from __future__ import annotations

import time
from uuid import uuid4

import pytest

from metadata_assets.errors import PermanentError
from metadata_assets.ledger.replay import replay_dead_letters
from metadata_assets.ledger.store import Ledger
from metadata_assets.ledger.values import DeadLetter


def test_what_a_handler_takes_is_resolved_and_what_it_refuses_goes_back(ledger: Ledger) -> None:
    letters = [ledger.add_to_dead_letter_queue("shop", "insert", {"n": n}).id for n in range(4)]

    def take(letter: DeadLetter) -> None:
        if letter.record_data["n"] % 2:
            raise ValueError(f"odd: {letter.record_data['n']}, password=S3cret")

    replay = replay_dead_letters(ledger, take, letters, processed_by="anna")
    assert [letter.record_data["n"] for letter in replay.resolved] == [0, 2]
    assert [letter.last_error_message for letter in replay.failed] == [
        "odd: 1, password=***",
        "odd: 3, password=***",
    ]
    assert {letter.processed_by for letter in replay.resolved} == {"anna"}
    assert [letter.status for letter in ledger.dead_letters()].count("pending") == 2
    again = replay_dead_letters(ledger, lambda _: None, letters)
    assert [letter.record_data["n"] for letter in again.resolved] == [1, 3]


def test_a_letter_that_someone_holds_is_left_alone(ledger: Ledger) -> None:
    letter = ledger.add_to_dead_letter_queue("shop", "insert", {"n": 1})
    (held,) = ledger.claim_dead_letters()
    assert replay_dead_letters(ledger, lambda _: None, [letter.id]).resolved == ()
    ledger.resolve_dead_letter(letter.id, "manual_fix", claim_id=held.claim_id)


def test_an_unknown_letter_is_an_error(ledger: Ledger) -> None:
    with pytest.raises(PermanentError, match="there is no such letter"):
        replay_dead_letters(ledger, lambda _: None, [uuid4()])


def test_a_handler_that_outlives_its_lease_does_not_settle_what_another_has_claimed(
    ledger: Ledger,
) -> None:
    letter = ledger.add_to_dead_letter_queue("shop", "insert", {"n": 1})

    def dawdle(_letter: DeadLetter) -> None:
        time.sleep(0.1)
        ledger.claim_dead_letters(claimed_by="another")

    replay = replay_dead_letters(ledger, dawdle, [letter.id], lease_seconds=0.05)
    assert (replay.resolved, replay.failed) == ((), ())
    assert ledger.dead_letter(letter.id).claimed_by == "another"
