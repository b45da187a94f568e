"""A migration from one catalog to another, as a script in an engine's SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeGuard

from metadata_assets.catalog.model import Catalog
from metadata_assets.diff.changes import Change, RenameTable
from metadata_assets.diff.column_changes import RenameColumn
from metadata_assets.diff.compare import compare
from metadata_assets.diff.following import without_renames
from metadata_assets.diff.migration.clauses import Clauses
from metadata_assets.diff.migration.duckdb import DuckDBWriter
from metadata_assets.diff.migration.mysql import MySQLWriter
from metadata_assets.diff.migration.mysql_renamed import with_renamed_keys
from metadata_assets.diff.migration.objects import VIEWS, Objects
from metadata_assets.diff.migration.postgres import PostgresWriter
from metadata_assets.diff.migration.postgres_sequences import released_sequences
from metadata_assets.diff.migration.renamed import renamed_catalog
from metadata_assets.diff.migration.script import Phase, Script, Statement, Step
from metadata_assets.diff.migration.sqlite import SQLiteWriter
from metadata_assets.diff.migration.steps import migration_steps
from metadata_assets.diff.migration.writer import Writer, parents_first
from metadata_assets.diff.structure_changes import ChangeType
from metadata_assets.errors import ConfigurationError

WRITERS: Mapping[str, Callable[[Objects, Objects], Writer]] = {
    "duckdb": DuckDBWriter,
    "mysql": MySQLWriter,
    "postgres": PostgresWriter,
    "sqlite": SQLiteWriter,
}
"""The writer of each dialect."""

_WITH_SCHEMAS = ("duckdb", "postgres")


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
    if dialect == "mysql":
        moved = with_renamed_keys(moved, tables)
    columns = [c for c in compare(moved, after, dialect) if isinstance(c, RenameColumn)]
    known = renamed_catalog(moved, columns)
    rest = without_renames(compare(known, after, dialect))
    concerned = {change.table for change in (*tables, *columns, *rest)}
    concerned |= {rename.to for rename in tables}
    concerned |= _referencing(known, concerned) | _referencing(after, concerned)
    concerned |= _users(known, {c.table for c in rest if isinstance(c, ChangeType)})
    writer = _writer(
        dialect, Objects.of(known, concerned), Objects.of(after, concerned), tables, columns
    )
    steps = _parents_first(list(migration_steps(writer, tables, columns, rest)), writer.after)
    released = released_sequences(known, after) if dialect == "postgres" else ()
    return Script.of([*_new_schemas(writer.clauses, before, after), *released, *steps])


def _writer(
    dialect: str,
    before: Objects,
    after: Objects,
    tables: Sequence[RenameTable],
    columns: Sequence[RenameColumn],
) -> Writer:
    """The writer of a dialect, told the names that only a table made anew can change."""
    writer = WRITERS[dialect](before, after)
    anew = [table for table in tables if writer.is_renamed_anew(table)]
    names = {table.to for table in anew}
    told = before.renamed(
        anew,
        [one for one in columns if one.table in names or writer.is_renamed_anew(one)],
    )
    return WRITERS[dialect](told, after)


def _parents_first(steps: Sequence[Step], after: Objects) -> Iterator[Step]:
    """The steps, new tables and those made anew in one order."""
    making = {step.makes: step for step in steps if isinstance(step, Statement) and step.makes}
    in_order = iter(parents_first(after, making))
    for step in steps:
        is_making = isinstance(step, Statement) and step.makes
        yield making[next(in_order)] if is_making else step


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


def _referencing(catalog: Catalog, tables: set[str]) -> set[str]:
    """The tables that reference some tables, and those that reference these, and so on."""
    keys = catalog.constraints.select(["table_fqdn", "referenced_table"]).to_pylist()
    found: set[str] = set()
    near = tables
    while near:
        near = {str(key["table_fqdn"]) for key in keys if key["referenced_table"] in near} - found
        found |= near
    return found


def _users(catalog: Catalog, types: set[str]) -> set[str]:
    """The tables with a column of some user-defined types."""
    named = types | {name.partition(".")[2] for name in types}
    columns = catalog.columns.select(["table_fqdn", "native_type"]).to_pylist() if types else []
    return {
        str(column["table_fqdn"])
        for column in columns
        if column["native_type"].partition("[")[0] in named
    }
