"""The control table: read it, ingest drops into it, see what changed between its versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from deltalake.exceptions import DeltaError

from metadata_assets.control.changes import ControlChanges, compare
from metadata_assets.control.detect import DetectedChanges, detected
from metadata_assets.control.folder import Location
from metadata_assets.control.ingest import (
    IngestOutcome,
    ingest_once,
    known_rows,
    opened_knowledge,
    retried,
)
from metadata_assets.control.jobs import job_ids
from metadata_assets.control.knowledge import stored_rows
from metadata_assets.control.knowledge_kinds import KNOWLEDGE_KINDS
from metadata_assets.control.model import ETL_CONTROL, ControlRow
from metadata_assets.control.plan import IngestPlan, plan_ingestion
from metadata_assets.control.settlement import Settlement, require_settleable
from metadata_assets.control.stored import ControlRows, understood
from metadata_assets.errors import ConfigurationError, VersionGone
from metadata_assets.lake import Lake


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

    def data_version(self) -> str:
        """The versions of all tables an ingestion writes, as one text."""
        tables = [ETL_CONTROL, *(model.lake_table for model in KNOWLEDGE_KINDS.values())]
        versions = (self.lake.version(table) for table in tables)
        return ".".join("-" if version is None else str(version) for version in versions)

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
        before = self._read_or_nothing(from_version)
        return compare(before, self.read(to_version), to_version=to_version)

    def detect_changes(self, since: int | None = None, until: int | None = None) -> DetectedChanges:
        """What happened to modules and sources, found by comparing versions, never clocks.

        Args:
            since: The version to compare with; where it is None or cannot be read any more,
                everything counts as new.
            until: The later version; the current one by default.
        """
        until = self.version() if until is None else until
        before, after = self._read_or_nothing(since), self.read(until)
        changes = compare(before, after, to_version=until)
        return detected(before, after, changes, from_version=since)

    def _read_or_nothing(self, version: int | None) -> ControlRows:
        if version is None:
            return ControlRows()
        try:
            return self.read(version)
        except ConfigurationError:
            return ControlRows()

    def knowledge_versions(self) -> dict[str, int | None]:
        """The version of what is known of the sources, by kind; None where there is nothing."""
        tables = {kind: model.lake_table for kind, model in KNOWLEDGE_KINDS.items()}
        return {kind: self.lake.version(table) for kind, table in tables.items()}

    def changed_knowledge(
        self, before: Mapping[str, int | None], after: Mapping[str, int | None]
    ) -> tuple[str, ...]:
        """The sources of which other things are said than before.

        Args:
            before: Earlier versions, by kind; a kind that is missing was not there.
            after: Later versions of the kinds to compare.
        """
        changed: set[str] = set()
        for kind, version in after.items():
            if before.get(kind) != version:
                was, now = self._said(kind, before.get(kind)), self._said(kind, version)
                changed |= {key for key in was.keys() | now.keys() if was.get(key) != now.get(key)}
        return tuple(sorted(changed))

    def _said(self, kind: str, version: int | None) -> dict[str, set[str]]:
        """What is said of each source, as the hashes of its rows."""
        said: dict[str, set[str]] = {}
        if version is None:
            return said
        try:
            rows = self.lake.read_all(KNOWLEDGE_KINDS[kind].lake_table, version=version)
        except VersionGone:  # what was said then cannot be told any more
            return said
        for row in stored_rows(kind, rows):
            said.setdefault(row.source, set()).add(row.content_hash)
        return said

    def plan(self, folder: Location) -> IngestPlan:
        """What ingesting a drops folder would do; writes nothing.

        Raises:
            ConfigurationError: The folder is missing, though rows come from it.
        """
        knowledge = known_rows(opened_knowledge(self.lake))
        return plan_ingestion(folder, self.read(), knowledge, self.job_ids())

    def ingest(self, folder: Location, *, now: datetime, user: str) -> IngestOutcome:
        """Merge a drops folder into the lake: the control table, and what is said of its sources.

        Args:
            folder: The drops folder.
            now: When.
            user: On whose behalf.

        Raises:
            ConfigurationError: The folder is missing, though rows come from it.
            ConcurrentWrite: Others kept writing the same rows at the same time.
        """
        return retried(lambda: ingest_once(self.lake, folder, now=now, user=user))

    def settle(
        self, folder: Location, settlement: Settlement, *, now: datetime, user: str
    ) -> IngestOutcome:
        """Ingest a drops folder, and its conflicts as was decided.

        Args:
            folder: The drops folder.
            settlement: The decision.
            now: When.
            user: On whose behalf.

        Raises:
            ConfigurationError: There is no such conflict, or it cannot be decided; nothing was
                changed.
            ConcurrentWrite: Others kept writing the same rows at the same time.
        """
        require_settleable(self.plan(folder).conflicts, settlement)
        return retried(
            lambda: ingest_once(self.lake, folder, now=now, user=user, settlement=settlement)
        )
