"""What a catalog does not tell and only its stored CREATE statements hold.

Checks, generated expressions, collations, AUTOINCREMENT, deferred keys, view queries, index
expressions, of SQLite and DuckDB. The engine has parsed the statements already, so it is enough to
know where strings, comments and parentheses begin and end: text is taken as written, in
microseconds a table, whatever the expressions are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from string import ascii_lowercase, ascii_uppercase
from typing import NamedTuple

from metadata_assets.sources.create_table.tokens import (
    Token,
    enclosed,
    item_of,
    items_and_words,
    spans_of,
    text_of,
    token_at,
    tokens_of,
    words_pattern,
)

_TELLING = words_pattern("AS", "AUTOINCREMENT", "CHECK", "COLLATE", "CONSTRAINT")
_TELLING_OF_KEYS = re.compile(r"\b(?:DEFERRABLE|MATCH|REFERENCES)\b", re.IGNORECASE)
_LOWERED = str.maketrans(ascii_uppercase, ascii_lowercase)
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


def table_text(sql: str) -> TableText:
    """Read a CREATE TABLE statement as the engine stores it."""
    items, words = items_and_words(sql, _TELLING)
    columns: tuple[str, ...] = ()
    checks: list[Check] = []
    generated: dict[str, str] = {}
    collations: dict[str, str] = {}
    has_autoincrement = False
    names: dict[int, str] = {}
    for word, item, depth, after in words:
        if word == "AUTOINCREMENT":
            has_autoincrement = True
        elif depth != 1:
            continue
        elif word == "CONSTRAINT":
            # To SQLite it holds for all that follows in the item.
            names[item] = token_at(sql, after).name
        elif word == "CHECK":
            if inner := enclosed(sql, after):
                columns = columns or _columns(sql, items)
                checks.append(Check(names.get(item), text_of(sql, inner), _named(inner, columns)))
        elif (column := _column(sql, item)) is not None:
            if word == "COLLATE":
                collations[column] = _dotted_name(tokens_of(sql, after))
            elif inner := enclosed(sql, after):
                generated[column] = text_of(sql, inner)
    return TableText(tuple(checks), generated, collations, has_autoincrement)


def key_texts(sql: str) -> tuple[KeyText, ...]:
    """The foreign keys of a CREATE TABLE statement of SQLite, in order."""
    keys: list[KeyText] = []
    for start, end in spans_of(sql):
        if not _TELLING_OF_KEYS.search(sql, start, end):
            continue
        item = [token for token in item_of(sql, start, end) if token.depth == 1]
        words = [token.keyword for token in item]
        for place, word in enumerate(words):
            if word == "REFERENCES":
                keys.append(KeyText(match=_match(item[place + 2 :])))
            elif word == "DEFERRABLE" and keys:
                # Of a column it is a clause of its own, about the last key before it.
                waits = words[place + 1 : place + 3] == ["INITIALLY", "DEFERRED"]
                is_deferred = waits and words[place - 1] != "NOT"
                keys[-1] = keys[-1]._replace(is_deferred=is_deferred)
    return tuple(keys)


def _match(tokens: Sequence[Token]) -> str | None:
    """What MATCH says among the tokens behind the parent of a foreign key.

    Only there it is no name: a column, a type, a default and a constraint may be called so.
    """
    match = None
    words = [token.keyword for token in tokens]
    place = words.index(")") + 1 if words[:1] == ["("] else 0
    while words[place : place + 1] in (["ON"], ["MATCH"]):
        if words[place] == "MATCH":
            match = tokens[place + 1].name.upper()
            place += 2
        else:
            # ON DELETE CASCADE, ON UPDATE SET NULL
            place += 4 if words[place + 2] in ("SET", "NO") else 3
    return None if match == "SIMPLE" else match


def virtual_module(sql: str) -> str | None:
    """The module of a CREATE VIRTUAL TABLE statement."""
    for token, following in pairwise(tokens_of(sql)):
        if token.keyword == "USING" and token.depth == 0:
            return following.name
    return None


def view_query(sql: str) -> str:
    """The query of a CREATE VIEW statement."""
    for token in tokens_of(sql):
        if token.keyword == "AS" and token.depth == 0:
            return sql[token.end :].strip().rstrip(";").rstrip()
    return sql


def created_query(text: str) -> str:
    """The query of a view, told as its whole CREATE VIEW statement or as the query alone."""
    first = next(tokens_of(text), None)
    if first is not None and first.keyword in ("ALTER", "CREATE", "REPLACE"):
        return view_query(text)
    return text.strip().rstrip(";").rstrip()


def index_text(sql: str) -> tuple[tuple[str, ...], str | None]:
    """The text of each part of a CREATE INDEX statement, and its WHERE."""
    parts = tuple(text_of(sql, item_of(sql, start, end)) for start, end in spans_of(sql))
    where = [token for token in tokens_of(sql) if token.keyword == "WHERE" and token.depth == 0]
    return parts, sql[where[0].end :].strip() if where else None


def _columns(sql: str, items: Iterable[int]) -> tuple[str, ...]:
    """The columns that items are about."""
    columns = (_column(sql, item) for item in items)
    return tuple(column for column in columns if column is not None)


def _column(sql: str, item: int) -> str | None:
    """The column that an item is about, unless it is a constraint of the table."""
    first = token_at(sql, item)
    return None if first.keyword in _TABLE_CONSTRAINTS else first.name


def _dotted_name(tokens: Iterator[Token]) -> str:
    """The name that these tokens begin with: DuckDB combines collations by dots."""
    names = [next(tokens).name]
    while next(tokens).text == ".":
        names.append(next(tokens).name)
    return ".".join(names)


def _named(tokens: Sequence[Token], columns: Sequence[str]) -> tuple[str, ...]:
    """The columns that an expression mentions."""
    befores = ["", *(token.keyword for token in tokens)]
    afters = [*(token.text for token in tokens[1:]), ""]
    mentioned = {
        _folded(token.name)
        for before, token, after in zip(befores, tokens, afters, strict=False)
        # No text, function, table, collation or, in a CAST, type.
        if token.text[-1] != "'" and after not in ("(", ".") and before not in ("COLLATE", "AS")
    }
    return tuple(column for column in columns if _folded(column) in mentioned)


def _folded(name: str) -> str:
    """The name in lower case: that of ASCII, as SQLite compares names."""
    return name.translate(_LOWERED)
