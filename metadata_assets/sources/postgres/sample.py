"""Some rows of PostgreSQL tables, each in a read-only transaction of its own."""

from __future__ import annotations

from collections.abc import Generator, Sequence

import psycopg
import pyarrow as pa

from metadata_assets.catalog.sampling import (
    LONGEST_VALUE,
    NoSample,
    Sample,
    SampledColumn,
    SampledTable,
)
from metadata_assets.sources.identifiers import quoted
from metadata_assets.sources.postgres.connection import PostgresConfig, begin, connected
from metadata_assets.sources.postgres.copy import reading
from metadata_assets.sources.postgres.errors import explained

_SPARE = 1.5
"""Pages are taken by chance: so much more than would do on average."""


def postgres_samples(
    config: PostgresConfig, tables: Sequence[SampledTable]
) -> Generator[Sample | NoSample, None, None]:
    """A sample of each table: whole pages by chance where it has more rows than asked for."""
    timely = config.model_copy(update={"statement_timeout": config.profile_seconds})
    with connected(timely) as connection:
        for table in tables:
            try:
                begin(connection, timely)
                yield _sample(connection, table)
            except psycopg.Error as error:
                if connection.broken:
                    raise
                yield NoSample(table, explained(error, table.table_fqdn).what)


def _sample(connection: psycopg.Connection, table: SampledTable) -> Sample:
    is_large = table.row_estimate is not None and table.row_estimate > table.rows
    rows = _rows(connection, table, _by_chance(table) if is_large else "")
    if is_large and rows.num_rows == 0:
        # Emptied or filled anew since it was last analyzed: the pages taken hold nothing.
        rows = _rows(connection, table, "")
    counted = int(rows["total"][0].as_py()) if rows.num_rows else 0
    return Sample(
        table,
        rows.drop_columns(["total"]),
        counted if table.is_to_be_counted or not rows.num_rows else table.row_estimate,
    )


def _by_chance(table: SampledTable) -> str:
    share = min(100.0, 100 * _SPARE * table.rows / (table.row_estimate or 1))
    return f"TABLESAMPLE SYSTEM ({share:.6f}) REPEATABLE (1)"


def _rows(connection: psycopg.Connection, table: SampledTable, how: str) -> pa.Table:
    name = f"{quoted(table.schema_name)}.{quoted(table.table_name)}"
    columns = ", ".join(
        f"{_text(column)} AS c{place}" for place, column in enumerate(table.columns)
    )
    total = f"(SELECT count(*) FROM {name})" if table.is_to_be_counted else "0"
    query = f"SELECT {columns}, {total} AS total FROM {name} {how} LIMIT {table.rows}"
    with reading((connection, {"sample": query})) as rows:
        return rows("sample")


def _text(column: SampledColumn) -> str:
    name = quoted(column.name)
    if column.kind == "other":
        return f"CASE WHEN {name} IS NOT NULL THEN '' END"
    return f"left({name}::text, {LONGEST_VALUE})"
