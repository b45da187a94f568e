"""The statements of a SQL task, its `:name` parameters bound the way a driver takes them.

Nothing is pasted into the text: values travel beside it. A `:name` in quotes or comments, and one
that is no parameter of the task, stays as it is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlglot import Token, TokenType
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import TokenError

from metadata_assets.errors import ConfigurationError

Parameters = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bound:
    """One statement, as a driver takes it.

    Attributes:
        sql: Its text.
        parameters: What it names; none where it names none.
    """

    sql: str
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class Style:
    """How an engine splits and binds.

    Attributes:
        dialect: Its SQLGlot dialect.
        place: How it writes a parameter.
        escape: What becomes of the text between, where something is bound.
        is_complete: Whether a text is a whole statement.
    """

    dialect: str
    place: Callable[[str], str]
    escape: Callable[[str], str] = str
    is_complete: Callable[[str], bool] = lambda _text: True


_DOUBLED: Callable[[str], str] = lambda text: text.replace("%", "%%")  # noqa: E731

STYLES: Mapping[str, Style] = {
    "postgres": Style("postgres", "%({})s".format, _DOUBLED),
    "mysql": Style("mysql", "%({})s".format, _DOUBLED),
    "duckdb": Style("duckdb", "${}".format),
    # The body of a trigger has semicolons.
    "sqlite": Style("sqlite", ":{}".format, is_complete=sqlite3.complete_statement),
}
"""The style of each dialect."""


def bound_statements(
    text: str, parameters: Parameters, style: Style, *, where: str
) -> tuple[Bound, ...]:
    """The statements of a text.

    Args:
        text: One or more, with semicolons between.
        parameters: The values by name.
        style: The engine's.
        where: The task, for messages.

    Raises:
        ConfigurationError: There is none, a quote has no end, or a parameter stands nowhere.
    """
    try:
        tokens = Dialect.get_or_raise(style.dialect).tokenize(text)
    except TokenError as error:
        raise ConfigurationError(
            f"its SQL cannot be read: {str(error).splitlines()[0]}",
            where=where,
            remedy="Does every quote and comment end?",
        ) from None
    used: set[str] = set()
    found = []
    for statement in _split(text, tokens, style):
        named = _places(statement, parameters)
        used |= {name for _, _, name in named}
        found.append(_bound(text, statement, named, parameters, style))
    unused = sorted(parameters.keys() - used)
    if unused:
        raise ConfigurationError(
            f"its SQL has no :{unused[0]}, which is among its parameters",
            where=where,
            remedy="Write it there without quotes around it, or leave the parameter out.",
        )
    if not found:
        raise ConfigurationError("its SQL holds no statement", where=where)
    return tuple(found)


def _split(text: str, tokens: list[Token], style: Style) -> Iterator[list[Token]]:
    statement: list[Token] = []
    for token in tokens:
        is_end = token.token_type is TokenType.SEMICOLON
        if not is_end:
            statement.append(token)
        elif statement:
            if style.is_complete(text[statement[0].start : token.end + 1]):
                yield statement
                statement = []
            else:
                statement.append(token)
    if statement:
        yield statement


def _places(statement: list[Token], parameters: Parameters) -> list[tuple[int, int, str]]:
    """Where parameters stand: from, to, and which."""
    return [
        (colon.start, name.end + 1, name.text)
        for colon, name in pairwise(statement)
        if colon.token_type is TokenType.COLON
        and name.start == colon.end + 1
        and name.text in parameters
    ]


def _bound(
    text: str,
    statement: list[Token],
    named: list[tuple[int, int, str]],
    parameters: Parameters,
    style: Style,
) -> Bound:
    start, end = statement[0].start, statement[-1].end + 1
    if not named:
        return Bound(text[start:end], {})
    parts = []
    for place, after, name in named:
        parts += [style.escape(text[start:place]), style.place(name)]
        start = after
    parts.append(style.escape(text[start:end]))
    return Bound("".join(parts), {name: parameters[name] for _, _, name in named})
