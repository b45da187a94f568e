"""The reading of one statement: what was found wrong so far, and which columns it uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from metadata_assets.schema.semantics import problems as codes
from metadata_assets.schema.semantics.postgres.coercion import can_coerce, common_type, is_enum
from metadata_assets.schema.semantics.postgres.literals import is_literal_of
from metadata_assets.schema.semantics.postgres.namespace import Level
from metadata_assets.schema.semantics.postgres.system import OPAQUE, UNKNOWN
from metadata_assets.schema.semantics.postgres.types import spelled
from metadata_assets.schema.semantics.postgres.values import OTHER, Read, Shape, Value
from metadata_assets.schema.semantics.problems import Problem, nearest, problem_at
from metadata_assets.schema.tables import TableIndex

Node = Any
"""A node of PostgreSQL's parse tree: a protobuf message of libpg_query."""


@dataclass
class Analysis:
    """One statement while it is being read.

    Attributes:
        sql: Its text.
        index: The tables it may name.
        read_query: Reads a query inside it: the node, and the level around it.
        problems: Found so far.
        uses: The columns read so far, by FQDN of their table.
        depths: Of the query each source is in, by the source's number.
    """

    sql: str
    index: TableIndex
    read_query: Callable[[Analysis, Node, Level | None], Read]
    problems: list[Problem] = field(default_factory=list)
    uses: dict[str, set[str]] = field(default_factory=dict)
    depths: list[int] = field(default_factory=list)
    _bytes: bytes = b""

    def __post_init__(self) -> None:
        """Keep the text as the parser counts it."""
        self._bytes = self.sql.encode()

    def refuse(self, code: str, message: str, at: int, suggestions: Iterable[str] = ()) -> None:
        """Record a problem; the reading goes on.

        Args:
            code: A constant of `problems`.
            message: What PostgreSQL would say.
            at: Where, in bytes.
            suggestions: The nearest names.
        """
        offset = len(self._bytes[: max(at, 0)].decode(errors="ignore"))
        self.problems.append(problem_at(self.sql, offset, code, message, suggestions))

    def refused(self, code: str, message: str, at: int, suggestions: Iterable[str] = ()) -> Value:
        """Record a problem with a value, which then fits everywhere."""
        self.refuse(code, message, at, suggestions)
        return opaque(at)

    def new_source(self, depth: int) -> int:
        """A number for one more source in FROM of a query at a depth."""
        self.depths.append(depth)
        return len(self.depths) - 1

    def use_table(self, fqdn: str) -> None:
        """Note that rows of a table are read."""
        self.uses.setdefault(fqdn, set())

    def use_column(self, fqdn: str, column: str) -> None:
        """Note that a column is read."""
        self.uses.setdefault(fqdn, set()).add(column)

    def require(self, value: Value, wanted: str, what: str) -> None:
        """Refuse a value whose type does not become the one its place wants.

        Args:
            value: The value.
            wanted: The type.
            what: The place, as `argument of WHERE`.
        """
        if not can_coerce(value.type, wanted):
            message = f"{what} must be type {spelled(wanted)}, not type {spelled(value.type)}"
            self.refuse(codes.TYPES, message, value.shape.at)
        self.settle(value, wanted)

    def settle(self, value: Value, wanted: str) -> None:
        """Refuse a literal that is no text of the type its place gives it."""
        text = value.literal
        if value.type != UNKNOWN or text is None:
            return
        if is_enum(wanted):
            labels = self.index.enums.get(wanted.removeprefix("enum "), (text,))
            if text not in labels:
                message = f'invalid input value for enum {spelled(wanted)}: "{text}"'
                self.refuse(codes.TYPES, message, value.shape.at, nearest(text, labels))
        elif not is_literal_of(text, wanted):
            message = f'invalid input syntax for type {spelled(wanted)}: "{text}"'
            self.refuse(codes.TYPES, message, value.shape.at)

    def unify(self, values: list[Value], what: str) -> str:
        """The type that several values all become; refuses those that have none in common."""
        found = common_type([value.type for value in values])
        if found is None:
            first, second = _mismatched(values)
            message = (
                f"{what} types {spelled(first.type)} and {spelled(second.type)} cannot be matched"
            )
            self.refuse(codes.TYPES, message, second.shape.at)
            return OPAQUE
        for value in values:
            self.settle(value, found)
        return found


def opaque(at: int = -1, parts: tuple[Shape, ...] = ()) -> Value:
    """A value of which nothing is known."""
    return Value(OPAQUE, Shape(OTHER, "opaque", parts, at))


def _mismatched(values: list[Value]) -> tuple[Value, Value]:
    known = [value for value in values if value.type != UNKNOWN]
    for each in known[1:]:
        if common_type([known[0].type, each.type]) is None:
            return known[0], each
    return known[0], known[-1]
