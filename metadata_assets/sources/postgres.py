"""PostgreSQL: a handful of bulk queries over pg_catalog in one read-only snapshot."""

from __future__ import annotations

import psycopg
import pyarrow as pa
from psycopg import errors

from metadata_assets.catalog.assemble import assemble
from metadata_assets.catalog.engine import query
from metadata_assets.catalog.model import Catalog
from metadata_assets.sources.driver import catalog_sql
from metadata_assets.sources.postgres_connection import PostgresConfig, begin, connected, set_local
from metadata_assets.sources.postgres_copy import read_all

_QUERIES = (
    # The largest first: it is parsed while the server works on the others.
    "columns",
    "constraints",
    "indexes",
    "types",
    "partitions",
    "parents",
    "tables",
)
_ATTEMPTS = 3
_CHANGED_MEANWHILE = (
    errors.LockNotAvailable,
    # What the catalog functions say of an object that another session has just dropped: they look
    # at the catalog as it is now, not at our snapshot of it.
    errors.InternalError_,
    errors.UndefinedTable,
    errors.UndefinedObject,
    errors.UndefinedColumn,
)


class PostgresDriver:
    """Reads the catalog of one PostgreSQL database."""

    config_type = PostgresConfig
    dialect = "postgres"

    def extract(self, config: PostgresConfig) -> Catalog:
        """Read the whole catalog, of all schemas but the system's.

        Raises:
            SourceUnavailable: The server cannot be reached, went away, or took too long.
            SourceRefused: It refuses us, is too old, or what is configured does not exist.
        """
        with connected(config) as connection:
            rows = _read(connection, config)
        return assemble(
            tables=_shape("tables", rows, "tables", "partitions", "parents"),
            columns=_shape("columns", rows, "tables", "columns", "types"),
            constraints=_shape("constraints", rows, "tables", "columns", "constraints"),
            indexes=_shape("indexes", rows, "tables", "columns", "indexes"),
            types=_shape("types", rows, "types"),
            unreadable=_shape("unreadable", rows, "tables"),
            include=config.include,
            exclude=config.exclude,
        )

    def fingerprint(self, config: PostgresConfig) -> str:
        """A hash over the catalog's rows; inserts, ANALYZE and VACUUM do not change it."""
        with connected(config) as connection:
            begin(connection, config)
            row = connection.execute(catalog_sql("postgres", "fingerprint")).fetchone()
        assert row is not None
        return str(row[0])


def _read(connection: psycopg.Connection, config: PostgresConfig) -> dict[str, pa.Table]:
    """The rows of all queries, of one moment; tries again when that moment was a bad one."""
    for _ in range(_ATTEMPTS - 1):
        try:
            return _read_once(connection, config)
        except _CHANGED_MEANWHILE:
            continue
    return _read_once(connection, config)


def _read_once(connection: psycopg.Connection, config: PostgresConfig) -> dict[str, pa.Table]:
    begin(connection, config)
    locked = connection.execute(catalog_sql("postgres", "locked")).fetchall()
    set_local(
        connection, "metadata_assets.locked", f"{{{','.join(str(oid) for (oid,) in locked)}}}"
    )
    set_local(connection, "metadata_assets.include_extensions", str(config.include_extensions))
    return read_all(connection, [(name, catalog_sql("postgres", name)) for name in _QUERIES])


def _shape(name: str, rows: dict[str, pa.Table], *inputs: str) -> pa.Table:
    return query(
        catalog_sql("postgres", f"shape_{name}"), **{table: rows[table] for table in inputs}
    )
