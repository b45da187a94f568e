"""Renamed columns, inferred: a dropped and an added column that are probably one.

Never asserted. A rename carries its confidence, the evidence it rests on, and the drop and the
addition it stands for, so that nobody has to believe it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from metadata_assets.catalog.model import Catalog
from metadata_assets.diff.column_changes import AddColumn, ColumnChange, DropColumn, RenameColumn
from metadata_assets.diff.matching import Likeness, chosen, name_likeness
from metadata_assets.diff.widening import effect_of

_ALIKE = 0.5
_NAME_WEIGHT = 0.35
_PLACE_WEIGHT = 0.35
_LAST_PLACE_WEIGHT = 0.2
"""A new column is put last, so at the end the place says less."""


@dataclass(frozen=True, slots=True)
class _Side:
    """What one version tells about the tables in question.

    Attributes:
        orders: The names of a table's columns in order.
        roles: The keys and indexes a column takes part in, by table and column.
    """

    orders: dict[str, list[str]]
    roles: dict[tuple[str, str], frozenset[Hashable]]


def with_renamed_columns(
    changes: Sequence[ColumnChange], before: Catalog, after: Catalog, dialect: str
) -> list[ColumnChange]:
    """The changes, with what is probably a rename in place of its drop and addition.

    Args:
        changes: Changes of columns.
        before: The earlier catalog.
        after: The later one.
        dialect: The sqlglot dialect of the source.

    Returns:
        The changes in their order, a rename where the addition was.
    """
    drops: dict[str, list[DropColumn]] = defaultdict(list)
    adds: dict[str, list[AddColumn]] = defaultdict(list)
    for change in changes:
        if isinstance(change, DropColumn):
            drops[change.table].append(change)
        elif isinstance(change, AddColumn):
            adds[change.table].append(change)
    tables = sorted(set(drops) & set(adds))
    if not tables:
        return list(changes)
    old, new = _side(before, tables), _side(after, tables)
    renames: dict[tuple[str, str], RenameColumn] = {}
    for table in tables:
        for rename in _renames(drops[table], adds[table], old, new, dialect):
            renames[table, rename.to] = rename
    gone = {(rename.table, rename.column) for rename in renames.values()}
    return [
        renames.get((change.table, change.column), change)
        if isinstance(change, AddColumn)
        else change
        for change in changes
        if not (isinstance(change, DropColumn) and (change.table, change.column) in gone)
    ]


def _renames(
    drops: Sequence[DropColumn],
    adds: Sequence[AddColumn],
    old: _Side,
    new: _Side,
    dialect: str,
) -> Iterator[RenameColumn]:
    dropped = {drop.column: drop for drop in drops}
    added = {add.column: add for add in adds}
    is_only = len(drops) == 1 and len(adds) == 1
    candidates = [
        Likeness(drop.column, add.column, tuple(_evidence(drop, add, old, new, is_only=is_only)))
        for drop in drops
        for add in adds
        if _may_be_one(drop, add, dialect)
    ]
    for match in chosen(candidates):
        drop, add = dropped[match.dropped], added[match.added]
        yield RenameColumn(
            drop.table, drop.column, add.column, match.confidence, match.reasons, drop, add
        )


def _may_be_one(drop: DropColumn, add: AddColumn, dialect: str) -> bool:
    """Whether the type is the same; where it was also widened or narrowed, the name must tell."""
    was, now = drop.definition.native_type, add.definition.native_type
    if was == now:
        return True
    is_alike = name_likeness(drop.column, add.column) >= _ALIKE
    return is_alike and effect_of(was, now, dialect) != "changed"


def _evidence(
    drop: DropColumn, add: AddColumn, old: _Side, new: _Side, *, is_only: bool
) -> Iterator[tuple[str, float]]:
    was_typed, is_typed = drop.definition.native_type, add.definition.native_type
    if was_typed == is_typed:
        yield f"same type {was_typed}", 0.1
    else:
        yield f"type {was_typed} became {is_typed}", 0.0
    likeness = name_likeness(drop.column, add.column)
    if likeness >= _ALIKE:
        yield "similar name", _NAME_WEIGHT * likeness
    was, now = old.orders[drop.table], new.orders[add.table]
    neighbours = _neighbours(was, drop.column, now)
    if neighbours == _neighbours(now, add.column, was):
        yield "same place", _LAST_PLACE_WEIGHT if neighbours[1] is None else _PLACE_WEIGHT
    if drop.definition.comment and drop.definition.comment == add.definition.comment:
        yield "same comment", 0.2
    roles = old.roles.get((drop.table, drop.column), frozenset())
    if roles and roles == new.roles.get((add.table, add.column), frozenset()):
        yield "same keys and indexes", 0.15
    if (
        drop.definition.nullable == add.definition.nullable
        and drop.definition.default_expr == add.definition.default_expr
        and drop.definition.generated_expr == add.definition.generated_expr
    ):
        yield "same default and nullability", 0.1
    if is_only:
        yield "no other candidate", 0.05


def _neighbours(order: list[str], column: str, others: list[str]) -> tuple[str | None, str | None]:
    """The nearest columns on both sides that the other version has too."""
    place = order.index(column)
    common = set(others)
    left = next((name for name in reversed(order[:place]) if name in common), None)
    right = next((name for name in order[place + 1 :] if name in common), None)
    return left, right


def _side(catalog: Catalog, tables: Sequence[str]) -> _Side:
    orders: dict[str, list[str]] = defaultdict(list)
    for row in _of(catalog.columns.select(["table_fqdn", "column_name"]), tables):
        orders[row["table_fqdn"]].append(row["column_name"])
    roles: dict[tuple[str, str], set[Hashable]] = defaultdict(set)
    for row in _of(catalog.constraints, tables):
        referenced = row["referenced_columns"] or [None] * len(row["columns"] or ())
        pairs = zip(row["columns"] or (), referenced, strict=True)
        for place, (column, target) in enumerate(pairs):
            role = (row["constraint_type"], place, row["referenced_table"], target)
            roles[row["table_fqdn"], column].add(role)
    for row in _of(catalog.indexes, tables):
        for place, column in enumerate(row["columns"] or ()):
            roles[row["table_fqdn"], column].add(("index", place, row["is_unique"], row["method"]))
    return _Side(dict(orders), {key: frozenset(found) for key, found in roles.items()})


def _of(rows: pa.Table, tables: Sequence[str]) -> Iterable[dict[str, Any]]:
    wanted = pc.is_in(rows.column("table_fqdn"), pa.array(tables, pa.string()))
    return rows.filter(wanted).to_pylist()
