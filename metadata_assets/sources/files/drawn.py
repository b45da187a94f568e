"""Tables drawn with lines, as terminals and wikis show them: psql, mysql, sqlcmd, Markdown, SAP."""

from __future__ import annotations

import re

_LINE_SIGNS = frozenset("-+|=: ")
_DIVIDED_RULE = re.compile(r"-+(?:([,;\t])-+)(?:\1-+)*")
"""sqlcmd puts its delimiter into the line below the header."""
_HEADER_LINES = 5
_COUNT = re.compile(r"\(\d+ [a-z ]+\)|\d+ rows? (selected|in set).*")


def undrawn(text: str) -> str | None:
    """The rows of a drawn table, without its lines and borders; None where none is drawn.

    Args:
        text: A text, its fields divided by `|` or aligned by blanks.
    """
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    rule = next(filter(_is_rule, lines[:_HEADER_LINES]), None)
    if rule is None:
        return None
    divided = _DIVIDED_RULE.fullmatch(rule)
    sign = divided[1] if divided else "|"
    rows = [line for line in lines if not _is_rule(line) and not _COUNT.fullmatch(line.strip())]
    bordered = [row.strip() for row in rows]
    if all(row[0] == row[-1] == "|" for row in bordered):
        rows = [row[1:-1] for row in bordered]
    return "".join(f"{_without_padding(row, sign) if sign in row else row}\n" for row in rows)


def _without_padding(row: str, sign: str) -> str:
    return sign.join(map(str.strip, row.split(sign)))


def _is_rule(line: str) -> bool:
    return "--" in line and (
        _LINE_SIGNS.issuperset(line) or _DIVIDED_RULE.fullmatch(line) is not None
    )
