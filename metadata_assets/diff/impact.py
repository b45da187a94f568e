"""What changes touch: views and what rests on them, queries, terms and training records.

Precise to the column where SQL is understood. Nothing is read here: what depends on a source comes
in, whatever is to be done about it is for others.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from metadata_assets.catalog.model import Catalog
from metadata_assets.diff.changes import (
    AddTable,
    Change,
    ChangeAnnotation,
    ChangeDefinition,
    ChangeTableComment,
    ChangeTableProperties,
    DropTable,
    RenameTable,
    ReorderColumns,
)
from metadata_assets.diff.column_changes import (
    AddColumn,
    ChangeColumnComment,
    ChangeColumnProperties,
    ChangeSensitivity,
    ColumnChange,
    DropColumn,
    RenameColumn,
)
from metadata_assets.diff.structure_changes import (
    AddConstraint,
    AddIndex,
    AddType,
    ChangeConstraintComment,
    ChangeIndex,
    ChangeIndexComment,
    ChangePrimaryKey,
    ChangeType,
    DropConstraint,
    DropIndex,
    DropType,
    RenameConstraint,
    RenameIndex,
)
from metadata_assets.schema.dependents import VIEW, Dependent, Uses, words_of

_TOUCHES_NO_QUERY = (
    *(AddColumn, AddConstraint, AddIndex, AddType, ChangeAnnotation),
    *(ChangeColumnComment, ChangeColumnProperties, ChangeConstraintComment, ChangeIndex),
    *(ChangeIndexComment, ChangeSensitivity),
    *(ChangeTableComment, ChangeTableProperties, ChangeType, DropIndex, DropType),
    *(RenameConstraint, RenameIndex, ReorderColumns),
)
_GONE = (DropColumn, DropTable, RenameColumn, RenameTable)


@dataclass(frozen=True, slots=True)
class Impact:
    """Something that a change touches.

    Attributes:
        change: The change.
        dependent: What it touches.
        through: The views in between, the nearest to the change first.
    """

    change: Change
    dependent: Dependent
    through: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place that is no longer what it was; the whole table where there is no column."""

    table: str
    column: str | None
    is_gone: bool


def impacts(
    changes: Sequence[Change],
    dependents: Sequence[Dependent],
    before: Catalog,
    after: Catalog,
    dialect: str,
) -> tuple[Impact, ...]:
    """Everything that changes touch, in the order of the changes.

    Args:
        changes: The changes.
        dependents: What may depend on the source, its views among them.
        before: The earlier catalog, at least of the tables that changed.
        after: The later one.
        dialect: The SQLGlot dialect of the source and of the queries.
    """
    words = frozenset[str]().union(*(dependent.words for dependent in dependents))
    board = _Board(tuple(dependents), Uses(before, after, dialect, words))
    return tuple(
        impact
        for change in changes
        if not isinstance(change, AddTable)
        for impact in (
            _about(change, board) if isinstance(change, _TOUCHES_NO_QUERY) else _met(change, board)
        )
    )


@dataclass(frozen=True)
class _Board:
    """Who rests on what, found out once for each table that is asked about."""

    dependents: tuple[Dependent, ...]
    uses: Uses

    @cached_property
    def _by_table(self) -> dict[str, list[tuple[Dependent, frozenset[str] | None]]]:
        return {}

    def resting_on(self, table: str) -> list[tuple[Dependent, frozenset[str] | None]]:
        """What rests on a table, with the columns of it that it uses; None for all of them."""
        if table not in self._by_table:
            self._by_table[table] = list(self._resting_on(table))
        return self._by_table[table]

    @cached_property
    def _by_name(self) -> dict[str, list[Dependent]]:
        """Dependents by the FQDNs they name, and by the words of their queries."""
        found: dict[str, list[Dependent]] = defaultdict(list)
        for dependent in self.dependents:
            named = {dependent.describes or "", *dependent.tables, *dependent.words}
            for name in named | {table for table, _ in dependent.columns}:
                found[name].append(dependent)
        return found

    def _resting_on(self, table: str) -> Iterator[tuple[Dependent, frozenset[str] | None]]:
        name = words_of(table.rpartition(".")[2])
        asked = [*self._by_name.get(table, ()), *self._by_name.get(min(name, default=""), ())]
        for dependent in dict.fromkeys(asked):
            if (dependent.kind, dependent.name) == (VIEW, table):
                continue
            if dependent.describes == table:
                yield dependent, None
                continue
            columns = {column for owner, column in dependent.columns if owner == table}
            is_named = bool(columns) or table in dependent.tables
            if dependent.sql is not None and name <= dependent.words:
                used = self.uses.of(dependent.sql).get(table)
                is_named |= used is not None
                columns |= set(used or ())
            if is_named:
                yield dependent, frozenset(columns)


def _met(change: Change, board: _Board) -> Iterator[Impact]:
    """What a change touches, breadth first: a view that is touched touches what rests on it."""
    seen: set[tuple[str, str]] = set()
    done: set[_Spot] = set()
    waiting: deque[tuple[_Spot, tuple[str, ...]]] = deque((spot, ()) for spot in _spots(change))
    while waiting:
        spot, through = waiting.popleft()
        if spot in done:
            continue
        done.add(spot)
        for dependent, columns in board.resting_on(spot.table):
            if not (spot.column is None or columns is None or spot.column in columns):
                continue
            if (dependent.kind, dependent.name) not in seen:
                seen.add((dependent.kind, dependent.name))
                yield Impact(change, dependent, through)
            if dependent.kind == VIEW:
                farther = (*through, dependent.name)
                waiting += ((onward, farther) for onward in _onward(dependent, spot, board.uses))


def _about(change: Change, board: _Board) -> Iterator[Impact]:
    """What tells of the table, for a change that no query notices."""
    for dependent, columns in board.resting_on(change.table):
        if columns is None:
            yield Impact(change, dependent)


def _spots(change: Change) -> list[_Spot]:
    is_gone = isinstance(change, _GONE)
    match change:
        case ColumnChange():
            return [_Spot(change.table, change.column, is_gone)]
        case DropConstraint():
            return [_Spot(change.table, name, False) for name in change.constraint.columns]
        case ChangePrimaryKey():
            return [_Spot(change.table, name, False) for name in change.before.columns]
        case ChangeDefinition():
            return [_Spot(change.table, None, False)]
    return [_Spot(change.table, None, is_gone)]


def _onward(view: Dependent, spot: _Spot, uses: Uses) -> list[_Spot]:
    """What is no longer the same of a view: all of it, or the columns that come from the spot."""
    if spot.is_gone or spot.column is None:
        return [_Spot(view.name, None, spot.is_gone)]
    results = uses.results_from(view.sql or "", spot.table, spot.column)
    return [_Spot(view.name, result, False) for result in results]
