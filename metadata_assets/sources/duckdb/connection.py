"""Opening DuckDB files to read them, what can be asked of them, and what their errors mean."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
from pydantic import Field

from metadata_assets.catalog.sampling import NoSample, Sample, SampledTable
from metadata_assets.errors import SourceRefused, SourceUnavailable
from metadata_assets.sources.asking import AskedEngine
from metadata_assets.sources.config import FileConfig
from metadata_assets.sources.driver import catalog_sql
from metadata_assets.sources.duckdb.asking import DuckDBEngine
from metadata_assets.sources.duckdb.sample import duckdb_samples
from metadata_assets.sources.identifiers import quoted
from metadata_assets.sources.paths import expanded, require_file

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    # Reading a catalog downloads nothing, whatever its views refer to, and no variable of ours is
    # a table.
    "autoinstall_known_extensions": "false",
    "python_enable_replacements": "false",
}


class DuckDBConfig(FileConfig):
    """The `source_config` of a DuckDB database file."""

    attach: Mapping[str, str] = Field(
        default_factory=dict,
        description="Other DuckDB files by the name to attach them under; relative paths start at "
        "the folder of `path`. Their schemas read `name.schema`.",
    )


def attached(config: DuckDBConfig) -> dict[str, Path]:
    """The files to attach, by the name to attach them under."""
    folder = Path(config.path).parent
    return {name: folder / expanded(path) for name, path in config.attach.items()}


@contextmanager
def opened(config: DuckDBConfig) -> Iterator[Database]:
    """The file, opened to be read; what goes wrong with it is explained.

    Raises:
        SourceUnavailable: A file is missing, or is open for writing.
        SourceRefused: It is no DuckDB database, or may not be read; or two have one name.
    """
    file = require_file(config.path)
    try:
        with closing(duckdb.connect(file, read_only=True, config=_SETTINGS)) as connection:
            ((main,),) = connection.sql("SELECT current_database()").fetchall()
            for name, path in attached(config).items():
                if name.lower() == main.lower():
                    raise SourceRefused(
                        f"DuckDB calls the file itself `{main}`, so no other can be `{name}`",
                        where=config.path,
                        remedy="Choose another name under `attach`.",
                    )
                literal = str(require_file(str(path))).replace("'", "''")
                connection.execute(f"ATTACH '{literal}' AS {quoted(name)} (READ_ONLY)")
            yield Database(connection, [main, *config.attach])
    except duckdb.Error as error:
        raise _explained(config.path, error) from error


class Database:
    """An open file and what is attached to it; answers several threads at once."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, databases: Sequence[str]) -> None:
        """Ask on this connection, of the file and of those attached to it, by their names."""
        self._connection = connection
        self._databases = databases

    def rows(self, name: str, **parameters: str) -> pa.Table:
        """The rows of one of our queries."""
        with closing(self._connection.cursor()) as cursor:
            rows: pa.Table = self._query(cursor, name, parameters).to_arrow_table()
            return rows

    def values(self, name: str, **parameters: str) -> list[tuple[str, ...]]:
        """The same as tuples."""
        with closing(self._connection.cursor()) as cursor:
            rows: list[tuple[str, ...]] = self._query(cursor, name, parameters).fetchall()
            return rows

    def samples(
        self, tables: Sequence[SampledTable], *, seconds: int
    ) -> Generator[Sample | NoSample, None, None]:
        """Some rows of each table, read within so many seconds each."""
        return duckdb_samples(self._connection, self._databases, tables, seconds=seconds)

    def asked(self, folder: Path, seconds: int) -> AskedEngine:
        """A session to ask in, which reads no file outside the folder."""
        self._connection.execute("SET allowed_directories = [$folder]", {"folder": str(folder)})
        self._connection.execute("SET enable_external_access = false")
        return DuckDBEngine(self._connection, seconds)

    def broken_views(self) -> list[tuple[str, ...]]:
        """The views that cannot be used: schema, name and reason.

        Of the others it is known then what columns they have now; those that are stored are as old
        as the view. No file is read for that: a view of one keeps its columns that are stored.
        """
        self._connection.execute("SET enable_external_access = false")
        broken: list[tuple[str, ...]] = []
        for database, schema, prefixed_schema, view in self.values("views"):
            try:
                self._connection.execute(
                    f"DESCRIBE {quoted(database)}.{quoted(schema)}.{quoted(view)}"
                )
            except duckdb.Error as error:
                reason = str(error).splitlines()[0]
                is_out_of_reach = isinstance(error, duckdb.PermissionException)
                if not is_out_of_reach and "extension" not in reason:
                    broken.append((prefixed_schema, view, reason))
        return broken

    def type_texts(self, types: list[str]) -> list[str]:
        """What type names stand for."""
        if not types:
            return []
        nulls = ", ".join(f"typeof(NULL::{name})" for name in types)
        with closing(self._connection.cursor()) as cursor:
            (texts,) = cursor.sql(f"SELECT {nulls}").fetchall()
        return list(texts)

    def _query(
        self, cursor: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, str]
    ) -> duckdb.DuckDBPyRelation:
        sql = catalog_sql("duckdb", name)
        return cursor.sql(sql, params={"databases": self._databases, **parameters})


def _explained(path: str, error: duckdb.Error) -> SourceRefused | SourceUnavailable:
    reason = str(error).splitlines()[0].rstrip(".")
    if isinstance(error, duckdb.ConnectionException) or re.search(
        "already (attached|exists)", reason
    ):
        return SourceUnavailable(
            "the DuckDB file is open otherwise in this process",
            where=path,
            remedy="Sync again when that connection is closed.",
        )
    if "Could not set lock" in reason:
        return SourceUnavailable(
            f"another process has the DuckDB file open for writing ({reason})",
            where=path,
            remedy="DuckDB lets one process write or many read: sync again when it is closed.",
        )
    if "not a valid DuckDB database" in reason:
        return SourceRefused("the file is not a DuckDB database", where=path)
    return SourceRefused(f"DuckDB cannot read it: {reason}", where=path)
