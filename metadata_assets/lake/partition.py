"""The rows of partitions, as of when they were opened: read, replaced, added to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import CommitProperties, DeltaTable, WriterProperties, write_deltalake
from deltalake.exceptions import CommitFailedError

from metadata_assets.errors import ConcurrentWrite
from metadata_assets.lake.table import LakeTable, complete, in_order, shaped

_BATCH_ROWS = 8_192

WRITER = WriterProperties(compression="ZSTD", max_row_group_size=20_000)
"""How files are written."""


@dataclass(frozen=True, slots=True)
class Partition:
    """The rows of one partition (or of a whole unpartitioned table), as of when it was opened.

    Attributes:
        table: The table it belongs to.
        value: The partition column's value; None for an unpartitioned table.
        delta: The Delta table at the version it was opened at.
    """

    table: LakeTable
    value: str | None
    delta: DeltaTable

    def read(self) -> pa.Table:
        """The rows, without the partition column, ordered by the table's key."""
        rows = self._rows()
        return shaped(self.table, complete(rows, self.table.schema))

    def select(self, columns: Sequence[str]) -> pa.Table:
        """Some columns of the rows, which come in any order: nothing else is read."""
        wanted = pa.schema([self.table.stored_schema.field(name) for name in columns])
        stored = {column.name for column in self.delta.schema().fields}
        rows = self._rows([name for name in columns if name in stored])
        return complete(rows, wanted)

    def last(self, column: str) -> Any:
        """The value a column has in the last row by key; None where there is no row."""
        columns = list(dict.fromkeys([*self.table.key, column]))
        rows = self._rows(columns)
        return in_order(rows, self.table.key)[column][-1].as_py() if rows.num_rows else None

    def replace(self, rows: pa.Table, *, metadata: Mapping[str, str] | None = None) -> int | None:
        """Make `rows` the whole content, in one commit.

        Args:
            rows: The new rows, with the columns of the table's schema in any order.
            metadata: Kept in the commit, shown by `Lake.history`.

        Returns:
            The table's new version, or None where the rows are those already stored (nothing is
            written then).

        Raises:
            ConcurrentWrite: Someone replaced these rows since they were opened.
        """
        rows = shaped(self.table, rows)
        return None if rows.equals(self.read()) else self._overwrite(rows, metadata)

    def overwrite(self, rows: pa.Table, *, metadata: Mapping[str, str] | None = None) -> int:
        """`replace` for a caller who knows that the rows differ: reads and compares nothing.

        Returns:
            The table's new version.

        Raises:
            ConcurrentWrite: Someone replaced these rows since they were opened.
        """
        return self._overwrite(shaped(self.table, rows), metadata)

    def _overwrite(self, rows: pa.Table, metadata: Mapping[str, str] | None) -> int:
        # A predicate even for the whole table: delta-rs takes an overwrite without one for blind,
        # and lets two of them pass.
        predicate = "true"
        if self.value is not None:
            predicate = f"{self.table.partition} = {_quoted(self.value)}"
        where = f"{self.table.name} {self.value or ''}".strip()
        return _replace_where(self.delta, predicate, self._stored(rows), metadata, where=where)

    def append(self, rows: pa.Table, *, metadata: Mapping[str, str] | None = None) -> int:
        """Add rows in one commit; returns the table's new version."""
        write_deltalake(
            self.delta,
            self._stored(shaped(self.table, rows)),
            mode="append",
            schema_mode="merge",
            commit_properties=CommitProperties(custom_metadata=dict(metadata or {})),
        )
        return self.delta.version()

    def _rows(self, columns: list[str] | None = None) -> pa.Table:
        if self.table.partition is None or self.value is None:
            return self.delta.to_pyarrow_table(columns=columns)
        # The files are chosen first: a filter alone looks at those of all partitions, which takes
        # 270 ms where there are a thousand; this takes 5.
        mine = [(self.table.partition, "=", self.value)]
        files = self.delta.to_pyarrow_dataset(file_pruning_predicate=mine)
        return files.to_table(columns, filter=pc.field(self.table.partition) == self.value)

    def _stored(self, rows: pa.Table) -> pa.Table:
        if self.value is None:
            return rows
        return rows.add_column(
            0, self.table.stored_schema.field(0), pa.repeat(self.value, rows.num_rows)
        )


@dataclass(frozen=True, slots=True)
class Partitions:
    """All partitions of a table, as of when it was opened.

    Attributes:
        table: The table.
        delta: The Delta table at the version it was opened at.
    """

    table: LakeTable
    delta: DeltaTable

    def read(self) -> pa.Table:
        """The rows of every partition, with the partition column."""
        rows = Partition(self.table, None, self.delta).select(self.table.stored_schema.names)
        key = (*([self.table.partition] if self.table.partition else []), *self.table.key)
        return in_order(rows, key)

    def replace(
        self, values: Collection[str], rows: pa.Table, *, metadata: Mapping[str, str] | None = None
    ) -> int:
        """Make `rows` the whole content of some partitions, in one commit.

        Args:
            values: The partitions.
            rows: Their new rows, with the partition column.
            metadata: Kept in the commit, shown by `Lake.history`.

        Returns:
            The table's new version.

        Raises:
            ConcurrentWrite: Someone replaced one of these partitions since they were opened.
        """
        predicate = f"{self.table.partition} IN ({', '.join(map(_quoted, values))})"
        stored = rows.select(self.table.stored_schema.names).cast(self.table.stored_schema)
        return _replace_where(self.delta, predicate, stored, metadata, where=self.table.name)


def _replace_where(
    delta: DeltaTable,
    predicate: str,
    rows: pa.Table,
    metadata: Mapping[str, str] | None,
    *,
    where: str,
) -> int:
    try:
        write_deltalake(
            delta,
            # In small batches: delta-rs otherwise holds a second copy of all rows.
            pa.RecordBatchReader.from_batches(rows.schema, rows.to_batches(_BATCH_ROWS)),
            mode="overwrite",
            writer_properties=WRITER,
            predicate=predicate,
            schema_mode="merge",  # a table of an older release may lack a column
            commit_properties=CommitProperties(custom_metadata=dict(metadata or {})),
        )
    except CommitFailedError as error:
        raise ConcurrentWrite(
            "another process replaced it at the same time; nothing was changed",
            where=where,
            remedy="Run again.",
        ) from error
    return delta.version()


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
