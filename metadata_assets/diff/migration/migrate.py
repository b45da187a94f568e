"""Plan a migration: what is renamed first, then what else differs, then who stands in the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeGuard

from metadata_assets.catalog.model import Catalog
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
from metadata_assets.diff.compare import compare
from metadata_assets.diff.following import without_renames
from metadata_assets.diff.migration.clauses import Clauses
from metadata_assets.diff.migration.duckdb import DuckDBWriter
from metadata_assets.diff.migration.mysql import MySQLWriter
from metadata_assets.diff.migration.objects import VIEWS, Objects, Row
from metadata_assets.diff.migration.postgres import PostgresWriter
from metadata_assets.diff.migration.renamed import renamed_catalog
from metadata_assets.diff.migration.script import Phase, Script, Statement, Step
from metadata_assets.diff.migration.sqlite import SQLiteWriter
from metadata_assets.diff.migration.views import in_order, views_in_the_way
from metadata_assets.diff.migration.writer import Writer, drop_view, parents_first
from metadata_assets.diff.structure_changes import AddType, ChangeType, DropType
from metadata_assets.errors import ConfigurationError

WRITERS: Mapping[str, Callable[[Objects, Objects], Writer]] = {
    "duckdb": DuckDBWriter,
    "mysql": MySQLWriter,
    "postgres": PostgresWriter,
    "sqlite": SQLiteWriter,
}
"""The writer of each dialect."""

_WITH_SCHEMAS = ("duckdb", "postgres")
_TYPE_CHANGES = (AddType, DropType, ChangeType)
_HARMLESS_TO_VIEWS = (
    AddColumn,
    ChangeAnnotation,
    ChangeColumnComment,
    ChangeDefault,
    ChangeSensitivity,
    ChangeTableComment,
)


def migrate(before: Catalog, after: Catalog, dialect: str) -> Script:
    """The script that makes a database of the earlier catalog one of the later.

    Args:
        before: The earlier catalog.
        after: The later one.
        dialect: The SQLGlot dialect of the database.

    Raises:
        ConfigurationError: No migration is written for that dialect.
    """
    if dialect not in WRITERS:
        raise ConfigurationError(
            f"no migration is written in the dialect {dialect}",
            remedy=f"It is for {', '.join(sorted(WRITERS))}; take --format json instead.",
        )
    tables = [c for c in compare(before, after, dialect) if _is_renamed_table(c)]
    moved = renamed_catalog(before, tables)
    columns = [c for c in compare(moved, after, dialect) if isinstance(c, RenameColumn)]
    known = renamed_catalog(moved, columns)
    rest = without_renames(compare(known, after, dialect))
    concerned = {change.table for change in (*tables, *columns, *rest)}
    concerned |= {rename.to for rename in tables}
    concerned |= _neighbours(known, concerned) | _neighbours(after, concerned)
    concerned |= _users(known, {c.table for c in rest if isinstance(c, ChangeType)})
    writer = WRITERS[dialect](Objects.of(known, concerned), Objects.of(after, concerned))
    steps = _steps(writer, tables, columns, rest)
    return Script.of([*_new_schemas(writer.clauses, before, after), *steps])


def _new_schemas(clauses: Clauses, before: Catalog, after: Catalog) -> Iterator[Step]:
    """The schemas that only the later catalog has something in."""
    if clauses.dialect not in _WITH_SCHEMAS:
        return
    was, now = (
        {
            str(name)
            for rows in (side.tables, side.types)
            for name in rows["schema_name"].to_pylist()
        }
        for side in (before, after)
    )
    for schema in sorted(now - was):
        name = clauses.name(schema)
        yield Statement(Phase.SETTINGS, f"CREATE SCHEMA IF NOT EXISTS {name}")


def _is_renamed_table(change: Change) -> TypeGuard[RenameTable]:
    """Whether it is to be renamed; a view of another name is simply made anew."""
    return isinstance(change, RenameTable) and change.dropped.object_type not in VIEWS


def _neighbours(catalog: Catalog, tables: set[str]) -> set[str]:
    """The tables that reference some tables."""
    keys = catalog.constraints.select(["table_fqdn", "referenced_table"]).to_pylist()
    return {str(key["table_fqdn"]) for key in keys if key["referenced_table"] in tables}


def _users(catalog: Catalog, types: set[str]) -> set[str]:
    """The tables with a column of some user-defined types."""
    named = types | {name.partition(".")[2] for name in types}
    columns = catalog.columns.select(["table_fqdn", "native_type"]).to_pylist() if types else []
    return {
        str(column["table_fqdn"])
        for column in columns
        if column["native_type"].partition("[")[0] in named
    }


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


def _steps(
    writer: Writer,
    tables: Sequence[RenameTable],
    columns: Sequence[RenameColumn],
    changes: Sequence[Change],
) -> Iterator[Step]:
    rest = _sorted_out(writer, changes)
    yield from writer.settings()
    yield from _view_steps(writer, tables, columns, rest)
    for rename in tables:
        yield _renamed(writer, rename, writer.rename_table(rename.table, rename.to))
    for column in columns:
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
