"""The steps of a migration: renames first, then what else differs, and who stands in the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from metadata_assets.diff.changes import (
    AddTable,
    Change,
    ChangeAnnotation,
    ChangeObjectType,
    ChangeTableComment,
    DropTable,
    RenameTable,
)
from metadata_assets.diff.column_changes import (
    AddColumn,
    ChangeColumnComment,
    ChangeDefault,
    ChangeSensitivity,
    RenameColumn,
    RetypeColumn,
)
from metadata_assets.diff.migration.objects import VIEWS, Row
from metadata_assets.diff.migration.script import Phase, Statement, Step
from metadata_assets.diff.migration.views import in_order, views_in_the_way
from metadata_assets.diff.migration.writer import Writer, drop_view, parents_first
from metadata_assets.diff.structure_changes import AddType, ChangeType, DropType

_TYPE_CHANGES = (AddType, DropType, ChangeType)
_HARMLESS_TO_VIEWS = (
    AddColumn,
    ChangeAnnotation,
    ChangeColumnComment,
    ChangeDefault,
    ChangeSensitivity,
    ChangeTableComment,
)


@dataclass(frozen=True, slots=True)
class _Rest:
    """What differs once the renames are made, by what it concerns."""

    types: list[Change]
    added: list[str]
    dropped: list[str]
    changed: dict[str, list[Change]]
    views: set[str]


def _sorted_out(writer: Writer, rest: Iterable[Change]) -> _Rest:
    found = _Rest([], [], [], defaultdict(list), set())
    for change in rest:
        if isinstance(change, _TYPE_CHANGES):
            found.types.append(change)
        elif _is_about_a_view(change, writer):
            found.views.add(change.table)
            if isinstance(change, ChangeObjectType):
                (found.added if change.before in VIEWS else found.dropped).append(change.table)
        elif isinstance(change, AddTable):
            found.added.append(change.table)
        elif isinstance(change, DropTable):
            found.dropped.append(change.table)
        else:
            found.changed[change.table].append(change)
    found.added[:] = [fqdn for fqdn in found.added if not writer.after.tables[fqdn].is_view]
    found.dropped[:] = [fqdn for fqdn in found.dropped if not writer.before.tables[fqdn].is_view]
    return found


def _is_about_a_view(change: Change, writer: Writer) -> bool:
    sides = (side.tables.get(change.table) for side in (writer.before, writer.after))
    return any(table is not None and table.is_view for table in sides)


def migration_steps(
    writer: Writer,
    tables: Sequence[RenameTable],
    columns: Sequence[RenameColumn],
    changes: Sequence[Change],
) -> Iterator[Step]:
    """The steps from a writer's earlier objects to its later ones.

    Args:
        writer: Writes the engine's SQL.
        tables: The tables that are renamed.
        columns: The columns that are renamed, in tables by their later names.
        changes: What differs once that is done.
    """
    rest = _sorted_out(writer, changes)
    yield from writer.settings()
    yield from _view_steps(writer, tables, columns, rest)
    for rename in tables:
        if writer.before.tables[rename.to].earlier_name is None:
            yield _renamed(writer, rename, writer.rename_table(rename.table, rename.to))
    for column in columns:
        if column.to in writer.before.tables[column.table].earlier_columns:
            continue
        text = writer.clauses.rename_column(column.table, column.column, column.to)
        yield _renamed(writer, column, text)
    yield from writer.types(rest.types)
    for fqdn in parents_first(writer.after, rest.added):
        yield from writer.create_table(fqdn)
    for fqdn, found in rest.changed.items():
        yield from _held_foreign_keys(writer, fqdn, found)
    yield from writer.change_tables(rest.changed, rest.dropped)


def _renamed(writer: Writer, rename: RenameTable | RenameColumn, sql: str) -> Statement:
    phase = Phase.RENAME_TABLES if isinstance(rename, RenameTable) else Phase.RENAME_PARTS
    name = writer.clauses.full_name(rename.table)
    instead = f"DROP TABLE {name}; CREATE TABLE {writer.clauses.full_name(rename.to)} (…);"
    if isinstance(rename, RenameColumn):
        column = writer.clauses.column(
            writer.after.tables[rename.table].column(rename.to),
            [str(rename.added.definition).removeprefix(rename.added.definition.native_type)],
        )
        instead = (
            f"{writer.clauses.drop_column(rename.table, rename.column)}; "
            f"{writer.clauses.alter(rename.table, column)};"
        )
    reasons = ", ".join(rename.evidence)
    note = f"Probably renamed ({rename.confidence:.0%}: {reasons}). If it is not, run instead:"
    return Statement(phase, sql, f"{note}\n  {instead}")


def _view_steps(
    writer: Writer,
    tables: Sequence[RenameTable],
    columns: Sequence[RenameColumn],
    rest: _Rest,
) -> Iterator[Step]:
    touched = {rename.table for rename in (*tables, *columns)} | {one.to for one in tables}
    touched |= {*rest.views, *rest.dropped}
    touched |= {
        fqdn
        for fqdn, changes in rest.changed.items()
        if not all(isinstance(change, _HARMLESS_TO_VIEWS) for change in changes)
    }
    gone = views_in_the_way(writer.before, touched)
    was_named = {rename.to: rename.table for rename in tables}
    for view in gone:
        row = writer.before.tables[view].row
        yield drop_view(writer.clauses, was_named.get(view, view), row)
    returning = {
        view
        for view in {*gone, *touched}
        if view in writer.after.tables and writer.after.tables[view].is_view
    }
    for view in in_order(writer.after, returning):
        yield from writer.create_view(view)


def _held_foreign_keys(writer: Writer, fqdn: str, changes: Sequence[Change]) -> Iterator[Step]:
    """Foreign keys that stay, but would hold a column of theirs to its type."""
    retyped = {change.column for change in changes if isinstance(change, RetypeColumn)}
    if not retyped:
        return
    for owner, table in writer.before.tables.items():
        for key in table.constraints:
            if key["constraint_type"] != "foreign_key":
                continue
            own = owner == fqdn and retyped & set(key["columns"])
            parent = key["referenced_table"] == fqdn and retyped & set(
                key["referenced_columns"] or ()
            )
            if (own or parent) and _is_kept(writer, owner, key):
                drop, add = writer.drop_foreign_key(owner, key), writer.add_foreign_key(owner, key)
                if drop and add:
                    yield Statement(Phase.DROP_FOREIGN_KEYS, drop)
                    yield Statement(Phase.ADD_FOREIGN_KEYS, add)


def _is_kept(writer: Writer, fqdn: str, key: Row) -> bool:
    if fqdn not in writer.after.tables:
        return False
    named = {**key, "position": 0}
    return any({**other, "position": 0} == named for other in writer.after.tables[fqdn].constraints)
