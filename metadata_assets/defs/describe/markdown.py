"""Tables in GitHub's markdown, and how much of a thing an event shows."""

from __future__ import annotations

from collections.abc import Sequence

_SHOWN = 50

KEPT = 1_000
"""Rows kept as JSON in an event: the lake holds them all, the event log should stay small."""


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A GitHub table; at most fifty rows, saying how many more there are."""
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    for row in rows[:_SHOWN]:
        cells = ("" if value is None else str(value).replace("|", "\\|") for value in row)
        lines.append("| " + " | ".join(" ".join(cell.split()) for cell in cells) + " |")
    if len(rows) > _SHOWN:
        lines.append(f"\n… and {len(rows) - _SHOWN} more")
    return "\n".join(lines)
