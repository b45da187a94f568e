"""What a catalog does not tell and only its stored CREATE statements hold.

Checks, generated expressions, collations, AUTOINCREMENT, deferred keys, view queries, index
expressions, of SQLite and DuckDB. The engine has parsed the statements already, so it is enough to
know where strings, comments and parentheses begin and end: text is taken as written, in
microseconds a table, whatever the expressions are.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

_TOKEN = re.compile(
    r"""(?:\s+|--[^\n]*|/\*.*?(?:\*/|\Z))*
      (?:(?P<word>[^\W\d][\w$]*)
      |(?P<quoted>'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])
      |(?P<other>\d+|.))""",
    re.VERBOSE | re.DOTALL,
)
_WORD = _TOKEN.groupindex["word"]
_STRUCTURE = re.compile(
    r"""--[^\n]*|/\*.*?(?:\*/|\Z)|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|[(),]""",
    re.DOTALL,
)
_TELLING = re.compile(r"\b(?:AS|AUTOINCREMENT|CHECK|COLLATE)\b", re.IGNORECASE)
_CHECK = re.compile(r"\bCHECK\b", re.IGNORECASE)
_TELLING_OF_ANY_KEY = re.compile(r"\b(?:DEFERRABLE|MATCH)\b", re.IGNORECASE)
_TELLING_OF_KEYS = re.compile(r"\b(?:DEFERRABLE|MATCH|REFERENCES)\b", re.IGNORECASE)
_TABLE_CONSTRAINTS = frozenset({"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"})


@dataclass(frozen=True, slots=True)
class Check:
    """A CHECK: its name if it has one, its text, and the table's columns it mentions."""

    name: str | None
    expression: str
    columns: tuple[str, ...]


class KeyText(NamedTuple):
    """A foreign key: whether it waits for the COMMIT, and what its MATCH says, if not SIMPLE."""

    is_deferred: bool = False
    match: str | None = None


@dataclass(frozen=True, slots=True)
class TableText:
    """What the text of a CREATE TABLE tells.

    Attributes:
        checks: The checks of columns and table, in order.
        generated: The expression of each generated column.
        collations: The collation of each column that names one.
        has_autoincrement: Whether its INTEGER PRIMARY KEY never reuses a number.
    """

    checks: tuple[Check, ...]
    generated: dict[str, str]
    collations: dict[str, str]
    has_autoincrement: bool


class _Token(NamedTuple):
    # Made in a quarter of the time of a frozen dataclass, and there are millions of them.
    text: str
    start: int
    end: int
    depth: int
    is_word: bool

    @property
    def keyword(self) -> str:
        return self.text.upper() if self.is_word else self.text

    @property
    def name(self) -> str:
        quote = self.text[0]
        if quote not in "'\"`[" or len(self.text) < 2:
            return self.text
        closing = "]" if quote == "[" else quote
        return self.text[1:-1].replace(closing * 2, closing)


def table_text(sql: str) -> TableText:
    """Read a CREATE TABLE statement as the engine stores it."""
    spans = list(_spans(sql))
    # Splitting what tells nothing into tokens would take most of the time.
    telling = [_item(sql, *span) for span in spans if _TELLING.search(sql, *span)]
    columns = _columns(sql, spans) if _CHECK.search(sql) else ()
    checks: list[Check] = []
    generated: dict[str, str] = {}
    collations: dict[str, str] = {}
    for item in telling:
        column = None if item[0].keyword in _TABLE_CONSTRAINTS else item[0].name
        for position, (token, following) in enumerate(pairwise(item)):
            if token.depth != 1:
                continue
            if token.keyword == "CHECK" and following.text == "(":
                inner = _inside(item, position + 1)
                name = _constraint_name(item, position)
                checks.append(Check(name, _text(sql, inner), _named(inner, columns)))
            elif column is not None and token.keyword == "AS" and following.text == "(":
                generated[column] = _text(sql, _inside(item, position + 1))
            elif column is not None and token.keyword == "COLLATE":
                collations[column] = _dotted_name(item[position + 1 :])
    return TableText(
        checks=tuple(checks),
        generated=generated,
        collations=collations,
        has_autoincrement=any(
            token.keyword == "AUTOINCREMENT" for item in telling for token in item
        ),
    )


def key_texts(sql: str) -> tuple[KeyText, ...]:
    """The foreign keys of a CREATE TABLE statement of SQLite, in order; none if all are plain."""
    if not _TELLING_OF_ANY_KEY.search(sql):
        return ()
    keys: list[KeyText] = []
    for start, end in _spans(sql):
        if not _TELLING_OF_KEYS.search(sql, start, end):
            continue
        item = [token for token in _item(sql, start, end) if token.depth == 1]
        words = [token.keyword for token in item]
        for place, word in enumerate(words):
            # A column, and a parent, may be named MATCH; the other two words are reserved.
            if word == "REFERENCES":
                keys.append(KeyText())
            elif word == "MATCH" and place and words[place - 1] != "REFERENCES" and keys:
                match = item[place + 1].name.upper()
                keys[-1] = keys[-1]._replace(match=None if match == "SIMPLE" else match)
            elif word == "DEFERRABLE" and keys:
                # Of a column it is a clause of its own, about the last key before it.
                waits = words[place + 1 : place + 3] == ["INITIALLY", "DEFERRED"]
                is_deferred = waits and words[place - 1] != "NOT"
                keys[-1] = keys[-1]._replace(is_deferred=is_deferred)
    return tuple(keys)


def virtual_module(sql: str) -> str | None:
    """The module of a CREATE VIRTUAL TABLE statement."""
    for token, following in pairwise(_tokens(sql)):
        if token.keyword == "USING" and token.depth == 0:
            return following.name
    return None


def view_query(sql: str) -> str:
    """The query of a CREATE VIEW statement."""
    for token in _tokens(sql):
        if token.keyword == "AS" and token.depth == 0:
            return sql[token.end :].strip().rstrip(";").rstrip()
    return sql


def created_query(text: str) -> str:
    """The query of a view, told as its whole CREATE VIEW statement or as the query alone."""
    first = next(_tokens(text), None)
    if first is not None and first.keyword in ("ALTER", "CREATE", "REPLACE"):
        return view_query(text)
    return text.strip().rstrip(";").rstrip()


def index_text(sql: str) -> tuple[tuple[str, ...], str | None]:
    """The text of each part of a CREATE INDEX statement, and its WHERE."""
    parts = tuple(_text(sql, _item(sql, start, end)) for start, end in _spans(sql))
    where = [token for token in _tokens(sql) if token.keyword == "WHERE" and token.depth == 0]
    return parts, sql[where[0].end :].strip() if where else None


def _tokens(
    sql: str, start: int = 0, end: int = sys.maxsize, *, depth: int = 0
) -> Iterator[_Token]:
    for match in _TOKEN.finditer(sql, start, end):
        group = match.lastindex or 0
        text = match[group]
        after = match.end()
        # A parenthesis has the depth of what it stands in.
        if text == ")":
            depth -= 1
        yield _Token(text, after - len(text), after, depth, group == _WORD)
        if text == "(":
            depth += 1


def _spans(sql: str) -> Iterator[tuple[int, int]]:
    """Where the comma-separated items of the first parenthesis begin, and end with `,` or `)`."""
    depth = start = 0
    for match in _STRUCTURE.finditer(sql):
        mark = match[0]
        if depth == 1 and mark in (",", ")"):
            yield start, match.end()
            start = match.end()
        if mark == ")":
            depth -= 1
            if depth == 0:
                break
        elif mark == "(":
            depth += 1
            if depth == 1:
                start = match.end()


def _columns(sql: str, spans: Iterable[tuple[int, int]]) -> tuple[str, ...]:
    """The names of the columns among the items of a CREATE TABLE statement."""
    firsts = (next(_tokens(sql, *span)) for span in spans)
    return tuple(first.name for first in firsts if first.keyword not in _TABLE_CONSTRAINTS)


def _item(sql: str, start: int, end: int) -> list[_Token]:
    """The tokens of an item, without what ends it."""
    return list(_tokens(sql, start, end, depth=1))[:-1]


def _dotted_name(tokens: Sequence[_Token]) -> str:
    """The name that these tokens begin with: DuckDB combines collations by dots."""
    names = [tokens[0].name]
    for dot, following in zip(tokens[1::2], tokens[2::2], strict=False):
        if dot.text != ".":
            break
        names.append(following.name)
    return ".".join(names)


def _inside(item: Sequence[_Token], opening: int) -> list[_Token]:
    """The tokens between a parenthesis and the one that closes it."""
    inner: list[_Token] = []
    for token in item[opening + 1 :]:
        if token.depth == item[opening].depth:
            break
        inner.append(token)
    return inner


def _text(sql: str, tokens: Sequence[_Token]) -> str:
    return sql[tokens[0].start : tokens[-1].end] if tokens else ""


def _constraint_name(item: Sequence[_Token], position: int) -> str | None:
    if position >= 2 and item[position - 2].keyword == "CONSTRAINT":
        return item[position - 1].name
    return None


def _named(tokens: Sequence[_Token], columns: Sequence[str]) -> tuple[str, ...]:
    mentioned = {token.name.lower() for token in tokens if not token.text.startswith("'")}
    return tuple(column for column in columns if column.lower() in mentioned)
