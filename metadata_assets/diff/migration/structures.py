"""The steps of what changed about a table's keys, checks and indexes, whatever the engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Protocol

from metadata_assets.diff.changes import Change
from metadata_assets.diff.definitions import ConstraintDefinition, IndexDefinition
from metadata_assets.diff.migration.objects import Objects, Row
from metadata_assets.diff.migration.script import ByHand, Phase, Statement, Step
from metadata_assets.diff.structure_changes import (
    AddConstraint,
    AddIndex,
    ChangeForeignKeyActions,
    ChangeIndex,
    ChangePrimaryKey,
    DropConstraint,
    DropIndex,
    RenameConstraint,
    RenameIndex,
)

_NO_STATEMENT = "the engine has no statement for it; make the table anew"


class StructureWriter(Protocol):
    """What an engine can say of keys and indexes; None where it has no statement for it."""

    @property
    def before(self) -> Objects:
        """The objects as they were."""
        ...

    @property
    def after(self) -> Objects:
        """The objects as they are."""
        ...

    def create_index(self, fqdn: str, index: Row) -> str:
        """Make an index."""
        ...

    def drop_index(self, fqdn: str, index: Row) -> str:
        """Drop an index."""
        ...

    def rename_index(self, fqdn: str, was: str, becomes: str) -> str | None:
        """Rename an index."""
        ...

    def add_constraint(self, fqdn: str, constraint: Row) -> str | None:
        """Add a key or check."""
        ...

    def drop_constraint(self, fqdn: str, constraint: Row) -> str | None:
        """Drop a key or check."""
        ...

    def rename_constraint(self, fqdn: str, was: Row, becomes: Row) -> str | None:
        """Rename a key or check."""
        ...


def structure_steps(
    writer: StructureWriter, fqdn: str, changes: Sequence[Change], *, disturbed: Sequence[str] = ()
) -> Iterator[Step]:
    """The steps of the changes of keys and indexes.

    Args:
        writer: Writes them.
        fqdn: The table.
        changes: Its changes; those of other kinds are passed over.
        disturbed: Columns that go and come back: keys and indexes on them do so too.
    """
    for change in changes:
        steps = list(_steps(writer, fqdn, change))
        if None in steps:
            yield ByHand(change, _NO_STATEMENT)
        else:
            yield from (step for step in steps if step is not None)
    yield from _around(writer, fqdn, frozenset(disturbed))


def _steps(writer: StructureWriter, fqdn: str, change: Change) -> Iterator[Statement | None]:
    match change:
        case AddConstraint():
            yield _added(writer, fqdn, change.constraint)
        case DropConstraint():
            yield _dropped(writer, fqdn, change.constraint)
        case ChangePrimaryKey() | ChangeForeignKeyActions():
            yield _dropped(writer, fqdn, change.before)
            yield _added(writer, fqdn, change.after)
        case RenameConstraint():
            yield from _renamed(writer, fqdn, change)
        case AddIndex():
            yield Statement(Phase.ADD_INDEXES, writer.create_index(fqdn, asdict(change.index)))
        case DropIndex():
            yield Statement(Phase.DROP_INDEXES, writer.drop_index(fqdn, asdict(change.index)))
        case ChangeIndex():
            yield from _replaced(writer, fqdn, change.before, change.after)
        case RenameIndex():
            sql = writer.rename_index(fqdn, change.before.index_name, change.after.index_name)
            if sql is not None:
                yield Statement(Phase.RENAME_PARTS, sql)
            else:
                yield from _replaced(writer, fqdn, change.before, change.after)


def _renamed(
    writer: StructureWriter, fqdn: str, change: RenameConstraint
) -> Iterator[Statement | None]:
    sql = writer.rename_constraint(fqdn, asdict(change.before), asdict(change.after))
    if sql is not None:
        yield Statement(Phase.RENAME_PARTS, sql)
    else:
        yield _dropped(writer, fqdn, change.before)
        yield _added(writer, fqdn, change.after)


def _replaced(
    writer: StructureWriter, fqdn: str, was: IndexDefinition, now: IndexDefinition
) -> Iterator[Statement]:
    yield Statement(Phase.DROP_INDEXES, writer.drop_index(fqdn, asdict(was)))
    yield Statement(Phase.ADD_INDEXES, writer.create_index(fqdn, asdict(now)))


def _added(
    writer: StructureWriter, fqdn: str, constraint: ConstraintDefinition
) -> Statement | None:
    sql = writer.add_constraint(fqdn, asdict(constraint))
    is_reference = constraint.constraint_type == "foreign_key"
    phase = Phase.ADD_FOREIGN_KEYS if is_reference else Phase.ADD_KEYS
    return None if sql is None else Statement(phase, sql)


def _dropped(
    writer: StructureWriter, fqdn: str, constraint: ConstraintDefinition
) -> Statement | None:
    sql = writer.drop_constraint(fqdn, asdict(constraint))
    is_reference = constraint.constraint_type == "foreign_key"
    phase = Phase.DROP_FOREIGN_KEYS if is_reference else Phase.DROP_KEYS
    return None if sql is None else Statement(phase, sql)


def _around(writer: StructureWriter, fqdn: str, disturbed: frozenset[str]) -> Iterator[Statement]:
    """What goes with a column that is dropped, and stays otherwise."""
    if not disturbed:
        return
    kept = [_unplaced(row) for row in writer.after.tables[fqdn].constraints]
    for constraint in writer.before.tables[fqdn].constraints:
        if disturbed & set(constraint["columns"] or ()) and _unplaced(constraint) in kept:
            sql = writer.add_constraint(fqdn, constraint)
            if sql is not None:
                yield Statement(Phase.ADD_KEYS, sql)
    for index in writer.before.tables[fqdn].indexes:
        if disturbed & set(index["columns"] or ()) and index in writer.after.tables[fqdn].indexes:
            yield Statement(Phase.ADD_INDEXES, writer.create_index(fqdn, index))


def _unplaced(row: Row) -> Mapping[str, object]:
    return {**row, "position": None}
