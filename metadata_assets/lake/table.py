"""What a table of the lake is: its columns, its key, its partitions; and rows in that shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

SOURCE = "source"
"""The usual partition column: the key of a source, `module.source_id`."""


@dataclass(frozen=True, slots=True)
class LakeTable:
    """A Delta table the lake may hold.

    Attributes:
        name: Path below the lake's root, for instance `catalog/columns`.
        schema: Columns without the partition column.
        key: Columns that identify a row within a partition; rows are stored and returned in
            their order.
        partition: The partition column, or None for an unpartitioned table.
    """

    name: str
    schema: pa.Schema
    key: tuple[str, ...]
    partition: str | None = SOURCE

    @property
    def stored_schema(self) -> pa.Schema:
        """The schema on disk: the partition column, where there is one, then `schema`."""
        if self.partition is None:
            return self.schema
        return pa.schema([pa.field(self.partition, pa.string(), nullable=False), *self.schema])


def shaped(table: LakeTable, rows: pa.Table) -> pa.Table:
    """The rows in the table's column order, types and key order, as one chunk a column."""
    return in_order(rows.select(table.schema.names).cast(table.schema), table.key).combine_chunks()


def complete(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """The rows with the columns of a schema; those an older release did not write are null."""
    for missing in (column for column in schema if column.name not in rows.column_names):
        rows = rows.append_column(missing, pa.nulls(rows.num_rows, missing.type))
    return rows.select(schema.names).cast(schema)


def in_order(rows: pa.Table, key: tuple[str, ...]) -> pa.Table:
    """The rows ordered by some columns."""
    # Table.sort_by refuses tables with list columns; taking by index does not.
    order: list[tuple[str, Literal["ascending", "descending"]]] = [(k, "ascending") for k in key]
    return rows.take(pc.sort_indices(rows, sort_keys=order))
