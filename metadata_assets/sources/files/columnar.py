"""Parquet: names, types and row count stand in the file's footer, so nothing is inferred."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from metadata_assets.sources.driver import catalog_sql
from metadata_assets.sources.files.inferred import (
    InferredColumn,
    InferredTable,
    Unreadable,
    evidence,
)
from metadata_assets.sources.files.workbench import Workbench


def read_parquet(path: Path, bench: Workbench) -> list[InferredTable]:
    """The one table of a Parquet file.

    Raises:
        Unreadable: It is damaged, encrypted or no Parquet file.
    """
    path = bench.whole(path)
    try:
        with pq.ParquetFile(path) as file:
            rows, writer = file.metadata.num_rows, file.metadata.created_by
            # Only Arrow tells which columns are required; the names of the types are DuckDB's.
            nullable = [field.nullable for field in file.schema_arrow]
        columns = bench.rows(catalog_sql("files", "parquet_columns"), path=str(bench.link_to(path)))
    # A damaged footer may hold names that are no text.
    except (duckdb.Error, pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise Unreadable(
            f"it cannot be read as Parquet ({bench.reason(error)}); write it again"
        ) from error
    return [
        InferredTable(
            columns=tuple(
                InferredColumn(**column, nullable=is_nullable)
                for column, is_nullable in zip(columns, nullable, strict=True)
            ),
            row_estimate=rows,
            properties=evidence(format="parquet", writer=writer),
        )
    ]
