"""Empty copies of a source's tables in another database: all or none, then its views."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import duckdb
import psycopg

from metadata_assets.catalog.model import Catalog
from metadata_assets.errors import ConfigurationError, PermanentError
from metadata_assets.schema.ddl.statements import Ddl, Statement, write_ddl

Run = Callable[[str], Sequence[tuple[object, ...]]]
"""Runs one statement in the target and returns its rows."""

_EXISTING = {
    "postgres": """
        SELECT n.nspname::text, c.relname::text
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
        UNION SELECT n.nspname::text, t.typname::text
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
        WHERE t.typtype IN ('e', 'd', 'r', 'c')
    """,
    "duckdb": """
        SELECT schema_name, table_name FROM duckdb_tables()
        UNION SELECT schema_name, view_name FROM duckdb_views()
        UNION SELECT schema_name, type_name FROM duckdb_types() WHERE NOT internal
    """,
    "sqlite": "SELECT 'main', name FROM sqlite_schema WHERE type IN ('table', 'view')",
}
_ERRORS = (sqlite3.Error, duckdb.Error, psycopg.Error)
_SCHEMES = {
    "duckdb": "duckdb",
    "sqlite": "sqlite",
    "postgres": "postgres",
    "postgresql": "postgres",
}


def create_empty_tables(
    catalog: Catalog,
    source: str,
    into: str,
    *,
    tables: Sequence[str] = (),
    if_not_exists: bool = False,
) -> Ddl:
    """Create the tables of a catalog, without rows, in one transaction; then its views.

    Args:
        catalog: The catalog.
        source: Its dialect.
        into: `duckdb:///file`, `sqlite:///file` or `postgresql://…`; may hold a password.
        tables: GLOB patterns of the tables wanted; all by default.
        if_not_exists: Pass over what the target has already, by name.

    Returns:
        What was run; and what the target could not say, or refused of the views.

    Raises:
        ConfigurationError: The URL is of no such database.
        PermanentError: The target refused a statement; nothing was created.
    """
    target = target_dialect(into)
    ddl = write_ddl(catalog, source, to=target, tables=tables)
    with _opened(target, into) as run:
        statements = ddl.statements
        if if_not_exists:
            statements = _missing(statements, target, run)
        of_views = {(one.schema, one.name) for one in statements if one.kind == "view"}
        run("BEGIN")
        for statement in statements:
            if (statement.schema, statement.name) not in of_views:
                _create(run, statement)
        run("COMMIT")
        views = [one for one in statements if (one.schema, one.name) in of_views]
        refused = list(_create_views(run, views))
    gone = {(one.schema, one.name) for one, _ in refused}
    made = (one for one in statements if (one.schema, one.name) not in gone)
    return Ddl(tuple(made), (*ddl.omitted, *(why for _, why in refused)))


def _create(run: Run, statement: Statement) -> None:
    try:
        run(statement.sql)
    except _ERRORS as error:
        raise PermanentError(
            f"the target refused it, so nothing was created: {str(error).splitlines()[0]}",
            where=f"{statement.kind} {statement.schema}.{statement.name}",
            remedy="Leave it out with --table, or pass --if-not-exists.",
        ) from error


def _create_views(run: Run, statements: Sequence[Statement]) -> Iterator[tuple[Statement, str]]:
    """Create the views, each alone; yields those the target refuses, with the reason.

    A view may call functions of the source, which no catalog holds.
    """
    gone: set[tuple[str, str]] = set()
    for statement in statements:
        name = (statement.schema, statement.name)
        if name in gone:
            continue
        try:
            run(statement.sql)
        except _ERRORS as error:
            gone.add(name)
            reason = str(error).splitlines()[0]
            yield statement, f"{'.'.join(name)} is a view that the target refuses: {reason}"


def target_dialect(into: str) -> str:
    """The dialect of a target's URL.

    Raises:
        ConfigurationError: It is of no database that tables can be created in.
    """
    scheme = urlsplit(into).scheme.partition("+")[0]
    if scheme not in _SCHEMES:
        raise ConfigurationError(
            f"tables cannot be created in `{scheme or 'a path'}`",
            where="--into",
            remedy="Pass duckdb:///file, sqlite:///file or postgresql://host/database.",
        )
    return _SCHEMES[scheme]


def _missing(statements: Sequence[Statement], target: str, run: Run) -> tuple[Statement, ...]:
    """The statements about what the target does not have yet."""
    existing = {(str(schema), str(name)) for schema, name in run(_EXISTING[target])}
    if target == "sqlite":
        present = {name for _, name in existing}
        return tuple(one for one in statements if one.name not in present)
    return tuple(one for one in statements if (one.schema, one.name) not in existing)


@contextmanager
def _opened(target: str, into: str) -> Iterator[Run]:
    try:
        with _OPENERS[target](into) as run:
            yield run
    except (sqlite3.OperationalError, duckdb.IOException, psycopg.OperationalError) as error:
        raise PermanentError(
            f"the target cannot be opened: {str(error).splitlines()[0]}",
            where=target,
            remedy="Check --into: the file's folder, or the host, database and user.",
        ) from None


@contextmanager
def _sqlite(into: str) -> Iterator[Run]:
    with closing(sqlite3.connect(_file(into), isolation_level=None)) as connection:
        yield lambda sql: connection.execute(sql).fetchall()


@contextmanager
def _duckdb(into: str) -> Iterator[Run]:
    with closing(duckdb.connect(str(_file(into)))) as connection:
        yield lambda sql: connection.execute(sql).fetchall()


@contextmanager
def _postgres(into: str) -> Iterator[Run]:
    url = into.replace("postgres://", "postgresql://", 1)
    with closing(psycopg.connect(url, autocommit=True)) as connection:

        def run(sql: str) -> Sequence[tuple[object, ...]]:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

        yield run


_OPENERS: Mapping[str, Callable[[str], AbstractContextManager[Run]]] = {
    "duckdb": _duckdb,
    "postgres": _postgres,
    "sqlite": _sqlite,
}


def _file(into: str) -> Path:
    """The file of a URL: `sqlite:///relative` and `sqlite:////absolute`, as SQLAlchemy has them."""
    return Path(unquote(urlsplit(into).path)[1:])
