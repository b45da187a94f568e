"""The lake itself: which tables there are, and their rows at any version."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError
from deltalake.fs import DeltaStorageHandler
from pyarrow.fs import FileSelector, FileType, PyFileSystem

from metadata_assets.errors import ConcurrentWrite, VersionGone
from metadata_assets.lake.partition import WRITER, Partition, Partitions
from metadata_assets.lake.table import LakeTable, in_order

if TYPE_CHECKING:
    from pyarrow.dataset import Dataset  # imports pandas


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
        return rows if columns else in_order(rows, key)

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
            compacted = delta.optimize.compact(writer_properties=WRITER)
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
