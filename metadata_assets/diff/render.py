"""Changes for a reader: a sentence, a GitHub table, a coloured diff block, JSON rows.

What comes from a database is shown as text: no name or comment can break out of its cell or block.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from metadata_assets.diff.changes import Change, RenameTable
from metadata_assets.diff.codes import CODES
from metadata_assets.diff.column_changes import ColumnChange, RenameColumn
from metadata_assets.diff.impact import Impact
from metadata_assets.diff.rows import change_row
from metadata_assets.diff.severity import GRADES, Grading

_SHOWN = 200
_CELL = 120
_LINE = 160


def summary(changes: Sequence[Change], grading: Grading) -> str:
    """One line: how many changes in how many tables, by grade."""
    if not changes:
        return "no changes"
    tables = len({change.table for change in changes})
    grades = Counter(grading.grade(change) for change in changes)
    by_grade = ", ".join(f"{grades[grade]} {grade}" for grade in reversed(GRADES) if grades[grade])
    return f"{_count(len(changes), 'change')} in {_count(tables, 'table')}: {by_grade}"


def markdown_table(changes: Sequence[Change], grading: Grading, *, shown: int = _SHOWN) -> str:
    """A GitHub table of the gravest changes; says how many it leaves out."""
    if not changes:
        return "No changes."
    ranked = sorted(changes, key=lambda change: -GRADES.index(grading.grade(change)))
    lines = [
        "| grade | code | what | table | column | before | after |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for change in ranked[:shown]:
        before, after = change.told()
        column = change.column if isinstance(change, ColumnChange) else None
        cells = (
            grading.grade(change),
            change.code,
            describe(change),
            change.table,
            column,
            before,
            after,
        )
        lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    if len(changes) > shown:
        lines += ["", f"… and {len(changes) - shown} more."]
    return "\n".join(lines)


def impact_table(impacts: Sequence[Impact], grading: Grading, *, shown: int = _SHOWN) -> str:
    """A GitHub table of what changes touch, the gravest changes first."""
    if not impacts:
        return "Nothing that is known is touched."
    ranked = sorted(impacts, key=lambda one: -GRADES.index(grading.grade(one.change)))
    lines = [
        "| grade | code | changed | touches | name | through |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for one in ranked[:shown]:
        change = one.change
        column = f".{change.column}" if isinstance(change, ColumnChange) else ""
        cells = (
            grading.grade(change),
            change.code,
            f"{change.table}{column}",
            one.dependent.kind.replace("_", " "),
            one.dependent.title,
            " → ".join(one.through),
        )
        lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    if len(impacts) > shown:
        lines += ["", f"… and {len(impacts) - shown} more."]
    return "\n".join(lines)


def diff_block(changes: Sequence[Change], *, shown: int = _SHOWN) -> str:
    """A ```diff block, a heading a table: red for what was, green for what is."""
    if not changes:
        return "No changes."
    lines: list[str] = []
    for table, group in groupby(changes[:shown], key=lambda change: change.table):
        lines.append(f"@@ {_line(table)} @@")
        for change in group:
            lines += _diff_lines(change)
    if len(changes) > shown:
        lines.append(f"# … and {len(changes) - shown} more")
    return "\n".join(["```diff", *lines, "```"])


def json_rows(changes: Sequence[Change], grading: Grading) -> list[dict[str, Any]]:
    """The changes as plain values, by the names of the columns of `rows.CHANGES`."""
    return [change_row(change, grading) for change in changes]


def describe(change: Change) -> str:
    """What a change is, in words; a rename with its confidence."""
    words = CODES[change.code]
    if isinstance(change, (RenameColumn, RenameTable)):
        return f"{words} ({change.confidence:.0%}: {', '.join(change.evidence)})"
    return words


def _diff_lines(change: Change) -> list[str]:
    before, after = change.told()
    name = f"{change.column} " if isinstance(change, ColumnChange) else ""
    if isinstance(change, (RenameColumn, RenameTable)):
        name = ""
    lines = []
    if before is not None:
        lines.append(f"- {_line(name + before)}")
    if after is not None:
        lines.append(f"+ {_line(name + after)}")
    return [*lines, f"# {_line(describe(change))}"] if lines else [f"! {_line(describe(change))}"]


def _cell(value: object) -> str:
    text = _shortened("" if value is None else str(value), _CELL)
    # Dagster and GitHub read both HTML and markdown in a cell.
    for character, escaped in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("|", "&#124;")):
        text = text.replace(character, escaped)
    for character in "\\`*_[]":
        text = text.replace(character, f"\\{character}")
    return text


def _line(text: str) -> str:
    # A fence within the block would end it.
    return _shortened(text, _LINE).replace("```", "'''")


def _shortened(text: str, length: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= length else f"{flat[: length - 1]}…"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
