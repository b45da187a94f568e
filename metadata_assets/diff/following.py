"""What merely follows an inferred rename: keys and indexes that name the column or table anew.

It is no change of its own, but kept with the rename, so that taking the rename back brings it back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from metadata_assets.diff.changes import Change, RenameTable
from metadata_assets.diff.column_changes import RenameColumn
from metadata_assets.diff.definitions import ConstraintDefinition, IndexDefinition
from metadata_assets.schema.clauses import more_columns, with_names


@dataclass(frozen=True, slots=True)
class Follow:
    """A key or index that differs only by a rename.

    Attributes:
        rename: The rename; the first, where several explain it together.
        changes: The drop and the addition it is, should that be no rename.
    """

    rename: RenameColumn | RenameTable
    changes: tuple[Change, Change]


@dataclass(frozen=True, slots=True)
class Renames:
    """The inferred renames.

    Attributes:
        tables: By former name.
        columns: By table and former name.
    """

    tables: Mapping[str, RenameTable]
    columns: Mapping[tuple[str, str], RenameColumn]

    @classmethod
    def among(cls, changes: Iterable[Change]) -> Renames:
        """Those among the changes."""
        tables, columns = {}, {}
        for change in changes:
            if isinstance(change, RenameTable):
                tables[change.table] = change
            elif isinstance(change, RenameColumn):
                columns[change.table, change.column] = change
        return cls(tables, columns)

    def constraint(self, table: str, old: ConstraintDefinition) -> ConstraintDefinition:
        """An earlier constraint in the names of today."""
        target = old.referenced_table or ""
        return replace(
            old,
            columns=self._columns(table, old.columns),
            referenced_table=self.tables[target].to
            if target in self.tables
            else old.referenced_table,
            referenced_columns=self._columns(target, old.referenced_columns),
            properties=self._properties(table, old.properties),
        )

    def index(self, table: str, old: IndexDefinition) -> IndexDefinition:
        """An earlier index in the names of today."""
        return replace(
            old,
            columns=self._columns(table, old.columns),
            properties=self._properties(table, old.properties),
        )

    def of_constraint(self, table: str, old: ConstraintDefinition) -> RenameColumn | RenameTable:
        """The first rename that an earlier constraint is concerned by."""
        target = old.referenced_table or ""
        if target in self.tables:
            return self.tables[target]
        return next(
            self.columns[place]
            for place in (
                *((table, column) for column in (*old.columns, *more_columns(old.properties))),
                *((target, column) for column in old.referenced_columns),
            )
            if place in self.columns
        )

    def of_index(self, table: str, old: IndexDefinition) -> RenameColumn:
        """The first rename that an earlier index is concerned by."""
        named = (*old.columns, *more_columns(old.properties))
        return next(self.columns[table, name] for name in named if (table, name) in self.columns)

    def _properties(self, table: str, properties: str | None) -> str | None:
        return with_names(properties, lambda names: self._columns(table, names))

    def _columns(self, table: str, names: Sequence[str]) -> tuple[str, ...]:
        found = ((name, self.columns.get((table, name))) for name in names)
        return tuple(rename.to if rename else name for name, rename in found)


def with_followers(changes: Sequence[Change | Follow]) -> Iterator[Change]:
    """The changes alone, each rename with what follows it."""
    followers: dict[Change, list[Change]] = defaultdict(list)
    for change in changes:
        if isinstance(change, Follow):
            followers[change.rename] += change.changes
    for change in changes:
        if isinstance(change, (RenameColumn, RenameTable)) and change in followers:
            yield replace(change, followers=tuple(followers[change]))
        elif isinstance(change, Change):
            yield change


def without_renames(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes, with every inferred rename taken back to the drops and additions it is."""
    plain: list[Change] = []
    for change in changes:
        if isinstance(change, (RenameColumn, RenameTable)):
            plain += [change.dropped, change.added, *change.followers]
        else:
            plain.append(change)
    return tuple(plain)
