"""The control table: read it, ingest drops into it, see what changed between its versions."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
from deltalake import DeltaTable, Schema
from deltalake.exceptions import CommitFailedError, DeltaError

from metadata_assets.control.changes import ControlChanges, compare
from metadata_assets.control.drops import Drops, read_drops
from metadata_assets.control.jobs import assign_jobs, job_ids
from metadata_assets.control.merge import Conflict, Merge, merge
from metadata_assets.control.model import ETL_CONTROL, ControlRow
from metadata_assets.control.stored import ControlRows, understood, with_rows
from metadata_assets.errors import ConcurrentWrite, ConfigurationError
from metadata_assets.lake import Lake, LakeTable, Partition

_ATTEMPTS = 10
"""How often an ingestion is tried while others write the control table too."""


@dataclass(frozen=True, slots=True)
class IngestPlan:
    """What an ingestion would do.

    Attributes:
        drops: What the drops folder says.
        rows: What the control table holds.
        merged: What becomes of its rows.
        new_modules: Modules that have no job id yet.
    """

    drops: Drops
    rows: ControlRows
    merged: Merge
    new_modules: tuple[str, ...]

    @property
    def changes_anything(self) -> bool:
        """Whether the ingestion would write."""
        return bool(self.merged.changes or self.new_modules)

    @property
    def errors(self) -> tuple[ConfigurationError, ...]:
        """Everything wrong with drops and with rows of the table."""
        return (*self.drops.errors, *self.rows.broken.values())

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Declarations that do not apply because the table says otherwise."""
        return self.merged.conflicts

    def planned_rows(self) -> list[ControlRow]:
        """The sound rows as they would be afterwards, by execution order, then key."""
        rows = {row.key: row for row in self.rows.sound}
        rows |= {change.row.key: change.row for change in self.merged.changes}
        return sorted(rows.values(), key=lambda row: (row.execution_order, row.key))

    def counts(self) -> dict[str, int]:
        """How many rows each effect has, how many stay, and how many files and rows are bad."""
        return {
            "inserted": len(self.merged.keys("inserted")),
            "updated": len(self.merged.keys("updated")),
            "deactivated": len(self.merged.keys("deactivated")),
            "reactivated": len(self.merged.keys("reactivated")),
            "relinked": len(self.merged.keys("relinked")),
            "unchanged": self.merged.unchanged,
            "conflicts": len(self.merged.conflicts),
            "failed_drops": len(self.drops.failed),
            "broken_rows": len(self.rows.broken),
        }


@dataclass(frozen=True, slots=True)
class IngestOutcome:
    """What an ingestion did.

    Attributes:
        plan: What it set out to do, all of which is done.
        version: The control table's version now.
        is_written: Whether it made that version.
    """

    plan: IngestPlan
    version: int
    is_written: bool


