"""Drops that were refused wait as dead letters, with their text, until they are mended."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from uuid import UUID

from metadata_assets.control.folder import Location, open_folder
from metadata_assets.errors import ConfigurationError
from metadata_assets.ledger.redaction import redact_text
from metadata_assets.ledger.store import Ledger
from metadata_assets.ledger.untaken import Untaken, keep_letters

SOURCE = "control"
STAGE = "control_table"

_POSITION = re.compile(r":\d+:\d+$")


def keep_drop_letters(
    ledger: Ledger,
    errors: Iterable[ConfigurationError],
    folder: Location,
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
    texts = _texts(folder, problems) if problems else {}
    untaken = [
        Untaken(
            name,
            {"file": name, "problems": found, "text": texts.get(name)},
            "; ".join(found),
        )
        for name, found in problems.items()
    ]
    keep_letters(ledger, SOURCE, STAGE, untaken, sync_run_id=sync_run_id)


def drop_of(where: str) -> str:
    """The file that a problem's place, `file:line:column`, is in."""
    return _POSITION.sub("", where)


def _texts(folder: Location, names: Container[str]) -> dict[str, str]:
    """What some drops say, by file, without secrets; those that cannot be read are missing."""
    opened = open_folder(folder)
    found = [drop for drop in opened.listing().found if drop.path in names]
    return {
        drop.path: redact_text(content.decode(errors="replace"))
        for drop, content in zip(found, opened.contents(found), strict=True)
        if isinstance(content, bytes)
    }
