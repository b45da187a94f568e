"""Some rows of whatever DuckDB can read: a reservoir over all rows, which DuckDB fills fast."""

from __future__ import annotations

from collections.abc import Generator, Sequence

import duckdb
import pyarrow as pa

from metadata_assets.catalog.sampling import (
    LONGEST_VALUE,
    NoSample,
    Sample,
    SampledColumn,
    SampledTable,
)
from metadata_assets.sources.asking import within
from metadata_assets.sources.identifiers import quoted


def duckdb_samples(
    connection: duckdb.DuckDBPyConnection,
    databases: Sequence[str],
    tables: Sequence[SampledTable],
    *,
    seconds: int,
) -> Generator[Sample | NoSample, None, None]:
    """A sample of each table of a database.

    Args:
        connection: Reads only.
        databases: The name of the database, and those of further ones, whose schemas read
            `name.schema`.
        tables: What to read.
        seconds: How long one table may take.
    """
    for table in tables:
        try:
            with within(connection, seconds):
                name = _name(table, *databases)
                ((row_count,),) = connection.sql(f"SELECT count(*) FROM {name}").fetchall()
                rows: pa.Table = connection.sql(sample_query(name, table)).to_arrow_table()
        except duckdb.InterruptException:
            yield NoSample(table, f"reading it takes more than {seconds} seconds")
        except duckdb.Error as error:
            yield NoSample(table, str(error).splitlines()[0])
        else:
            yield Sample(table, rows, row_count)


def sample_query(relation: str, table: SampledTable) -> str:
    """The SELECT of some rows.

    Args:
        relation: What stands behind FROM.
        table: Whose columns and how many rows.
    """
    columns = ", ".join(
        f"{_text(column)} AS c{place}" for place, column in enumerate(table.columns)
    )
    return (
        f"SELECT {columns} FROM {relation} USING SAMPLE reservoir({table.rows} ROWS) REPEATABLE (1)"
    )


def _name(table: SampledTable, main: str, *attached: str) -> str:
    for database in attached:
        if table.schema_name.startswith(f"{database}."):
            parts = (database, table.schema_name[len(database) + 1 :], table.table_name)
            return ".".join(map(quoted, parts))
    return ".".join(map(quoted, (main, table.schema_name, table.table_name)))


def _text(column: SampledColumn) -> str:
    name = quoted(column.name)
    if column.kind == "other":
        return f"CASE WHEN {name} IS NOT NULL THEN '' END"
    return f"left({name}::VARCHAR, {LONGEST_VALUE})"
