"""Some rows of MySQL and MariaDB tables, read-only.

There is no TABLESAMPLE: up to a million rows, each is taken by chance; of a larger table those with
the lowest and the highest keys, because to draw among all would be to read all.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

import pymysql
from pymysql.cursors import Cursor

from metadata_assets.catalog.sampling import (
    LONGEST_VALUE,
    NoSample,
    Sample,
    SampledColumn,
    SampledTable,
)
from metadata_assets.sources.csv_rows import csv_text, rows_from_csv
from metadata_assets.sources.mysql.connection import MySQLConfig, connected, quoted
from metadata_assets.sources.mysql.csv import csv_line
from metadata_assets.sources.mysql.errors import LOST, explained

_SPARE = 1.2
"""So many more rows than asked for are drawn on average; the estimate may be that much too high."""


def mysql_samples(
    config: MySQLConfig, tables: Sequence[SampledTable]
) -> Generator[Sample | NoSample, None, None]:
    """A sample of each table."""
    timely = config.model_copy(
        update={"statement_timeout": config.profile_seconds, "connections": 1}
    )
    with connected(timely) as sessions, sessions.one() as cursor:
        for table in tables:
            try:
                yield _sample(cursor, table)
            except pymysql.MySQLError as error:
                if error.args[0] in LOST:
                    raise
                yield NoSample(table, explained(error, table.table_fqdn).what)


def _sample(cursor: Cursor, table: SampledTable) -> Sample:
    name = f"{quoted(table.schema_name)}.{quoted(table.table_name)}"
    expressions = ", ".join(
        f"{_text(column)} AS c{place}" for place, column in enumerate(table.columns)
    )
    columns = [f"c{place}" for place, _ in enumerate(table.columns)]
    some = _some(f"SELECT {expressions} FROM {name}", table)
    cursor.execute(f"SELECT {csv_line(columns)} FROM ({some}) AS q")
    text = csv_text(columns, (line for (line,) in cursor.fetchall()))
    row_count = table.row_estimate
    if table.is_to_be_counted:
        cursor.execute(f"SELECT count(*) FROM {name}")
        ((row_count,),) = cursor.fetchall()
    return Sample(table, rows_from_csv(text, {}), row_count)


def _some(select: str, table: SampledTable) -> str:
    """The SELECT of some rows; an estimate of InnoDB's may be far off."""
    if table.row_estimate is None or table.row_estimate <= table.rows:
        return f"{select} LIMIT {table.rows}"
    if table.is_to_be_counted or not table.key:
        share = _SPARE * table.rows / table.row_estimate
        return f"{select} WHERE rand(1) < {share:.6f} LIMIT {table.rows}"
    ends = (
        f"({select} ORDER BY {', '.join(f'{quoted(c)} {order}' for c in table.key)} "
        f"LIMIT {table.rows // 2})"
        for order in ("ASC", "DESC")
    )
    return " UNION ALL ".join(ends)


def _text(column: SampledColumn) -> str:
    name = quoted(column.name)
    if column.kind == "other":
        return f"CASE WHEN {name} IS NOT NULL THEN '' END"
    return f"LEFT(CONVERT({name} USING utf8mb4), {LONGEST_VALUE})"
