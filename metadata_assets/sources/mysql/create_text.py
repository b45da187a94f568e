"""The text of MariaDB's SHOW CREATE TABLE and SHOW CREATE VIEW, as the server writes it.

Every name there is in backticks, and every option in its place: it is enough to know where texts,
names and parentheses begin and end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile
from typing import NamedTuple

from metadata_assets.sources.create_table.tokens import (
    Token,
    inside,
    item_of,
    spans_of,
    text_of,
    tokens_of,
)

_TELLING = re.compile("CHECK|CONSTRAINT|PERIOD|[\U00010000-\U0010ffff]")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_CHECK_OPTION = re.compile(r" WITH (?:LOCAL|CASCADED) CHECK OPTION\Z")
_AFTER_DEFAULT = frozenset({"ON", "COMMENT", "CHECK", "INVISIBLE", "WITHOUT"})


class CheckText(NamedTuple):
    """A check; that of a column, whose level is Column and not Table, is called as the column."""

    constraint_name: str
    expression: str
    level: str


class RulesText(NamedTuple):
    """What a foreign key does."""

    constraint_name: str
    on_delete: str
    on_update: str


class ExpressionsText(NamedTuple):
    """The expressions of a column, null where it has none.

    Only those with a character beyond U+FFFF need be told.
    """

    column_name: str
    default_expr: str | None
    generated_expr: str | None


def created_table(sql: str) -> list[CheckText | RulesText | ExpressionsText]:
    """What a CREATE TABLE says of checks, foreign keys and expressions."""
    doubled = _doubled(sql)
    told: list[CheckText | RulesText | ExpressionsText] = []
    for span in spans_of(doubled):
        # To split what tells nothing into tokens would take most of the time.
        if not _TELLING.search(doubled, *span):
            continue
        item = item_of(doubled, *span)
        words = [token.keyword if token.depth == 1 else "" for token in item]
        if words[0].startswith("`"):
            told += _column(sql, item, words)
        elif words[0] == "CONSTRAINT" and words[2] == "CHECK":
            told.append(CheckText(_name(sql, item[1]), text_of(sql, inside(item, 3)), "Table"))
        elif words[0] == "CONSTRAINT":
            rules = (_rule(words, event) for event in ("DELETE", "UPDATE"))
            told.append(RulesText(_name(sql, item[1]), *rules))
        elif words[0] == "PERIOD" and words[2].startswith("`"):
            # That of an application: it stands for a check that it begins before it ends.
            begin, _, end = (sql[token.start : token.end] for token in inside(item, 3))
            told.append(CheckText(_name(sql, item[2]), f"{begin} < {end}", "Table"))
    return told


def created_view(sql: str) -> str:
    """The query in a CREATE VIEW."""
    begin = next(
        token.end
        for token in tokens_of(_doubled(sql))
        if token.depth == 0 and token.keyword == "AS"
    )
    return _CHECK_OPTION.sub("", sql[begin:].strip())


def _column(
    sql: str, item: Sequence[Token], words: Sequence[str]
) -> Iterator[CheckText | ExpressionsText]:
    name = _name(sql, item[0])
    default = generated = None
    for position, word in enumerate(words):
        if word == "DEFAULT":
            of_it = takewhile(
                lambda token: token.keyword not in _AFTER_DEFAULT, item[position + 1 :]
            )
            default = text_of(sql, list(of_it))
        elif word == "AS" and words[position + 1] == "(":
            generated = text_of(sql, inside(item, position + 1))
        elif word == "CHECK":
            yield CheckText(name, text_of(sql, inside(item, position + 1)), "Column")
    if default or generated:
        yield ExpressionsText(name, default, generated)


def _rule(words: Sequence[str], event: str) -> str:
    """What a foreign key does on an event; what is not said is RESTRICT."""
    for position, pair in enumerate(pairwise(words)):
        if pair == ("ON", event):
            action = words[position + 2]
            return f"{action} {words[position + 3]}" if action in ("SET", "NO") else action
    return "RESTRICT"


def _name(sql: str, token: Token) -> str:
    return sql[token.start + 1 : token.end - 1].replace("``", "`")


def _doubled(sql: str) -> str:
    """The statement, as long as it is, with a doubled quote for each behind a backslash."""
    return _ESCAPED.sub(lambda pair: "''" if pair[1] == "'" else pair[0], sql)
