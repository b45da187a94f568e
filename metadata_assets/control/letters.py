"""Drops that were refused wait as dead letters, with their text, until they are mended."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from metadata_assets.errors import ConfigurationError
from metadata_assets.ledger.redaction import redact_text
from metadata_assets.ledger.store import Ledger
from metadata_assets.ledger.untaken import Untaken, keep_letters

SOURCE = "control"
STAGE = "control_table"

_MOST_CHARACTERS = 200_000
_POSITION = re.compile(r":\d+:\d+$")


def keep_drop_letters(
    ledger: Ledger,
    errors: Iterable[ConfigurationError],
    folder: Path,
    *,
    sync_run_id: UUID | None = None,
) -> None:
    """Queue the drops that an ingestion refused, and settle the letters of those it took.

    Args:
        ledger: Where the letters are.
        errors: What is wrong with the drops.
        folder: Where they are.
        sync_run_id: The run that refused them.
    """
    problems: dict[str, list[str]] = {}
    for error in errors:
        problems.setdefault(drop_of(error.where), []).append(str(error))
    untaken = [
        Untaken(
            name,
            {"file": name, "problems": found, "text": _text(folder / name)},
            "; ".join(found),
        )
        for name, found in problems.items()
    ]
    keep_letters(ledger, SOURCE, STAGE, untaken, sync_run_id=sync_run_id)


def drop_of(where: str) -> str:
    """The file that a problem's place, `file:line:column`, is in."""
    return _POSITION.sub("", where)


def _text(path: Path) -> str | None:
    """What the file says, without secrets; None where it cannot be read."""
    try:
        return redact_text(path.read_bytes().decode(errors="replace")[:_MOST_CHARACTERS])
    except OSError:
        return None
