"""What names mean at one level of a query: the sources in FROM and their columns, and CTEs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from metadata_assets.schema.semantics.postgres.values import Result, Shape
from metadata_assets.schema.tables import Table


@dataclass(frozen=True)
class Source:
    """A source in FROM, or a join of some.

    Attributes:
        number: Its own among all sources of the statement.
        name: Its alias or name; None for a join without alias.
        schema: Of a table named with its schema and without alias.
        columns: In order.
        table: The table it is, if it is one of the schema's.
        is_relation: Whether it has a table's system columns.
        depth: Of the query it is in.
        shows_name: Whether it may be named.
        shows_columns: Whether its columns may be named alone.
        lateral_only: It stands before a LATERAL source that is being read, in the same FROM.
        lateral_ok: Whether that may see it.
        is_scalar: A row of it is one value: that of a function that returns no rows of columns.
        is_open: It was refused or its columns cannot be told: any name is a column of it.
    """

    number: int
    name: str | None
    columns: tuple[Result, ...]
    depth: int
    schema: str | None = None
    table: Table | None = None
    is_relation: bool = False
    shows_name: bool = True
    shows_columns: bool = True
    lateral_only: bool = False
    lateral_ok: bool = True
    is_scalar: bool = False
    is_open: bool = False

    def named(self, name: str) -> list[Result]:
        """Its columns of a name."""
        return [column for column in self.columns if column.name == name]


@dataclass
class CommonTable:
    """A query of WITH.

    Attributes:
        columns: Of its result; None where it changes rows and returns none.
        is_open: Its columns cannot be told.
    """

    name: str
    columns: tuple[Result, ...] | None
    is_open: bool = False


@dataclass
class Level:
    """One query of a statement, while it is being read.

    Attributes:
        parent: The query around it.
        depth: 0 for the outermost.
        clause: What is being read now; decides what may stand there.
        sources: What names mean so far.
        common_tables: Its WITH, by name.
        has_aggregates: An aggregate of this query was met.
        has_window: A window function of it was.
        windows: Names of its WINDOW clause.
        shapes: Of every expression in it.
    """

    parent: Level | None = None
    clause: str = "FROM"
    sources: list[Source] = field(default_factory=list)
    common_tables: dict[str, CommonTable] = field(default_factory=dict)
    has_aggregates: bool = False
    has_window: bool = False
    windows: set[str] = field(default_factory=set)
    shapes: list[Shape] = field(default_factory=list)

    @property
    def depth(self) -> int:
        """How many queries are around it."""
        return 0 if self.parent is None else self.parent.depth + 1

    def outwards(self) -> Iterator[Level]:
        """This level and those around it."""
        level: Level | None = self
        while level is not None:
            yield level
            level = level.parent

    def common_table(self, name: str) -> CommonTable | None:
        """The CTE of a name that may be used here."""
        for level in self.outwards():
            if name in level.common_tables:
                return level.common_tables[name]
        return None


def hidden(sources: Sequence[Source]) -> list[Source]:
    """Sources under a join: still to be named, but their columns are the join's."""
    return [replace(each, shows_columns=False) for each in sources]


def lateral(sources: Sequence[Source], *, allowed: bool) -> list[Source]:
    """Sources as a LATERAL neighbour sees them."""
    return [replace(each, lateral_only=True, lateral_ok=allowed) for each in sources]


def settled(sources: Sequence[Source]) -> list[Source]:
    """Sources once all of FROM was read."""
    return [
        replace(each, lateral_only=False, lateral_ok=True) if each.lateral_only else each
        for each in sources
    ]


def row_shape(source: Source, at: int) -> Shape:
    """The form of a whole row of a source."""
    return Shape("other", "row", tuple(column.value.shape for column in source.columns), at)
