"""The lake: Delta tables, one per concept, most of them partitioned by `source`.

Knows nothing of what the tables mean; the domains declare theirs as `LakeTable` values. Rows are
read and replaced through one `Partition`, so a concurrent replacement of the same partition is
refused while one of another partition goes through (optimistic concurrency of the Delta log).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import CommitProperties, DeltaTable, WriterProperties, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError
from deltalake.fs import DeltaStorageHandler
from pyarrow.fs import FileSelector, FileType, PyFileSystem

from metadata_assets.errors import ConcurrentWrite, VersionGone

if TYPE_CHECKING:
    from pyarrow.dataset import Dataset  # imports pandas

_BATCH_ROWS = 8_192
_WRITER = WriterProperties(compression="ZSTD", max_row_group_size=20_000)

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
        return _shaped(self.table, _complete(rows, self.table.schema))

    def select(self, columns: Sequence[str]) -> pa.Table:
        """Some columns of the rows, which come in any order: nothing else is read."""
        wanted = pa.schema([self.table.stored_schema.field(name) for name in columns])
        stored = {column.name for column in self.delta.schema().fields}
        rows = self._rows([name for name in columns if name in stored])
        return _complete(rows, wanted)

    def last(self, column: str) -> Any:
        """The value a column has in the last row by key; None where there is no row."""
        columns = list(dict.fromkeys([*self.table.key, column]))
        rows = self._rows(columns)
        return _in_order(rows, self.table.key)[column][-1].as_py() if rows.num_rows else None

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
        rows = _shaped(self.table, rows)
        return None if rows.equals(self.read()) else self._overwrite(rows, metadata)

    def overwrite(self, rows: pa.Table, *, metadata: Mapping[str, str] | None = None) -> int:
        """`replace` for a caller who knows that the rows differ: reads and compares nothing.

        Returns:
            The table's new version.

        Raises:
            ConcurrentWrite: Someone replaced these rows since they were opened.
        """
        return self._overwrite(_shaped(self.table, rows), metadata)

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
            self._stored(_shaped(self.table, rows)),
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
        return _in_order(rows, key)

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
            return self._open(table.name).version()
        except TableNotFoundError:
            return None

    def partition(self, table: LakeTable, value: str) -> Partition:
        """Open one partition for reading and replacing; a missing table is created."""
        return Partition(table, value, self._open_or_create(table))

    def table(self, table: LakeTable) -> Partition:
        """Open an unpartitioned table for reading and replacing; a missing one is created."""
        return Partition(table, None, self._open_or_create(table))

    def read(
        self,
        table: LakeTable,
        value: str | None = None,
        *,
        version: int | None = None,
        columns: Sequence[str] = (),
    ) -> pa.Table:
        """The rows of one partition, or of an unpartitioned table; none where it is missing.

        Args:
            table: The table.
            value: The partition.
            version: An earlier version of the table to read; the current one by default.
            columns: Read only these; the rows then come in any order. All by default.

        Raises:
            VersionGone: The earlier version is not kept any more.
        """
        with _kept(table, version):
            try:
                partition = Partition(table, value, self._open(table.name, version))
            except TableNotFoundError:
                return table.schema.empty_table().select(list(columns or table.schema.names))
            return partition.select(columns) if columns else partition.read()

    def partitions(self, table: LakeTable) -> Partitions:
        """Open all partitions of a table for reading and replacing; a missing table is created."""
        return Partitions(table, self._open_or_create(table))

    def read_all(
        self, table: LakeTable, *, version: int | None = None, columns: Sequence[str] = ()
    ) -> pa.Table:
        """The rows of every partition, with the partition column; none where it is missing.

        Args:
            table: The table.
            version: An earlier version of the table to read; the current one by default.
            columns: Read only these; the rows then come in any order. All by default.

        Raises:
            VersionGone: The earlier version is not kept any more.
        """
        names = list(columns or table.stored_schema.names)
        with _kept(table, version):
            try:
                rows = Partition(table, None, self._open(table.name, version)).select(names)
            except TableNotFoundError:
                return table.stored_schema.empty_table().select(names)
        key = (*([table.partition] if table.partition else []), *table.key)
        return rows if columns else _in_order(rows, key)

    def fingerprint(self, name: str, value: str) -> str:
        """A digest that changes whenever a partition is written; empty where it holds nothing.

        Made from the names of its files, so no row is read.

        Args:
            name: The name of a partitioned table.
            value: The partition.
        """
        try:
            actions = pa.table(self._open(name).get_add_actions(flatten=True))
        except TableNotFoundError:
            return ""
        (partition,) = (
            column for column in actions.column_names if column.startswith("partition.")
        )
        mine = actions.filter(pc.field(partition) == value)["path"].to_pylist()
        files = sorted(str(path) for path in mine)
        return hashlib.sha256("\n".join(files).encode()).hexdigest() if files else ""

    def tables(self) -> tuple[str, ...]:
        """The names of all tables there are."""
        try:
            root = PyFileSystem(DeltaStorageHandler(self.uri, dict(self.storage_options)))
        except TableNotFoundError:  # no folder yet
            return ()
        groups = root.get_file_info(FileSelector("", allow_not_found=True))
        below = (
            root.get_file_info(FileSelector(group.path))
            for group in groups
            if group.type is FileType.Directory
        )
        names = (found.path for infos in below for found in infos)
        return tuple(sorted(name for name in names if self._is_table(name)))

    def dataset(self, name: str) -> Dataset:
        """A table's rows, not read yet: readers take the columns and files they need.

        Args:
            name: The name of a table there is.
        """
        return self._open(name).to_pyarrow_dataset()

    def history(self, table: LakeTable, limit: int | None = None) -> list[dict[str, Any]]:
        """The table's commits, newest first, each with the metadata it was written with."""
        try:
            return self._open(table.name).history(limit)
        except TableNotFoundError:
            return []

    def maintain(self, name: str, *, retention: timedelta) -> dict[str, int]:
        """Compact a table's small files, write a checkpoint, delete files nobody needs any more.

        Every version of the retention period can still be read afterwards.

        Args:
            name: The name of a table there is.
            retention: How long files are kept after the table stopped using them.

        Returns:
            `compacted_files` and `deleted_files`.

        Raises:
            ConcurrentWrite: Someone wrote the table meanwhile; nothing was compacted.
        """
        delta = self._open(name)
        try:
            compacted = delta.optimize.compact(writer_properties=_WRITER)
        except CommitFailedError as error:
            raise ConcurrentWrite(
                "another process wrote it during its maintenance",
                where=name,
                remedy="Run again when it is quiet.",
            ) from error
        delta.create_checkpoint()
        deleted = delta.vacuum(
            retention_hours=int(retention / timedelta(hours=1)),
            dry_run=False,
            # Shorter than the default week too: whoever asks has thought of running readers.
            enforce_retention_duration=False,
            full=True,
        )
        return {
            "compacted_files": int(compacted["numFilesRemoved"]),
            "deleted_files": len(deleted),
        }

    def _is_table(self, name: str) -> bool:
        return DeltaTable.is_deltatable(self._location(name), dict(self.storage_options))

    def _location(self, name: str) -> str:
        return f"{self.uri.rstrip('/')}/{name}"

    def _open(self, name: str, version: int | None = None) -> DeltaTable:
        return DeltaTable(
            self._location(name), version=version, storage_options=dict(self.storage_options)
        )

    def _open_or_create(self, table: LakeTable) -> DeltaTable:
        try:
            return self._open(table.name)
        except TableNotFoundError:
            return DeltaTable.create(
                self._location(table.name),
                schema=table.stored_schema,
                mode="ignore",
                partition_by=[table.partition] if table.partition else None,
                storage_options=dict(self.storage_options),
            )


