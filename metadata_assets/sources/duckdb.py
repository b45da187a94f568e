"""DuckDB: a handful of queries over its catalog functions, the file opened read-only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import duckdb
import pyarrow as pa

from metadata_assets.catalog.assemble import assemble
from metadata_assets.catalog.model import Catalog
from metadata_assets.errors import SourceRefused, SourceUnavailable
from metadata_assets.sources.config import FileConfig
from metadata_assets.sources.driver import catalog_sql
from metadata_assets.sources.paths import require_file


class DuckDBConfig(FileConfig):
    """The `source_config` of a DuckDB database file."""


class DuckDBDriver:
    """Reads the catalog of a DuckDB database file."""

    config_type = DuckDBConfig
    dialect = "duckdb"

    def extract(self, config: DuckDBConfig) -> Catalog:
        """Read the whole catalog, of all schemas.

        Raises:
            SourceUnavailable: The file is missing, or another process writes to it.
            SourceRefused: It is no DuckDB database, or may not be read.
        """
        with _opened(config) as connection:
            return assemble(
                tables=_rows(connection, "tables"),
                columns=_rows(connection, "columns"),
                constraints=_rows(connection, "constraints"),
                indexes=_rows(connection, "indexes"),
                types=_rows(connection, "types"),
                include=config.include,
                exclude=config.exclude,
            )

    def fingerprint(self, config: DuckDBConfig) -> str:
        """A hash over the catalog; rows that come and go do not change it."""
        with _opened(config) as connection:
            return str(_rows(connection, "fingerprint").column(0)[0].as_py())


def _rows(connection: duckdb.DuckDBPyConnection, name: str) -> pa.Table:
    databases = connection.sql("SELECT current_database()").fetchall()[0]
    rows: pa.Table = connection.sql(
        catalog_sql("duckdb", name), params={"databases": list(databases)}
    ).to_arrow_table()
    return rows


@contextmanager
def _opened(config: DuckDBConfig) -> Iterator[duckdb.DuckDBPyConnection]:
    require_file(config.path)
    try:
        # Nothing a view refers to may be fetched for the sake of its column types.
        with closing(
            duckdb.connect(
                config.path,
                read_only=True,
                config={"autoinstall_known_extensions": "false"},
            )
        ) as connection:
            yield connection
    except duckdb.ConnectionException as error:
        raise SourceUnavailable(
            "the DuckDB file is open for writing in this process",
            where=config.path,
            remedy="Close that connection and sync again.",
        ) from error
    except duckdb.IOException as error:
        raise _cannot_open(config.path, error) from error
    except duckdb.Error as error:
        raise SourceRefused(
            f"DuckDB cannot read it: {_first_line(error)}", where=config.path
        ) from error


def _cannot_open(path: str, error: duckdb.IOException) -> SourceRefused | SourceUnavailable:
    reason = _first_line(error)
    if "lock" in reason:
        return SourceUnavailable(
            f"another process has the DuckDB file open for writing ({reason})",
            where=path,
            remedy="DuckDB lets one process write or many read: sync again when it is closed.",
        )
    if "not a valid DuckDB database" in reason:
        return SourceRefused("the file is not a DuckDB database", where=path)
    return SourceUnavailable(f"DuckDB cannot read it: {reason}", where=path)


def _first_line(error: duckdb.Error) -> str:
    return str(error).splitlines()[0].rstrip(".")
