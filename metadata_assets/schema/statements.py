"""The statements of a text, each with its place in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlglot import TokenType, exp, parse_one
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError, TokenError

from metadata_assets.schema.semantics.problems import Problem, problem_at

_QUERY = re.compile(
    r"(\s|\(|--[^\n]*\n|/\*.*?\*/)*(select|with|values|table|from)\b", re.IGNORECASE | re.DOTALL
)
_WRITING = re.compile(r"\b(insert|update|delete|merge|replace|into|share)\b", re.IGNORECASE)
_PARAMETER = re.compile(r"\?|%s|[$@]\w|(?<!:):[^\W\d]")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a text.

    Attributes:
        sql: Its own text, without the semicolon.
        line: Where it begins, from 1.
        column: From 1.
    """

    sql: str
    line: int = 1
    column: int = 1

    def placed(self, problem: Problem) -> Problem:
        """A problem of the statement, at its place in the whole text."""
        is_first_line = problem.line == 1
        return replace(
            problem,
            line=problem.line + self.line - 1,
            column=problem.column + (self.column - 1 if is_first_line else 0),
        )


def split_statements(text: str, dialect: str) -> tuple[Statement, ...]:
    """The statements of a text, those without any word left out.

    A text that has no end to a quote or comment counts as one statement.
    """
    return tuple(_placed(text, start, end) for start, end in _spans(text, dialect))


def begins_as_query(sql: str) -> bool:
    """Whether the first word is one that queries begin with; after `WITH` it may still write."""
    return _QUERY.match(sql) is not None


def only_reads(sql: str, dialect: str) -> bool:
    """Whether a statement is a query, with nothing in it that writes or locks."""
    if _WRITING.search(sql) is None:  # most queries; to parse one takes 2.5 ms
        return begins_as_query(sql)
    try:
        tree = parse_one(sql, read=dialect)
    except SqlglotError:
        return begins_as_query(sql)
    return isinstance(tree, exp.Query) and tree.find(exp.DML, exp.Into, exp.Lock) is None


def parameters(sql: str, dialect: str) -> tuple[str, ...]:
    """The parameters of a statement, such as `$1`, `:day` or `?`, as they are written."""
    if _PARAMETER.search(sql) is None:
        return ()
    try:
        tree = parse_one(sql, read=dialect)
    except SqlglotError:
        return ()
    # A variable of MySQL's session, @day, is no parameter.
    kinds = (exp.Placeholder,) if dialect == "mysql" else (exp.Placeholder, exp.Parameter)
    found = dict.fromkeys(each.sql(dialect) for each in tree.find_all(*kinds))
    # The PostgreSQL dialect writes `:day` as its drivers do.
    return tuple(re.sub(r"%\((\w+)\)s", r":\1", one) for one in found)


def _spans(text: str, dialect: str) -> Iterator[tuple[int, int]]:
    try:
        tokens = Dialect.get_or_raise(dialect).tokenize(text)
    except TokenError:
        yield len(text) - len(text.lstrip()), len(text.rstrip())
        return
    start: int | None = None
    end = 0
    for token in tokens:
        if token.token_type is TokenType.SEMICOLON:
            if start is not None:
                yield start, end
            start = None
            continue
        start = token.start if start is None else start
        end = token.end + 1
    if start is not None:
        yield start, end


def _placed(text: str, start: int, end: int) -> Statement:
    place = problem_at(text, start, "", "")
    return Statement(text[start:end], place.line, place.column)
