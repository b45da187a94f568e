"""A migration from one catalog to another, as a script in an engine's SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
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


def _new_schemas(dialect: str, before: Catalog, after: Catalog) -> Iterator[Step]:
    """The schemas that only the later catalog has something in."""
    was, now = (
        {
            str(name)
            for rows in (side.tables, side.types)
            for name in rows["schema_name"].to_pylist()
        }
        for side in (before, after)
    )
    for schema in sorted(now - was):
        name = Clauses(dialect).name(schema)
        yield Statement(Phase.SETTINGS, f"CREATE SCHEMA IF NOT EXISTS {name}")


def _no_steps(_before: Catalog, _after: Catalog) -> Iterator[Step]:
    return iter(())


@dataclass(frozen=True, slots=True)
class _Dialect:
    """How migrations are written in a dialect.

    Attributes:
        writer: Writes the steps of types, tables and views.
        renamed: What the server renames along with tables, done to a catalog with the later names.
        schemas: What tables and types need before they can be made or moved there.
        sequences: What is settled of them before tables go, told the later names already.
    """

    writer: Callable[[Objects, Objects], Writer]
    renamed: Callable[[Catalog, Sequence[RenameTable]], Catalog] = lambda catalog, _: catalog
    schemas: Callable[[Catalog, Catalog], Iterator[Step]] = _no_steps
    sequences: Callable[[Catalog, Catalog], Iterator[Step]] = _no_steps


_DIALECTS: Mapping[str, _Dialect] = {
    "duckdb": _Dialect(DuckDBWriter, schemas=partial(_new_schemas, "duckdb")),
    "mysql": _Dialect(MySQLWriter, renamed=with_renamed_keys),
    "postgres": _Dialect(
        PostgresWriter,
        schemas=partial(_new_schemas, "postgres"),
        sequences=released_sequences,
    ),
    "sqlite": _Dialect(SQLiteWriter),
}


def migrate(before: Catalog, after: Catalog, dialect: str) -> Script:
    """The script that makes a database of the earlier catalog one of the later.

    Args:
        before: The earlier catalog.
        after: The later one.
        dialect: The SQLGlot dialect of the database.

    Raises:
        ConfigurationError: No migration is written for that dialect.
    """
    if dialect not in _DIALECTS:
        raise ConfigurationError(
            f"no migration is written in the dialect {dialect}",
            remedy=f"It is for {', '.join(sorted(_DIALECTS))}; take --format json instead.",
        )
    own = _DIALECTS[dialect]
    tables = [c for c in compare(before, after, dialect) if _is_renamed_table(c)]
    moved = own.renamed(renamed_catalog(before, tables), tables)
    columns = [c for c in compare(moved, after, dialect) if isinstance(c, RenameColumn)]
    known = renamed_catalog(moved, columns)
    rest = without_renames(compare(known, after, dialect))
    concerned = {change.table for change in (*tables, *columns, *rest)}
    concerned |= {rename.to for rename in tables}
    concerned |= _referencing(known, concerned) | _referencing(after, concerned)
    concerned |= _users(known, {c.table for c in rest if isinstance(c, ChangeType)})
    writer = _told(
        own.writer, Objects.of(known, concerned), Objects.of(after, concerned), tables, columns
    )
    steps = _parents_first(list(migration_steps(writer, tables, columns, rest)), writer.after)
    return Script.of([*own.schemas(before, after), *own.sequences(known, after), *steps])


def _told(
    write: Callable[[Objects, Objects], Writer],
    before: Objects,
    after: Objects,
    tables: Sequence[RenameTable],
    columns: Sequence[RenameColumn],
) -> Writer:
    """A writer that is told the names that only a table made anew can change."""
    writer = write(before, after)
    anew = [table for table in tables if writer.is_renamed_anew(table)]
    names = {table.to for table in anew}
    told = before.renamed(
        anew,
        [one for one in columns if one.table in names or writer.is_renamed_anew(one)],
    )
    return write(told, after)


def _parents_first(steps: Sequence[Step], after: Objects) -> Iterator[Step]:
    """The steps, new tables and those made anew in one order."""
    making = {step.makes: step for step in steps if isinstance(step, Statement) and step.makes}
    in_order = iter(parents_first(after, making))
    for step in steps:
        is_making = isinstance(step, Statement) and step.makes
        yield making[next(in_order)] if is_making else step


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
