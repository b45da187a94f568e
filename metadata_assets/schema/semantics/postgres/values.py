"""What an expression of a query is once it is understood: its type and its shape.

Shapes are compared to know whether an expression is one of those grouped by, so they leave out
places and spellings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

COLUMN = "column"
AGGREGATE = "aggregate"
WINDOW = "window"
QUERY = "query"
SET = "set"
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Shape:
    """The form of an expression.

    Attributes:
        kind: One of this module's constants.
        label: What tells it from others of its kind. Of a column: its source's number, the FQDN of
            its table, its name. Of an aggregate or window function: the depth of the query it
            belongs to, then what it is.
        parts: What it is made of.
        at: Where it stands in the text.
    """

    kind: str
    label: Any
    parts: tuple[Shape, ...] = ()
    at: int = field(default=-1, compare=False)

    def belongs_to(self, depth: int) -> bool:
        """Whether this is an aggregate or window function of the query at a depth."""
        is_one = self.kind in (AGGREGATE, WINDOW) and isinstance(self.label, tuple)
        return is_one and self.label[0] == depth

    def walk(self) -> Iterator[Shape]:
        """This shape and all within it."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def returns_set(self) -> bool:
        """Whether a set is returned within it, subqueries aside."""
        if self.kind == QUERY:
            return False
        return self.kind == SET or any(part.returns_set() for part in self.parts)


@dataclass(frozen=True, slots=True)
class Value:
    """An expression with its type.

    Attributes:
        type: By the names of `system`.
        shape: Its form.
        text: The type as format_type prints it, where the expression has it from a column.
        literal: The text of a literal whose place has yet to give it a type.
        fields: The names and types of a row's fields, where known.
    """

    type: str
    shape: Shape
    text: str | None = None
    literal: str | None = None
    fields: tuple[tuple[str, str], ...] | None = None


def shape_of(label: Any, values: Iterable[Value], at: int) -> Shape:
    """The shape of what is made of values."""
    return Shape(OTHER, label, tuple(value.shape for value in values), at)


@dataclass(frozen=True, slots=True)
class Result:
    """A column of a query's result or of something in FROM."""

    name: str
    value: Value


@dataclass(frozen=True, slots=True)
class Read:
    """A query that was read.

    Attributes:
        columns: Of its result.
        shapes: Of every expression in it.
        is_open: It has more columns than can be told.
    """

    columns: tuple[Result, ...]
    shapes: tuple[Shape, ...]
    is_open: bool = False
