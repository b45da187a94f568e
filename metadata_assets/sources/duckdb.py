"""DuckDB: a handful of queries over its catalog functions, the file opened read-only."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
from pydantic import Field

from metadata_assets.catalog.assemble import assemble
from metadata_assets.catalog.model import Catalog
from metadata_assets.errors import SourceRefused, SourceUnavailable
from metadata_assets.sources.config import FileConfig
from metadata_assets.sources.create_text import table_text
from metadata_assets.sources.driver import catalog_sql
from metadata_assets.sources.paths import require_file


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
        with _opened(config) as database:
            return assemble(
                tables=database.rows("tables"),
                columns=database.rows("columns", texts=_texts(database)),
                constraints=database.rows("constraints"),
                indexes=database.rows("indexes"),
                types=database.rows("types", base_types=_base_types(database)),
                include=config.include,
                exclude=config.exclude,
            )

    def fingerprint(self, config: DuckDBConfig) -> str:
        """A hash over the catalog; rows that come and go do not change it."""
        with _opened(config) as database:
            ((fingerprint,),) = database.values("fingerprint", base_types=_base_types(database))
            return fingerprint


class _Database:
    """An open file and what is attached to it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, attached: Mapping[str, str]) -> None:
        self._connection = connection
        ((main,),) = connection.sql("SELECT current_database()").fetchall()
        self._databases = [main, *attached]

    def rows(self, name: str, **parameters: str) -> pa.Table:
        rows: pa.Table = self._query(catalog_sql("duckdb", name), parameters).to_arrow_table()
        return rows

    def values(self, name: str, **parameters: str) -> list[tuple[str, ...]]:
        rows: list[tuple[str, ...]] = self._query(
            catalog_sql("duckdb", name), parameters
        ).fetchall()
        return rows

    def type_texts(self, types: list[str]) -> list[str]:
        """What type names stand for."""
        if not types:
            return []
        nulls = ", ".join(f"typeof(NULL::{name})" for name in types)
        (texts,) = self._connection.sql(f"SELECT {nulls}").fetchall()
        return list(texts)

    def _query(self, sql: str, parameters: Mapping[str, str]) -> duckdb.DuckDBPyRelation:
        return self._connection.sql(sql, params={"databases": self._databases, **parameters})


def _texts(database: _Database) -> str:
    """Generated expressions and collations as JSON; only the statements hold them."""
    found = []
    for database_name, schema_name, table_name, sql in database.values("texts"):
        text = table_text(sql)
        found += [
            {
                "database_name": database_name,
                "schema_name": schema_name,
                "table_name": table_name,
                "column_name": column,
                "generated_expr": text.generated.get(column),
                "collation": text.collations.get(column),
            }
            for column in {**text.generated, **text.collations}
        ]
    return json.dumps(found)


def _base_types(database: _Database) -> str:
    """What the user's type names stand for, as JSON."""
    names = database.values("named_types")
    quoted = [".".join(map(_quoted, name)) for name in names]
    return json.dumps(
        [
            {
                "database_name": database_name,
                "schema_name": schema_name,
                "type_name": type_name,
                "base_type": base_type,
            }
            for (database_name, schema_name, type_name), base_type in zip(
                names, database.type_texts(quoted), strict=True
            )
        ]
    )


@contextmanager
def _opened(config: DuckDBConfig) -> Iterator[_Database]:
    folder = require_file(config.path).parent
    try:
        with closing(
            # Reading a catalog downloads nothing, whatever its views refer to.
            duckdb.connect(
                config.path, read_only=True, config={"autoinstall_known_extensions": "false"}
            )
        ) as connection:
            for name, path in config.attach.items():
                file = require_file(str(folder / Path(path).expanduser()))
                literal = str(file).replace("'", "''")
                connection.execute(f"ATTACH '{literal}' AS {_quoted(name)} (READ_ONLY)")
            yield _Database(connection, config.attach)
    except duckdb.Error as error:
        raise _explained(config.path, error) from error


def _explained(path: str, error: duckdb.Error) -> SourceRefused | SourceUnavailable:
    reason = str(error).splitlines()[0].rstrip(".")
    if isinstance(error, duckdb.ConnectionException) or "already attached" in reason:
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


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
