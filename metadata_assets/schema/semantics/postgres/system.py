"""PostgreSQL's system catalog as far as queries depend on it, read once from `catalog/*.tsv`.

Types go by the names of pg_type, arrays by their element: `int4`, `text[]`. `OPAQUE` stands for
every type of which nothing but its existence is known: it fits everywhere, and so hides no error
but its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources

OPAQUE = "?"
UNKNOWN = "unknown"
"""The type of a literal before its place gives it one."""

RECORD = "record"


@dataclass(frozen=True, slots=True)
class Type:
    """A type of pg_type."""

    name: str
    category: str
    is_preferred: bool
    kind: str
    element: str | None
    is_sortable: bool
    is_hashable: bool


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator of pg_operator; `left` is None for a prefix operator."""

    name: str
    left: str | None
    right: str
    result: str

    @property
    def arguments(self) -> tuple[str, ...]:
        """The types of its operands."""
        return (self.right,) if self.left is None else (self.left, self.right)


@dataclass(frozen=True, slots=True)
class Function:
    """A function, aggregate or window function of pg_proc.

    Attributes:
        kind: f, a or w.
        columns: The names and types of what it returns, where this is a row.
        aggregate_kind: n, o (ordered set) or h (hypothetical set).
    """

    name: str
    kind: str
    returns_set: bool
    result: str
    arguments: tuple[str, ...]
    names: tuple[str, ...]
    defaults: int
    variadic: str | None
    columns: tuple[tuple[str, str], ...]
    aggregate_kind: str
    direct_arguments: int


class SystemCatalog:
    """The types, casts, operators, functions and relations that every database has."""

    @cached_property
    def types(self) -> Mapping[str, Type]:
        """Every type by its name."""
        return {
            name: Type(name, category, is_preferred == "1", kind, element or None, *_order(order))
            for name, category, is_preferred, kind, element, order in _rows("types")
        }

    @cached_property
    def casts(self) -> Mapping[tuple[str, str], tuple[str, str]]:
        """Context and method of every cast by its ends."""
        return {(start, end): (context, method) for start, end, context, method in _rows("casts")}

    @cached_property
    def operators(self) -> Mapping[tuple[str, int], tuple[Operator, ...]]:
        """Operators by name and number of operands."""
        found: dict[tuple[str, int], tuple[Operator, ...]] = {}
        for name, left, right, result in _rows("operators"):
            key = (name, 2 if left else 1)
            found[key] = (*found.get(key, ()), Operator(name, left or None, right, result))
        return found

    @cached_property
    def functions(self) -> Mapping[str, tuple[Function, ...]]:
        """Functions by name."""
        found: dict[str, tuple[Function, ...]] = {}
        for name, kind, returns_set, result, arguments, names, *rest in _rows("functions"):
            defaults, variadic, columns, aggregate_kind, direct_arguments = rest
            function = Function(
                name=name,
                kind=kind,
                returns_set=returns_set == "1",
                result=result,
                arguments=tuple(filter(None, arguments.split(","))),
                names=tuple(names.split(",")) if names else (),
                defaults=int(defaults),
                variadic=variadic or None,
                columns=tuple(
                    (column.partition(" ")[0], column.partition(" ")[2])
                    for column in filter(None, columns.split(","))
                ),
                aggregate_kind=aggregate_kind,
                direct_arguments=int(direct_arguments),
            )
            found[name] = (*found.get(name, ()), function)
        return found

    @cached_property
    def relations(self) -> Mapping[tuple[str, str], tuple[tuple[str, str], ...]]:
        """The columns and their types of each system table or view, by schema and name."""
        found: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}
        for schema, table, column, type_text in _rows("relations"):
            found[schema, table] = (*found.get((schema, table), ()), (column, type_text))
        return found

    def category(self, name: str) -> str:
        """The category of a type: N numeric, S string, D date/time, B boolean, A array…."""
        if name.endswith("[]"):
            return "A"
        if name.startswith("enum "):
            return "E"
        known = self.types.get(name)
        return known.category if known else "U"

    def is_preferred(self, name: str) -> bool:
        """Whether a type is the one its category prefers."""
        known = self.types.get(name)
        return known is not None and known.is_preferred


@cache
def system() -> SystemCatalog:
    """The one catalog."""
    return SystemCatalog()


def _order(flag: str) -> tuple[bool, bool]:
    return flag == "s", flag in ("s", "h")


def _rows(name: str) -> list[list[str]]:
    file = resources.files(__package__).joinpath("catalog", f"{name}.tsv")
    return [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()]
