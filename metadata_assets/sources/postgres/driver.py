"""PostgreSQL: a handful of bulk queries over pg_catalog in one read-only snapshot of two sessions.

With one session alone an extract of 5,000 tables takes 13 % longer, on two cores that the server
shares.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from functools import partial

import psycopg
from psycopg import errors

from metadata_assets.catalog.assemble import Assembly
from metadata_assets.catalog.engine import query
from metadata_assets.catalog.model import Catalog
from metadata_assets.catalog.sampling import NoSample, Sample, SampledTable
from metadata_assets.sources.asking import AskedEngine
from metadata_assets.sources.driver import catalog_sql
from metadata_assets.sources.postgres.asking import postgres_asked
from metadata_assets.sources.postgres.connection import (
    PostgresConfig,
    begin,
    begin_beside,
    connected,
    set_local,
)
from metadata_assets.sources.postgres.copy import reading
from metadata_assets.sources.postgres.names import with_names
from metadata_assets.sources.postgres.sample import postgres_samples

_QUERIES: Mapping[str, tuple[str, ...]] = {
    "types": (),
    "functions": (),
    "partitions": (),
    "parents": (),
    "tables": ("tables", "types", "functions", "unreadable"),
    "comments": (),
    "columns": ("columns",),
    "structure_comments": (),
    "constraints": ("constraints",),
    "indexes": ("indexes",),
}
"""The queries, in order, and the parts of the catalog that can be shaped after each."""
_LONGEST = "columns"
"""The query that takes longer than all others together, which a second session reads meanwhile."""
_BY_NUMBER = {
    "constraints": {
        "column_names": ("relation", "ordinals"),
        "ref_column_names": ("ref_relation", "ref_ordinals"),
    },
    "indexes": {"column_names": ("relation", "ordinals")},
}
"""The queries that give columns by number, and the names these get."""
_PROBES = (("locked", "fingerprint"), ("fingerprint_columns",))
"""What tells of a change: halves that take the same time, each in a session of its own. What is
locked now is read when it no longer is. They may be of two moments, as an extraction that follows
is of a third."""
_ATTEMPTS = 3
_CHANGED_MEANWHILE = (
    errors.LockNotAvailable,
    # What the catalog functions say of an object that another session has just dropped: they look
    # at the catalog as it is now, not at our snapshot of it.
    errors.InternalError_,
    errors.UndefinedTable,
    errors.UndefinedObject,
    errors.UndefinedColumn,
    # A standby that replays a conflicting change.
    errors.SerializationFailure,
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
        with ExitStack() as opened:
            return _read(
                [opened.enter_context(connected(config)) for _ in range(config.connections)], config
            )

    def fingerprint(self, config: PostgresConfig) -> str:
        """Hashes over the catalog's rows; inserts, ANALYZE and VACUUM do not change them."""
        with ThreadPoolExecutor(config.connections) as sessions:
            return ", ".join(sessions.map(partial(_told, config), _PROBES))

    def samples(
        self, config: PostgresConfig, tables: Sequence[SampledTable]
    ) -> Generator[Sample | NoSample, None, None]:
        """Some rows of each table; raises what `extract` raises."""
        return postgres_samples(config, tables)

    def asked(self, config: PostgresConfig, seconds: int) -> AbstractContextManager[AskedEngine]:
        """A session that reads only; raises what `extract` raises."""
        return postgres_asked(config, seconds)


def _told(config: PostgresConfig, queries: Sequence[str]) -> str:
    with connected(config) as connection:
        begin(connection, config)
        rows = [connection.execute(catalog_sql("postgres", name)).fetchall() for name in queries]
    return ", ".join(str(sorted(each)) for each in rows)


def _read(sessions: Sequence[psycopg.Connection], config: PostgresConfig) -> Catalog:
    """The catalog of one moment; tries again when that moment was a bad one."""
    for _ in range(_ATTEMPTS - 1):
        try:
            return _read_once(sessions, config)
        except _CHANGED_MEANWHILE:
            continue
    return _read_once(sessions, config)


def _read_once(sessions: Sequence[psycopg.Connection], config: PostgresConfig) -> Catalog:
    with (
        reading(*_begun(sessions, config)) as rows_of,
        Assembly(include=config.include, exclude=config.exclude) as assembly,
    ):
        # The server works on the next queries while these rows are shaped and hashed.
        for name, parts in _QUERIES.items():
            rows = rows_of(name)
            if name == "types":
                # Before the columns come: planned with them, it would keep them 11 ms longer.
                column_types = query(catalog_sql("postgres", "column_types"), types=rows)
                assembly.know(column_types=column_types)
            elif name == "columns":
                columns = rows
            elif name in _BY_NUMBER:
                rows = with_names(rows, columns, **_BY_NUMBER[name])
            assembly.know(**{name: rows})
            for part in parts:
                assembly.shape(part, catalog_sql("postgres", f"shape_{part}"))
        return assembly.catalog()


def _begun(
    sessions: Sequence[psycopg.Connection], config: PostgresConfig
) -> list[tuple[psycopg.Connection, Mapping[str, str]]]:
    """Sessions of one snapshot, and what each is to read."""
    first, *rest = sessions
    begin(first, config)
    others = [other for other in rest if begin_beside(first, other, config)]
    locked = _locked(first)
    for session in (first, *others):
        set_local(session, "metadata_assets.locked", locked)
        set_local(session, "metadata_assets.include_extensions", str(config.include_extensions))
    queries = {name: catalog_sql("postgres", name) for name in _QUERIES}
    if not others:
        return [(first, queries)]
    longest = {_LONGEST: queries.pop(_LONGEST)}
    return [(first, longest), (others[0], queries)]


def _locked(connection: psycopg.Connection) -> str:
    """The oids of relations that cannot be described now, as a PostgreSQL array."""
    rows = connection.execute(catalog_sql("postgres", "locked")).fetchall()
    return f"{{{','.join(sorted(str(oid) for (oid,) in rows))}}}"
