"""DuckDB: a handful of queries over its catalog functions, the file opened read-only."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from metadata_assets.catalog.assemble import Assembly
from metadata_assets.catalog.engine import opened_engine
from metadata_assets.catalog.model import Catalog
from metadata_assets.catalog.sampling import NoSample, Sample, SampledTable
from metadata_assets.sources.asking import AskedEngine
from metadata_assets.sources.create_table.text import table_text
from metadata_assets.sources.driver import catalog_sql
from metadata_assets.sources.duckdb.connection import Database, DuckDBConfig, attached, opened
from metadata_assets.sources.identifiers import quoted
from metadata_assets.sources.staging import rows_from_values

_QUERIES = ("tables", "columns", "constraints", "indexes", "functions", "sequences")
_COLUMN_TEXTS = ("schema_name", "table_name", "column_name", "generated_expr", "collation")
_BROKEN = ("schema_name", "table_name", "reason")
_THREADS = 2
"""How many queries at once: DuckDB answers each of them in one thread."""


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
        databases = [Path(config.path), *attached(config).values()]
        # The log lies beside the file that a link leads to.
        return [Path(f"{path.resolve()}{suffix}") for path in databases for suffix in ("", ".wal")]

    def fingerprint(self, config: DuckDBConfig) -> str:
        """A hash over the catalog; rows that come and go do not change it."""
        with opened(config) as database:
            broken = json.dumps(database.broken_views())
            ((fingerprint,),) = database.values(
                "fingerprint", base_types=_base_types(database), broken=broken
            )
            return fingerprint

    def samples(
        self, config: DuckDBConfig, tables: Sequence[SampledTable]
    ) -> Generator[Sample | NoSample, None, None]:
        """Some rows of each table; raises what `extract` raises."""
        with opened(config) as database:
            yield from database.samples(tables, seconds=config.profile_seconds)

    @contextmanager
    def asked(self, config: DuckDBConfig, seconds: int) -> Iterator[AskedEngine]:
        """A session that reads only; raises what `extract` raises."""
        with opened(config) as database:
            yield database.asked(Path(config.path).parent, seconds)


def _read(config: DuckDBConfig) -> tuple[dict[str, pa.Table], list[tuple[str, ...]]]:
    """The rows of every query, and the broken views.

    Then it is closed, for an open file takes 70 KB of memory a table.
    """
    with opened(config) as database, ThreadPoolExecutor(_THREADS) as readers:
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


def _types(database: Database) -> pa.Table:
    return database.rows("types", base_types=_base_types(database))


def _base_types(database: Database) -> str:
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
