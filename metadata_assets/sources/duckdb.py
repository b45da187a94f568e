"""DuckDB: a handful of queries over its catalog functions, the file opened read-only."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from metadata_assets.catalog.assemble import Assembly
from metadata_assets.catalog.engine import opened_engine
from metadata_assets.catalog.model import Catalog
from metadata_assets.catalog.sampling import NoSample, Sample, SampledTable
from metadata_assets.errors import SourceRefused, SourceUnavailable
from metadata_assets.sources.asking import AskedEngine
from metadata_assets.sources.config import FileConfig
from metadata_assets.sources.create_text import table_text
from metadata_assets.sources.driver import catalog_sql
from metadata_assets.sources.duckdb_asking import DuckDBEngine
from metadata_assets.sources.duckdb_sample import duckdb_samples
from metadata_assets.sources.identifiers import quoted
from metadata_assets.sources.paths import expanded, require_file
from metadata_assets.sources.staging import rows_from_values

_QUERIES = ("tables", "columns", "constraints", "indexes", "functions", "sequences")
_COLUMN_TEXTS = ("schema_name", "table_name", "column_name", "generated_expr", "collation")
_BROKEN = ("schema_name", "table_name", "reason")
_THREADS = 2
"""How many queries at once: DuckDB answers each of them in one thread."""


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


class DuckDBDriver:
    """Reads the catalog of a DuckDB database file, and of those attached to it."""

    config_type = DuckDBConfig
    dialect = "duckdb"

    def extract(self, config: DuckDBConfig) -> Catalog:
        """Read the whole catalog, of all schemas.

        Raises:
            SourceUnavailable: A file is missing, or another process writes to it.
            SourceRefused: It is no DuckDB database, or may not be read.
        """
        rows, broken = _read(config)
        with (
            opened_engine() as engine,
            Assembly(include=config.include, exclude=config.exclude) as assembly,
        ):
            assembly.know(
                **rows,
                unreadable=rows_from_values(engine, _BROKEN, broken),
                column_texts=rows_from_values(engine, _COLUMN_TEXTS, _column_texts(rows["tables"])),
            )
            for part in ("tables", "unreadable", "columns"):
                assembly.shape(part, catalog_sql("duckdb", f"shape_{part}"))
            engine.register(**rows)
            assembly.know(respelled=engine.query(catalog_sql("duckdb", "respelled")))
            for part in ("constraints", "indexes"):
                assembly.shape(part, catalog_sql("duckdb", f"shape_{part}"))
            for part in ("types", "functions"):
                assembly.add(part, rows[part])
            return assembly.catalog()

    def files(self, config: DuckDBConfig) -> list[Path]:
        """The database, those attached to it, and the log of each."""
        databases = [Path(config.path), *_attached(config).values()]
        # The log lies beside the file that a link leads to.
        return [Path(f"{path.resolve()}{suffix}") for path in databases for suffix in ("", ".wal")]

    def fingerprint(self, config: DuckDBConfig) -> str:
        """A hash over the catalog; rows that come and go do not change it."""
        with _opened(config) as database:
            broken = json.dumps(database.broken_views())
            ((fingerprint,),) = database.values(
                "fingerprint", base_types=_base_types(database), broken=broken
            )
            return fingerprint

    def samples(
        self, config: DuckDBConfig, tables: Sequence[SampledTable]
    ) -> Generator[Sample | NoSample, None, None]:
        """Some rows of each table; raises what `extract` raises."""
        with _opened(config) as database:
            yield from database.samples(tables, seconds=config.profile_seconds)

    @contextmanager
    def asked(self, config: DuckDBConfig, seconds: int) -> Iterator[AskedEngine]:
        """A session that reads only; raises what `extract` raises."""
        with _opened(config) as database:
            yield database.asked(Path(config.path).parent, seconds)


class _Database:
    """An open file and what is attached to it; answers several threads at once."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, attached: Mapping[str, str]) -> None:
        self._connection = connection
        ((main,),) = connection.sql("SELECT current_database()").fetchall()
        self._databases = [main, *attached]

    def rows(self, name: str, **parameters: str) -> pa.Table:
        with closing(self._connection.cursor()) as cursor:
            rows: pa.Table = self._query(cursor, name, parameters).to_arrow_table()
            return rows

    def values(self, name: str, **parameters: str) -> list[tuple[str, ...]]:
        with closing(self._connection.cursor()) as cursor:
            rows: list[tuple[str, ...]] = self._query(cursor, name, parameters).fetchall()
            return rows

    def samples(
        self, tables: Sequence[SampledTable], *, seconds: int
    ) -> Generator[Sample | NoSample, None, None]:
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


def _read(config: DuckDBConfig) -> tuple[dict[str, pa.Table], list[tuple[str, ...]]]:
    """The rows of every query, and the broken views.

    Then it is closed, for an open file takes 70 KB of memory a table.
    """
    with _opened(config) as database, ThreadPoolExecutor(_THREADS) as readers:
        broken = database.broken_views()
        rows = {name: readers.submit(database.rows, name) for name in _QUERIES}
        rows["types"] = readers.submit(_types, database)
        return {part: read.result() for part, read in rows.items()}, broken


def _column_texts(tables: pa.Table) -> list[tuple[object, ...]]:
    """Generated expressions and collations; only the statements hold them."""
    found: list[tuple[object, ...]] = []
    for table in tables.filter(pc.is_valid(tables["statement"])).to_pylist():
        text = table_text(table["statement"])
        found += [
            (
                table["schema_name"],
                table["table_name"],
                column,
                text.generated.get(column),
                text.collations.get(column),
            )
            for column in {**text.generated, **text.collations}
        ]
    return found


def _types(database: _Database) -> pa.Table:
    return database.rows("types", base_types=_base_types(database))


def _base_types(database: _Database) -> str:
    """What the user's type names stand for, as JSON."""
    names = database.values("named_types")
    references = [".".join(map(quoted, name)) for name in names]
    return json.dumps(
        [
            {
                "database_name": database_name,
                "schema_name": schema_name,
                "type_name": type_name,
                "base_type": base_type,
            }
            for (database_name, schema_name, type_name), base_type in zip(
                names, database.type_texts(references), strict=True
            )
        ]
    )


def _attached(config: DuckDBConfig) -> dict[str, Path]:
    folder = Path(config.path).parent
    return {name: folder / expanded(path) for name, path in config.attach.items()}


@contextmanager
def _opened(config: DuckDBConfig) -> Iterator[_Database]:
    file = require_file(config.path)
    try:
        with closing(duckdb.connect(file, read_only=True, config=_SETTINGS)) as connection:
            for name, path in _attached(config).items():
                literal = str(require_file(str(path))).replace("'", "''")
                connection.execute(f"ATTACH '{literal}' AS {quoted(name)} (READ_ONLY)")
            yield _Database(connection, config.attach)
    except duckdb.Error as error:
        raise _explained(config.path, error) from error


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
