"""SQLite: bulk queries over its pragmas, the file opened read-only.

Views and virtual tables are read one by one: a view on a table that is gone, or a module that is
not loaded, would end the bulk query.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from metadata_assets.catalog.assemble import assemble
from metadata_assets.catalog.model import Catalog
from metadata_assets.errors import SourceRefused, SourceUnavailable
from metadata_assets.sources.config import FileConfig
from metadata_assets.sources.driver import catalog_sql
from metadata_assets.sources.paths import require_file
from metadata_assets.sources.sqlite_texts import stage_texts
from metadata_assets.sources.staging import Staging, staging

BUSY_SECONDS = 5.0
"""How long to wait for a writer."""
_BULK = ("tables", "columns", "foreign_keys", "index_columns")


class SQLiteConfig(FileConfig):
    """The `source_config` of a SQLite database file."""


class SQLiteDriver:
    """Reads the catalog of a SQLite database file."""

    config_type = SQLiteConfig
    dialect = "sqlite"

    def extract(self, config: SQLiteConfig) -> Catalog:
        """Read the whole catalog; SQLite's one schema is `main`.

        Raises:
            SourceUnavailable: The file is missing, or locked.
            SourceRefused: It is no SQLite database, or may not be read.
        """
        with staging() as stage:
            with _opened(config.path) as connection:
                for name in _BULK:
                    stage.load(name, *_json_lines(connection, catalog_sql("sqlite", name)))
                _stage_relations(stage, connection)
                _stage_row_estimates(stage, connection)
            stage_texts(stage)
            return assemble(
                tables=stage.query(catalog_sql("sqlite", "shape_tables")),
                columns=stage.query(catalog_sql("sqlite", "shape_columns")),
                constraints=stage.query(catalog_sql("sqlite", "shape_constraints")),
                indexes=stage.query(catalog_sql("sqlite", "shape_indexes")),
                unreadable=stage.query(
                    "SELECT 'main' AS schema_name, table_name, reason FROM unreadable"
                ),
                include=config.include,
                exclude=config.exclude,
            )

    def fingerprint(self, config: SQLiteConfig) -> str:
        """The text of the whole schema; rows that come and go do not change it."""
        with _opened(config.path) as connection:
            return _json_lines(connection, catalog_sql("sqlite", "fingerprint"))[1]


@contextmanager
def _opened(path: str) -> Iterator[sqlite3.Connection]:
    uri = require_file(path).absolute().as_uri() + "?mode=ro"
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS)) as connection:
            connection.execute("PRAGMA query_only = ON")
            # One odd byte in a name must not hide the other tables.
            connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
            # A transaction: every query sees the same schema.
            connection.execute("BEGIN")
            yield connection
    except sqlite3.OperationalError as error:
        raise SourceUnavailable(
            f"SQLite cannot read it now: {error}",
            where=path,
            remedy="Sync again when no other process holds a lock on it.",
        ) from error
    except sqlite3.DatabaseError as error:
        raise SourceRefused(f"SQLite cannot read it: {error}", where=path) from error


def _json_lines(
    connection: sqlite3.Connection, sql: str, **parameters: str
) -> tuple[list[str], str]:
    """The names of a query's columns, and its rows as JSON arrays, one a line."""
    described = connection.execute(f"SELECT * FROM ({sql}) LIMIT 0", parameters).description
    columns = [column[0] for column in described]
    ((lines,),) = connection.execute(
        f"SELECT group_concat(json_array({', '.join(columns)}), char(10)) FROM ({sql})", parameters
    ).fetchall()
    return columns, lines or ""


def _stage_relations(stage: Staging, connection: sqlite3.Connection) -> None:
    """Add the columns of views and virtual tables, and list those of them that cannot be read."""
    sql = catalog_sql("sqlite", "relation_columns")
    broken: list[tuple[str, str]] = []
    for (name,) in stage.values("SELECT table_name FROM tables WHERE object_type <> 'table'"):
        try:
            stage.load("columns", *_json_lines(connection, sql, name=name))
        except sqlite3.DatabaseError as error:
            broken.append((name, str(error)))
    stage.load_rows("unreadable", ("table_name", "reason"), broken)


def _stage_row_estimates(stage: Staging, connection: sqlite3.Connection) -> None:
    """Add what the last ANALYZE counted; without one there is no such table."""
    stage.load("row_estimates", ("table_name", "row_estimate"), "")
    if connection.execute(
        "SELECT 1 FROM main.sqlite_schema WHERE name = 'sqlite_stat1'"
    ).fetchall():
        stage.load(
            "row_estimates", *_json_lines(connection, catalog_sql("sqlite", "row_estimates"))
        )
