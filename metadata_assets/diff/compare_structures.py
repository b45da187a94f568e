"""The rows of constraints, indexes and user-defined types that differ, as typed changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from metadata_assets.diff.changes import Change
from metadata_assets.diff.definitions import ConstraintDefinition, IndexDefinition
from metadata_assets.diff.following import Follow, Renames
from metadata_assets.diff.structure_changes import (
    AddConstraint,
    AddIndex,
    AddType,
    ChangeConstraintComment,
    ChangeForeignKeyActions,
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
from metadata_assets.schema.clauses import without

T = TypeVar("T")

_TYPE_ATTRIBUTES = ("labels", "base_type", "nullable", "default_expr", "checks", "attributes")


def constraint_changes(
    rows: Iterable[Mapping[str, Any]], renames: Renames
) -> Iterator[Change | Follow]:
    """The changes that the rows of `changed_constraints.sql` stand for.

    What is left of both sides is paired by what it says, then by what it is about: the same
    under another name or with another comment, the same key whose index is hidden or no longer,
    the same foreign key with other actions, the one primary key.
    """
    for table, before, after in _by_table(rows, _constraint):
        for old, new in _paired(before, after, _unnamed_constraint):
            yield RenameConstraint(table, old, new)
        for old, new in _paired(before, after, _uncommented):
            yield ChangeConstraintComment(table, old, new)
        for old, new in _paired(
            before, after, _unnamed_constraint, partial(renames.constraint, table)
        ):
            rename = renames.of_constraint(table, old)
            yield Follow(rename, (DropConstraint(table, old), AddConstraint(table, new)))
        for old, new in _paired(before, after, _visible_key):
            yield ChangeIndex(table, _index_of(old), _index_of(new))
        for old, new in _paired(before, after, _about):
            if old.constraint_type == "primary_key":
                yield ChangePrimaryKey(table, old, new)
            else:
                yield ChangeForeignKeyActions(table, old, new)
        for constraint in before:
            yield DropConstraint(table, constraint)
        for constraint in after:
            yield AddConstraint(table, constraint)


def index_changes(rows: Iterable[Mapping[str, Any]], renames: Renames) -> Iterator[Change | Follow]:
    """The changes that the rows of `changed_indexes.sql` stand for."""
    for table, before, after in _by_table(rows, _index):
        for old, new in _paired(before, after, _unnamed_index):
            yield RenameIndex(table, old, new)
        for old, new in _paired(before, after, _uncommented):
            yield ChangeIndexComment(table, old, new)
        for old, new in _paired(before, after, _unnamed_index, partial(renames.index, table)):
            rename = renames.of_index(table, old)
            yield Follow(rename, (DropIndex(table, old), AddIndex(table, new)))
        for old, new in _paired(before, after, lambda index: index.index_name):
            yield ChangeIndex(table, old, new)
        for index in before:
            yield DropIndex(table, index)
        for index in after:
            yield AddIndex(table, index)


def type_changes(rows: Iterable[Mapping[str, Any]]) -> Iterator[Change]:
    """The changes that the rows of `changed_types.sql` stand for."""
    for row in rows:
        name, before, after = row["type_fqdn"], row["before"], row["after"]
        if not row["was_there"]:
            yield AddType(name, after["kind"])
        elif not row["is_there"]:
            yield DropType(name, before["kind"])
        else:
            for attribute in ("kind", *_TYPE_ATTRIBUTES, "comment"):
                if before[attribute] != after[attribute]:
                    yield ChangeType(
                        name, attribute, _texts(before[attribute]), _texts(after[attribute])
                    )


def _by_table(
    rows: Iterable[Mapping[str, Any]], build: Callable[[Mapping[str, Any]], T]
) -> Iterator[tuple[str, list[T], list[T]]]:
    """Each table with what only the earlier, and what only the later side has."""
    tables: dict[str, tuple[list[T], list[T]]] = defaultdict(lambda: ([], []))
    for row in rows:
        tables[row["table_fqdn"]][0 if row["was_there"] else 1].append(build(row))
    for table, (before, after) in tables.items():
        yield table, before, after


def _paired(
    before: list[T],
    after: list[T],
    key: Callable[[T], Hashable | None],
    renamed: Callable[[T], T] = lambda old: old,
) -> list[tuple[T, T]]:
    """The pairs with one key, taken out of both lists; None pairs with nothing."""
    pairs = []
    for old in list(before):
        found = key(renamed(old))
        twin = next((new for new in after if found is not None and key(new) == found), None)
        if twin is not None:
            before.remove(old)
            after.remove(twin)
            pairs.append((old, twin))
    return pairs


def _unnamed_constraint(constraint: ConstraintDefinition) -> Hashable:
    return replace(constraint, constraint_name=None)


def _unnamed_index(index: IndexDefinition) -> Hashable:
    return replace(index, index_name="")


def _uncommented(definition: ConstraintDefinition | IndexDefinition) -> Hashable:
    return replace(definition, properties=without(definition.properties, "comment"))


def _visible_key(constraint: ConstraintDefinition) -> Hashable | None:
    if constraint.constraint_type != "unique":
        return None
    return replace(constraint, properties=without(constraint.properties, "visibility"))


def _index_of(key: ConstraintDefinition) -> IndexDefinition:
    """The index that a unique constraint is where indexes can be hidden."""
    name = key.constraint_name or ""
    return IndexDefinition(name, key.columns, True, None, None, key.properties)


def _about(constraint: ConstraintDefinition) -> Hashable | None:
    """What a constraint is about: a table has one primary key, and one foreign key a relation."""
    if constraint.constraint_type == "primary_key":
        return "primary_key"
    if constraint.constraint_type == "foreign_key":
        return (constraint.columns, constraint.referenced_table, constraint.referenced_columns)
    return None


def _constraint(row: Mapping[str, Any]) -> ConstraintDefinition:
    return ConstraintDefinition(
        constraint_type=row["constraint_type"],
        constraint_name=row["constraint_name"],
        columns=_texts(row["columns"]),
        referenced_table=row["referenced_table"],
        referenced_columns=_texts(row["referenced_columns"]),
        on_delete=row["on_delete"],
        on_update=row["on_update"],
        expression=row["expression"],
        properties=row["properties"],
    )


def _index(row: Mapping[str, Any]) -> IndexDefinition:
    return IndexDefinition(
        index_name=row["index_name"],
        columns=_texts(row["columns"]),
        is_unique=row["is_unique"],
        method=row["method"],
        predicate=row["predicate"],
        properties=row["properties"],
    )


def _texts(value: Any) -> tuple[str, ...]:
    """A list, or one value as a list of it."""
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list) else (str(value),)