@contextmanager
def _kept(table: LakeTable, version: int | None) -> Iterator[None]:
    """Tell, where an earlier version is read, that maintenance took it away."""
    try:
        yield
    except (DeltaError, FileNotFoundError) as error:
        if version is None:
            raise
        raise VersionGone(
            f"version {version} is no longer kept",
            where=table.name,
            remedy="METADATA_ASSETS_RETENTION_DAYS says how long versions are kept.",
        ) from error


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
            writer_properties=_WRITER,
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


def _shaped(table: LakeTable, rows: pa.Table) -> pa.Table:
    """The rows in the table's column order, types and key order, as one chunk a column."""
    return _in_order(rows.select(table.schema.names).cast(table.schema), table.key).combine_chunks()


def _complete(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """The rows with the columns of a schema; those an older release did not write are null."""
    for missing in (column for column in schema if column.name not in rows.column_names):
        rows = rows.append_column(missing, pa.nulls(rows.num_rows, missing.type))
    return rows.select(schema.names).cast(schema)


def _in_order(rows: pa.Table, key: tuple[str, ...]) -> pa.Table:
    # Table.sort_by refuses tables with list columns; taking by index does not.
    order: list[tuple[str, Literal["ascending", "descending"]]] = [(k, "ascending") for k in key]
    return rows.take(pc.sort_indices(rows, sort_keys=order))
