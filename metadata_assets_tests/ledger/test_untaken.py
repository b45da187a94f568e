from __future__ import annotations

from pathlib import Path

from metadata_assets.ledger.store import Ledger
from metadata_assets.ledger.untaken import Untaken, keep_letters


def test_why_something_was_not_taken_is_an_open_error_until_it_is(tmp_path: Path) -> None:
    def keep(**reasons: str) -> None:
        untaken = [Untaken(name, {"is": reason}, reason) for name, reason in reasons.items()]
        keep_letters(ledger, "m.files", "catalog_extract", untaken)

    def open_errors() -> dict[str | None, str]:
        return {
            error.table_name: error.error_message
            for error in ledger.errors("m.files", status="open")
        }

    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        keep(a="the file is empty", b="the file is binary, not text")
        keep(a="the file is empty", b="the file is HTML, not CSV")
        assert open_errors() == {"a": "the file is empty", "b": "the file is HTML, not CSV"}
        ledger.resolve_errors("m.files", notes="the source is up to date")
        assert len(open_errors()) == 2
        (letter,) = ledger.dead_letters("m.files", status="pending", limit=1)
        assert letter.error_log_id is not None
        keep(b="the file is HTML, not CSV")
        assert list(open_errors()) == ["b"]
        keep()
        assert open_errors() == {}
        assert ledger.dead_letters("m.files", status="pending") == []
