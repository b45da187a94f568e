"""The lake: Delta tables, one per concept, partitioned by `source`.

Knows nothing of what the tables mean; the domains declare theirs as `LakeTable` values. A partition
is read and replaced through one `Partition`, so a concurrent replacement of the same partition is
refused while one of another partition goes through (optimistic concurrency of the Delta log).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import CommitProperties, DeltaTable, write_deltalake
from deltalake.exceptions import CommitFailedError, TableNotFoundError

from metadata_assets.errors import ConcurrentWrite

SOURCE = "source"
"""The partition column of every partitioned table."""


@dataclass(frozen=True, slots=True)
class LakeTable:
    """A Delta table the lake may hold.

    Attributes:
        name: Path below the lake's root, for instance `catalog/columns`.
        schema: Columns without the partition column.
        key: Columns that identify a row within a partition; rows are stored and returned in
            their order.
    """

    name: str
    schema: pa.Schema
    key: tuple[str, ...]

    @property
    def stored_schema(self) -> pa.Schema:
        """The schema on disk: the partition column, then `schema`."""
        return pa.schema([pa.field(SOURCE, pa.string(), nullable=False), *self.schema])


@dataclass(frozen=True, slots=True)
class Partition:
    """The rows of one source in one table, as of the version it was opened at."""

    table: LakeTable
    source: str
    delta: DeltaTable

    def read(self) -> pa.Table:
        """The partition's rows, without the partition column, ordered by the table's key."""
        return _partition_rows(self.table, self.delta, self.source)

    def replace(self, rows: pa.Table, *, metadata: Mapping[str, str] | None = None) -> int | None:
        """Make `rows` the whole content of the partition, in one commit.

        Args:
            rows: The new rows, with the columns of the table's schema in any order.
            metadata: Kept in the commit, shown by `Lake.history`.

        Returns:
            The table's new version, or None where the rows are those already stored (nothing is
            written then).

        Raises:
            ConcurrentWrite: Someone replaced this partition since it was opened.
        """
        rows = _ordered(self.table, rows)
        if rows.equals(self.read()):
            return None
        stored = rows.add_column(
            0, self.table.stored_schema.field(0), pa.repeat(self.source, rows.num_rows)
        )
        return _commit(self.delta, stored, _is_source(self.source), metadata)


@dataclass(frozen=True, slots=True)
class Lake:
    """A folder or object-store prefix of Delta tables.

    Attributes:
        uri: The root: a path, or an `s3://`, `abfss://`, `gs://` URI.
        storage_options: Passed to delta-rs (credentials come from the environment).
    """

    uri: str
    storage_options: Mapping[str, str] = field(default_factory=dict)

    def version(self, table: LakeTable) -> int | None:
        """The current version of a table, or None where it does not exist yet."""
        try:
            return self._open(table).version()
        except TableNotFoundError:
            return None

    def partition(self, table: LakeTable, source: str) -> Partition:
        """Open one source's partition for reading and replacing; creates a missing table."""
        try:
            delta = self._open(table)
        except TableNotFoundError:
            delta = DeltaTable.create(
                self._location(table),
                schema=table.stored_schema,
                mode="ignore",
                partition_by=[SOURCE],
                storage_options=dict(self.storage_options),
            )
        return Partition(table, source, delta)

    def read(self, table: LakeTable, source: str, *, version: int | None = None) -> pa.Table:
        """One source's rows, without the partition column; none where the table is missing.

        Args:
            table: The table.
            source: The partition.
            version: An earlier version of the table to read; the current one by default.
        """
        try:
            delta = self._open(table, version)
        except TableNotFoundError:
            return table.schema.empty_table()
        return _partition_rows(table, delta, source)

    def read_all(self, table: LakeTable) -> pa.Table:
        """Every source's rows, with the partition column first; none where it is missing."""
        try:
            delta = self._open(table)
        except TableNotFoundError:
            return table.stored_schema.empty_table()
        rows = delta.to_pyarrow_table()
        return _in_key_order(rows.select(table.stored_schema.names), (SOURCE, *table.key))

    def append(
        self, table: LakeTable, source: str, rows: pa.Table, *, metadata: Mapping[str, str]
    ) -> int:
        """Add rows to one source's partition; returns the table's new version."""
        opened = self.partition(table, source)
        stored = _ordered(table, rows).add_column(
            0, table.stored_schema.field(0), pa.repeat(source, rows.num_rows)
        )
        write_deltalake(
            opened.delta,
            stored,
            mode="append",
            commit_properties=CommitProperties(custom_metadata=dict(metadata)),
        )
        return opened.delta.version()

    def history(self, table: LakeTable, limit: int | None = None) -> list[dict[str, Any]]:
        """The table's commits, newest first, each with the metadata it was written with."""
        try:
            return self._open(table).history(limit)
        except TableNotFoundError:
            return []

    def _location(self, table: LakeTable) -> str:
        return f"{self.uri.rstrip('/')}/{table.name}"

    def _open(self, table: LakeTable, version: int | None = None) -> DeltaTable:
        return DeltaTable(
            self._location(table), version=version, storage_options=dict(self.storage_options)
        )


def _is_source(source: str) -> str:
    """The Delta predicate that selects one partition."""
    return f"{SOURCE} = '{source.replace(chr(39), chr(39) * 2)}'"


def _partition_rows(table: LakeTable, delta: DeltaTable, source: str) -> pa.Table:
    rows = delta.to_pyarrow_table(filters=[(SOURCE, "=", source)]).drop_columns([SOURCE])
    return _ordered(table, rows)


def _ordered(table: LakeTable, rows: pa.Table) -> pa.Table:
    """The rows in the table's column order, types and key order, as one chunk a column."""
    cast = rows.select(table.schema.names).cast(table.schema)
    return _in_key_order(cast, table.key).combine_chunks()


def _in_key_order(rows: pa.Table, key: tuple[str, ...]) -> pa.Table:
    # Table.sort_by refuses tables with list columns; taking by index does not.
    order: list[tuple[str, Literal["ascending", "descending"]]] = [(k, "ascending") for k in key]
    return rows.take(pc.sort_indices(rows, sort_keys=order))


def _commit(
    delta: DeltaTable, rows: pa.Table, predicate: str, metadata: Mapping[str, str] | None
) -> int:
    try:
        write_deltalake(
            delta,
            rows,
            mode="overwrite",
            predicate=predicate,
            commit_properties=CommitProperties(custom_metadata=dict(metadata or {})),
        )
    except CommitFailedError as error:
        raise ConcurrentWrite(
            "another process replaced it at the same time; nothing was changed",
            where=f"{delta.table_uri} ({predicate})",
            remedy="Run again.",
        ) from error
    return delta.version()
