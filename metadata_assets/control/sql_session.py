"""A DuckDB that holds the lake's tables and can reach nothing else.

Tables are read when a statement needs them, and only the columns and files it needs. The SQL of a
session may read no file, reach no network, load no extension and see no variable of this program.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import duckdb
import pyarrow as pa
from sqlglot import exp

from metadata_assets.control.problems import printable
from metadata_assets.control.sql_statement import Statement, Tables
from metadata_assets.errors import ConfigurationError
from metadata_assets.lake import Lake

_LOCK = """
SET enable_external_access = false;
SET python_enable_replacements = false;
SET autoinstall_known_extensions = false;
SET autoload_known_extensions = false;
SET TimeZone = 'UTC';
SET lock_configuration = true;
"""


@dataclass(frozen=True, slots=True)
class Session:
    """A DuckDB for the statements of one piece of work."""

    connection: duckdb.DuckDBPyConnection

    def query(self, statement: Statement) -> pa.Table:
        """Run a SELECT.

        Raises:
            ConfigurationError: DuckDB refuses it.
        """
        with told():
            result: pa.Table = self.connection.sql(statement.sql).to_arrow_table()
        return result

    def execute(self, statement: Statement) -> None:
        """Run a statement that changes a table of this session.

        Raises:
            ConfigurationError: DuckDB refuses it.
        """
        with told():
            self.connection.execute(statement.sql)


@contextmanager
def opened_session(
    lake: Lake, tables: Tables, statements: Iterable[Statement], **owned: pa.Table
) -> Iterator[Session]:
    """A locked DuckDB with the tables that some statements name.

    Args:
        lake: Where the tables are.
        tables: Their names.
        statements: What will be run.
        **owned: Rows, by the name in the schema `control`, that the session may change.
    """
    used = {name for statement in statements for name in _tables_of(statement)}
    with closing(duckdb.connect()) as connection:
        for schema in sorted({schema for schema, _ in tables}):
            connection.execute(f"CREATE SCHEMA {_quoted(schema)}")
        for name, rows in owned.items():
            connection.register("stored", rows)
            connection.execute(f"CREATE TABLE control.{_quoted(name)} AS SELECT * FROM stored")
            connection.unregister("stored")
        for schema, name in used:
            if (schema, name) in tables and name not in owned:
                registered = f"{schema}/{name}"
                connection.register(registered, lake.dataset(tables[schema, name]))
                connection.execute(
                    f"CREATE VIEW {_quoted(schema)}.{_quoted(name)} AS "
                    f"SELECT * FROM {_quoted(registered)}"
                )
        connection.execute(_LOCK)
        yield Session(connection)


@contextmanager
def told() -> Iterator[None]:
    """Turn what DuckDB refuses into an error of this project, in one line."""
    try:
        yield
    except duckdb.Error as error:
        first = str(error).strip().splitlines()[0]
        raise ConfigurationError(
            printable(first, 300), where="sql", remedy="Mend the statement."
        ) from error


def _tables_of(statement: Statement) -> Iterator[tuple[str, str]]:
    for table in statement.tree.find_all(exp.Table):
        yield table.db, table.name


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
