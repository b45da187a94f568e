"""SQLite: bulk queries over its pragmas, the file opened read-only.

Views and virtual tables are read one by one: a view on a table that is gone, or a module that is
not loaded, would end the bulk query.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager

import pyarrow as pa

from metadata_assets.catalog.assemble import assemble
from metadata_assets.catalog.engine import query
from metadata_assets.catalog.model import Catalog
from metadata_assets.errors import SourceRefused, SourceUnavailable
from metadata_assets.sources.config import FileConfig
from metadata_assets.sources.driver import catalog_sql
from metadata_assets.sources.paths import require_file
from metadata_assets.sources.rows import rows_from_json
from metadata_assets.sources.sqlite_ddl import index_text, table_text, view_query, virtual_module

_BUSY_SECONDS = 5.0
_TELLING = re.compile(r"\b(?:CHECK|AS|COLLATE|AUTOINCREMENT)\b", re.IGNORECASE)


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
        with _opened(config.path) as connection:
            tables = _rows(connection, "tables")
            relations, unreadable = _columns_one_by_one(connection, tables)
            columns = pa.concat_tables([_rows(connection, "columns"), relations])
            foreign_keys = _rows(connection, "foreign_keys")
            index_columns = _rows(connection, "index_columns")
            row_estimates = _row_estimates(connection)
        texts = _texts(tables)
        return assemble(
            tables=_shape(
                "tables",
                tables=tables,
                table_texts=texts["tables"],
                row_estimates=row_estimates,
                unreadable=unreadable,
            ),
            columns=_shape(
                "columns",
                columns=columns,
                column_texts=texts["columns"],
                autoincrements=texts["autoincrements"],
            ),
            constraints=_shape(
                "constraints",
                tables=tables,
                columns=columns,
                foreign_keys=foreign_keys,
                index_columns=index_columns,
                checks=texts["checks"],
            ),
            indexes=_shape(
                "indexes", index_columns=index_columns, index_texts=_index_texts(index_columns)
            ),
            unreadable=query(
                "SELECT fqdn('main', table_name) AS object_name, reason FROM unreadable",
                unreadable=unreadable,
            ),
            include=config.include,
            exclude=config.exclude,
        )

    def fingerprint(self, config: SQLiteConfig) -> str:
        """The text of the whole schema; rows that come and go do not change it."""
        with _opened(config.path) as connection:
            return str(_json_lines(connection, catalog_sql("sqlite", "fingerprint"))[1])


@contextmanager
def _opened(path: str) -> Iterator[sqlite3.Connection]:
    uri = require_file(path).absolute().as_uri() + "?mode=ro"
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS)) as connection:
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


def _rows(connection: sqlite3.Connection, name: str) -> pa.Table:
    columns, lines = _json_lines(connection, catalog_sql("sqlite", name))
    return rows_from_json(lines, columns)


def _json_lines(
    connection: sqlite3.Connection, sql: str, **parameters: str
) -> tuple[tuple[str, ...], str]:
    """The names of a query's columns, and its rows as JSON arrays, one a line."""
    described = connection.execute(f"SELECT * FROM ({sql}) LIMIT 0", parameters).description
    columns = tuple(column[0] for column in described)
    row = f"json_array({', '.join(columns)})"
    (lines,) = connection.execute(
        f"SELECT group_concat({row}, char(10)) FROM ({sql})", parameters
    ).fetchone()
    return columns, lines or ""


def _columns_one_by_one(
    connection: sqlite3.Connection, tables: pa.Table
) -> tuple[pa.Table, pa.Table]:
    """The columns of views and virtual tables, and those of them that cannot be read."""
    sql = catalog_sql("sqlite", "view_columns")
    columns, _ = _json_lines(connection, sql, name="")
    found: list[str] = []
    broken: list[tuple[str, str]] = []
    names = query("SELECT table_name FROM tables WHERE object_type <> 'table'", tables=tables)
    for (name,) in _columns_of(names, "table_name"):
        try:
            found.append(_json_lines(connection, sql, name=name)[1])
        except sqlite3.DatabaseError as error:
            broken.append((name, str(error)))
    return (
        rows_from_json("\n".join(filter(None, found)), columns),
        _table(broken, ("table_name", "reason")),
    )


def _row_estimates(connection: sqlite3.Connection) -> pa.Table:
    """What the last ANALYZE counted, where there was one."""
    if not connection.execute(
        "SELECT 1 FROM main.sqlite_schema WHERE name = 'sqlite_stat1'"
    ).fetchall():
        return _table((), ("table_name", "row_estimate"))
    return _rows(connection, "row_estimates")


def _texts(tables: pa.Table) -> dict[str, pa.Table]:
    """What the statements of the tables tell, as tables to join."""
    of_tables: list[tuple[str | None, ...]] = []
    of_columns: list[tuple[str | None, ...]] = []
    checks: list[tuple[str | None, ...]] = []
    autoincrements: list[tuple[str | None, ...]] = []
    for name, kind, sql in _columns_of(tables, "table_name", "object_type", "sql"):
        if kind == "view":
            of_tables.append((name, view_query(sql), None))
        elif kind == "virtual_table":
            of_tables.append((name, None, virtual_module(sql)))
        elif _TELLING.search(sql):
            text = table_text(sql)
            of_columns += [
                (name, column, text.generated.get(column), text.collations.get(column))
                for column in {**text.generated, **text.collations}
            ]
            checks += [(name, c.name, c.expression, json.dumps(c.columns)) for c in text.checks]
            if text.has_autoincrement:
                autoincrements.append((name,))
    return {
        "tables": _table(of_tables, ("table_name", "definition", "module")),
        "columns": _table(of_columns, ("table_name", "column_name", "generated_expr", "collation")),
        "checks": _table(checks, ("table_name", "constraint_name", "expression", "columns")),
        "autoincrements": _table(autoincrements, ("table_name",)),
    }


def _index_texts(index_columns: pa.Table) -> pa.Table:
    """The expressions and predicates of the indexes that have any."""
    told = query(
        "SELECT DISTINCT index_name, sql FROM index_columns WHERE sql IS NOT NULL",
        index_columns=index_columns,
    )
    rows: list[tuple[str | None, ...]] = []
    for name, sql in _columns_of(told, "index_name", "sql"):
        parts, predicate = index_text(sql)
        rows += [(name, str(position), part, predicate) for position, part in enumerate(parts)]
    return _table(rows, ("index_name", "seqno", "part", "predicate"))


def _columns_of(rows: pa.Table, *names: str) -> Iterator[tuple[str, ...]]:
    return zip(*(rows.column(name).to_pylist() for name in names), strict=True)


def _table(rows: Iterable[Sequence[str | None]], columns: Sequence[str]) -> pa.Table:
    return rows_from_json("\n".join(map(json.dumps, rows)), columns)


def _shape(name: str, **rows: pa.Table) -> pa.Table:
    return query(catalog_sql("sqlite", f"shape_{name}"), **rows)
