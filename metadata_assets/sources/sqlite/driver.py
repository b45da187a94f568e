"""SQLite: bulk queries over its pragmas, the file opened read-only."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from metadata_assets.catalog.assemble import Assembly
from metadata_assets.catalog.model import Catalog
from metadata_assets.catalog.sampling import NoSample, Sample, SampledTable
from metadata_assets.errors import SourceRefused, SourceUnavailable
from metadata_assets.sources.asking import AskedEngine
from metadata_assets.sources.config import FileConfig
from metadata_assets.sources.csv_rows import as_text
from metadata_assets.sources.driver import catalog_sql
from metadata_assets.sources.paths import require_file
from metadata_assets.sources.sqlite.asking import SQLiteEngine
from metadata_assets.sources.sqlite.rows import reading
from metadata_assets.sources.sqlite.sample import sqlite_samples
from metadata_assets.sources.sqlite.texts import index_texts, table_texts

BUSY_SECONDS = 5.0
"""How long to wait for a writer."""

_QUERIES = (
    "unreadable",
    "row_estimates",
    "tables",
    "statements",
    "columns",
    "index_columns",
    "foreign_keys",
)
"""In order: after each there is something to be shaped, and little is left to do after the last."""


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
        with (
            _opened(config.path) as connection,
            # SQLite reads the next rows while these are shaped and hashed.
            reading(connection, _QUERIES) as rows,
            Assembly(include=config.include, exclude=config.exclude) as assembly,
        ):

            def shape(part: str) -> None:
                assembly.shape(part, catalog_sql("sqlite", f"shape_{part}"))

            unreadable = rows("unreadable")
            assembly.know(unreadable=unreadable, row_estimates=rows("row_estimates"))
            assembly.know(tables=rows("tables"))
            statements = rows("statements")
            assembly.know(**table_texts(statements))
            shape("tables")
            assembly.add("unreadable", unreadable)
            assembly.know(columns=rows("columns"))
            shape("columns")
            index_columns = rows("index_columns")
            assembly.know(
                index_columns=index_columns, index_texts=index_texts(statements, index_columns)
            )
            shape("indexes")
            assembly.know(foreign_keys=rows("foreign_keys"))
            shape("constraints")
            return assembly.catalog()

    def files(self, config: SQLiteConfig) -> list[Path]:
        """The database and its logs, which lie beside the file that a link leads to."""
        file = Path(config.path).resolve()
        return [Path(f"{file}{suffix}") for suffix in ("", "-wal", "-journal")]

    def fingerprint(self, config: SQLiteConfig) -> str:
        """The text of the whole schema; rows that come and go do not change it."""
        with _opened(config.path) as connection:
            ((text,),) = connection.execute(catalog_sql("sqlite", "fingerprint")).fetchall()
            return text or ""

    def samples(
        self, config: SQLiteConfig, tables: Sequence[SampledTable]
    ) -> Generator[Sample | NoSample, None, None]:
        """Some rows of each table; raises what `extract` raises."""
        with _opened(config.path) as connection:
            yield from sqlite_samples(connection, tables, seconds=config.profile_seconds)

    @contextmanager
    def asked(self, config: SQLiteConfig, seconds: int) -> Iterator[AskedEngine]:
        """A session that reads only; raises what `extract` raises."""
        with _opened(config.path) as connection:
            yield SQLiteEngine(connection, seconds)


@contextmanager
def _opened(path: str) -> Iterator[sqlite3.Connection]:
    file = require_file(path).resolve()
    uri = file.as_uri() + "?mode=ro"
    if _is_at_rest(file):
        uri += "&immutable=1"
    try:
        with closing(
            # One thread at a time, but not always the same.
            sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, check_same_thread=False)
        ) as connection:
            connection.execute("PRAGMA query_only = ON")
            connection.text_factory = as_text
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


def _is_at_rest(file: Path) -> bool:
    """Whether it has a write-ahead log, which is empty, and could not be opened the usual way.

    To read such a database SQLite makes files beside it, which it may not in this folder.
    """
    with file.open("rb") as header:
        # https://www.sqlite.org/fileformat.html#file_format_version_numbers
        has_log = header.read(20)[18:] == b"\2\2"
    return has_log and not Path(f"{file}-wal").exists() and not os.access(file.parent, os.W_OK)