@dataclass(frozen=True, slots=True)
class ControlTable:
    """The control table of a lake.

    Attributes:
        lake: The lake that holds it.
    """

    lake: Lake

    def version(self) -> int | None:
        """The current version; None where the table does not exist yet."""
        return self.lake.version(ETL_CONTROL)

    def read(self, version: int | None = None) -> ControlRows:
        """The rows of one version, the current one by default; none where there is no table.

        Raises:
            ConfigurationError: There is no such version any more, or a column's type is wrong.
        """
        if self.version() is None:
            return ControlRows()
        delta = self.lake.table(ETL_CONTROL).delta
        if version is None:
            return understood(delta.to_pyarrow_table())
        try:
            delta.load_as_version(version)
            return understood(delta.to_pyarrow_table())
        except (DeltaError, OSError) as error:
            raise ConfigurationError(
                f"version {version} cannot be read",
                where=ETL_CONTROL.name,
                remedy=f"The current version is {self.version()}; old ones are vacuumed in time.",
            ) from error

    def rows(self) -> tuple[ControlRow, ...]:
        """Every row that can be understood, active or not, by execution order, then key."""
        return self.read().sound

    def job_ids(self) -> dict[str, int]:
        """The job id of every module."""
        return job_ids(self.lake)

    def changed_sources(
        self, from_version: int | None, to_version: int | None = None
    ) -> ControlChanges:
        """What happened to each source between two versions.

        Args:
            from_version: The earlier one; where it is None or cannot be read any more, every
                source counts as new, and what is gone cannot be told.
            to_version: The later one; the current one by default.
        """
        if to_version is None:
            to_version = self.version()
        before = ControlRows()
        if from_version is not None:
            try:
                before = self.read(from_version)
            except ConfigurationError:
                before = ControlRows()
        return compare(before, self.read(to_version), to_version=to_version)

    def plan(self, folder: Path) -> IngestPlan:
        """What ingesting a drops folder would do; writes nothing.

        Raises:
            ConfigurationError: The folder is missing, though rows come from it.
        """
        return self._plan(self.read(), folder)

    def ingest(self, folder: Path, *, now: datetime, user: str) -> IngestOutcome:
        """Merge a drops folder into the table, in one commit, or none where nothing changes.

        Args:
            folder: The drops folder.
            now: When.
            user: On whose behalf.

        Raises:
            ConfigurationError: The folder is missing, though rows come from it.
            ConcurrentWrite: Others kept writing the table at the same time.
        """
        for attempt in range(1, _ATTEMPTS):
            try:
                return self._ingest_once(folder, now=now, user=user)
            except ConcurrentWrite:
                time.sleep(random.uniform(0, 0.1 * attempt))
        return self._ingest_once(folder, now=now, user=user)

    def _ingest_once(self, folder: Path, *, now: datetime, user: str) -> IngestOutcome:
        # The table is opened before the drops are read: whoever ingests newer drops meanwhile makes
        # the commit below fail, so older drops never overwrite newer ones.
        delta = self.lake.table(ETL_CONTROL).delta
        _add_missing_columns(delta)
        stored = delta.to_pyarrow_table()
        plan = self._plan(understood(stored), folder)
        # Jobs first, so that no module of the table is ever without one.
        if plan.new_modules:
            assign_jobs(self.lake, plan.new_modules, now=now)
        if not plan.merged.changes:
            return IngestOutcome(plan, delta.version(), is_written=False)
        rows = [change.stamped(now=now, user=user) for change in plan.merged.changes]
        counts = {name: str(count) for name, count in plan.counts().items()}
        metadata = {"origin": "yaml", "author": user, **counts}
        table = LakeTable(ETL_CONTROL.name, stored.schema, ETL_CONTROL.key, partition=None)
        written = Partition(table, None, delta).replace(with_rows(stored, rows), metadata=metadata)
        return IngestOutcome(plan, delta.version(), is_written=written is not None)

    def _plan(self, rows: ControlRows, folder: Path) -> IngestPlan:
        if not folder.is_dir() and any(row.is_active and row.drop for row in rows.sound):
            raise ConfigurationError(
                "the drops folder is missing, though sources come from it; nothing was changed",
                where=str(folder),
                remedy="Bring it back; an empty folder in its place deactivates its sources.",
            )
        drops = read_drops(folder)
        merged = merge(rows.sound, drops, broken=rows.broken.keys())
        modules = {row.module_name for row in rows.sound}
        modules |= {change.row.module_name for change in merged.changes}
        new_modules = tuple(sorted(modules - job_ids(self.lake).keys()))
        return IngestPlan(drops, rows, merged, new_modules)


def _add_missing_columns(delta: DeltaTable) -> None:
    """Give a table that another engine made the columns it lacks."""
    present = {column.name for column in delta.schema().fields}
    missing = [column for column in ETL_CONTROL.schema if column.name not in present]
    if not missing:
        return
    try:
        delta.alter.add_columns(Schema.from_arrow(pa.schema(missing)).fields)
    except CommitFailedError as error:
        raise ConcurrentWrite(
            "another process changed it at the same time", where=ETL_CONTROL.name
        ) from error
