"""What merely follows an inferred rename: keys and indexes that name the column or table anew.

It is no change of its own, but kept with the rename, so that taking the rename back brings it back.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from metadata_assets.diff.changes import Change, RenameTable
from metadata_assets.diff.column_changes import RenameColumn
from metadata_assets.diff.definitions import ConstraintDefinition, IndexDefinition
from metadata_assets.schema.clauses import more_columns, with_names

# A text, in which nothing is a name; or a name, quoted or not.
_NAME = re.compile(r"'(?:[^']|'')*'|(?P<quote>[\"`]?)(?P<name>\b[^\W\d][\w$]*)(?P=quote)")


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
            expression=self._text(table, old.expression),
            properties=self._properties(table, old.properties),
        )

    def index(self, table: str, old: IndexDefinition) -> IndexDefinition:
        """An earlier index in the names of today."""
        return replace(
            old,
            columns=tuple(self._text(table, part) or part for part in old.columns),
            predicate=self._text(table, old.predicate),
            properties=self._properties(table, old.properties),
        )

    def of_constraint(self, table: str, old: ConstraintDefinition) -> RenameColumn | RenameTable:
        """The first rename that an earlier constraint is concerned by."""
        target = old.referenced_table or ""
        if target in self.tables:
            return self.tables[target]
        own = (*old.columns, *more_columns(old.properties), *_names_in(old.expression))
        places = (
            *((table, column) for column in own),
            *((target, column) for column in old.referenced_columns),
        )
        return next(self.columns[place] for place in places if place in self.columns)

    def of_index(self, table: str, old: IndexDefinition) -> RenameColumn:
        """The first rename that an earlier index is concerned by."""
        texts = (*old.columns, old.predicate)
        named = (
            *old.columns,
            *more_columns(old.properties),
            *(name for text in texts for name in _names_in(text)),
        )
        return next(self.columns[table, name] for name in named if (table, name) in self.columns)

    def _text(self, table: str, text: str | None) -> str | None:
        """An expression, or a lone name, in the names of today."""
        if text is None or (table, text) in self.columns:
            return text and self.columns[table, text].to

        def renamed(found: re.Match[str]) -> str:
            quote, name = found["quote"] or "", found["name"]
            rename = self.columns.get((table, name or ""))
            return f"{quote}{rename.to}{quote}" if rename else found[0]

        return _NAME.sub(renamed, text)

    def _properties(self, table: str, properties: str | None) -> str | None:
        return with_names(properties, lambda names: self._columns(table, names))

    def _columns(self, table: str, names: Sequence[str]) -> tuple[str, ...]:
        found = ((name, self.columns.get((table, name))) for name in names)
        return tuple(rename.to if rename else name for name, rename in found)


def _names_in(text: str | None) -> list[str]:
    return [found["name"] for found in _NAME.finditer(text or "") if found["name"]]


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
