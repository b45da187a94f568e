"""Look after the training records of a home: their past, their repair, and records of one's own.

The one door to it for the command line and for programs. A change is a commit with a snapshot and a
run in the ledger; an index follows with the next push. Syncs are elsewhere: see `defs.api`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from metadata_assets.catalog.engine import query
from metadata_assets.catalog.store import load_catalog
from metadata_assets.control.model import ControlRow
from metadata_assets.control.table import ControlTable
from metadata_assets.errors import ConfigurationError
from metadata_assets.lake import SOURCE, Lake
from metadata_assets.ledger.recording import recorded_run
from metadata_assets.ledger.store import Ledger
from metadata_assets.settings import Settings
from metadata_assets.sources.probe import catalog_version
from metadata_assets.sources.registry import dialect_of
from metadata_assets.training.commit import ChangeNote, Planner, SyncOutcome, commit_change
from metadata_assets.training.dedupe import plan_dedupe
from metadata_assets.training.derive import derive_records
from metadata_assets.training.edits import Edit, plan_acceptance, plan_edits, plan_release
from metadata_assets.training.history import Wording, diff_records, record_history
from metadata_assets.training.own import Addition, plan_additions, plan_removal
from metadata_assets.training.plan import Stamp, SyncPlan
from metadata_assets.training.records import RECORDS, SNAPSHOTS
from metadata_assets.training.rollback import preview_rollback, rollback_records
from metadata_assets.training.selection import EVERYTHING, Selection, selected
from metadata_assets.training.snapshots import find_snapshot, records_at
from metadata_assets.training.subject import Subject, declared_subject
from metadata_assets.training.validity import plan_judged

_LISTED = (
    "record_id",
    "kind",
    "source_id",
    "chunk",
    "source_type",
    "sync_status",
    "status_reason",
    "question",
    "metadata",
)

_DOMAINS = """
SELECT *, metadata->>'business_domain' AS domain_before, NULL::VARCHAR AS domain_after
FROM (SELECT * REPLACE (CASE WHEN json_valid(metadata) THEN metadata END AS metadata) FROM records)
"""


@dataclass(frozen=True, slots=True)
class Curation:
    """The training records of one home.

    Attributes:
        settings: Where its state lives.
    """

    settings: Settings

    @property
    def lake(self) -> Lake:
        """Where the records are."""
        return Lake(self.settings.lake_uri)

    def records(self, source: str | None = None, selection: Selection = EVERYTHING) -> pa.Table:
        """The records without their words: of one source or of all, as far as selected."""
        rows = self.lake.read_all(RECORDS, columns=(SOURCE, *_LISTED))
        if source is not None:
            rows = rows.filter(pc.field(SOURCE) == source)
        chosen = selected(query(_DOMAINS, records=rows), selection)
        told = [SOURCE, *_LISTED[:-1]]
        return query(
            f"SELECT {', '.join(told)} FROM chosen ORDER BY source, source_id, kind, chunk",
            chosen=chosen,
        )

    def record(self, name: str) -> dict[str, Any]:
        """One record, with its source, by its id or the beginning of it.

        Raises:
            ConfigurationError: None has it, or several begin so.
        """
        known = self.lake.read_all(RECORDS, columns=(SOURCE, "record_id"))
        rows = known.filter(pc.starts_with(known["record_id"], name)).to_pylist()
        if not name or len(rows) != 1:
            what = f"{len(rows)} training records begin with" if rows else "there is no record"
            raise ConfigurationError(
                f"{what} {name!r}", remedy="`metadata-assets training records` lists them."
            )
        (found,) = rows
        stored = self.lake.read(RECORDS, found[SOURCE]).to_pylist()
        (record,) = (row for row in stored if row["record_id"] == found["record_id"])
        return {SOURCE: found[SOURCE], **record}

    def history(self, name: str) -> list[Wording]:
        """Everything a record ever said, newest first."""
        record = self.record(name)
        return record_history(self.lake, record[SOURCE], record["record_id"])

    def snapshots(self, source: str | None = None) -> list[dict[str, Any]]:
        """The snapshots of one source or of all, newest first."""
        rows = self.lake.read_all(SNAPSHOTS).to_pylist()
        chosen = [row for row in rows if source in (None, row[SOURCE])]
        return sorted(chosen, key=lambda row: row["started_at"], reverse=True)

    def diff(self, earlier: str, later: str) -> pa.Table:
        """What differs between the records at two snapshots of one source.

        Raises:
            ConfigurationError: One does not exist, or they are of two sources.
        """
        first, second = find_snapshot(self.lake, earlier), find_snapshot(self.lake, later)
        if first.source != second.source:
            raise ConfigurationError(
                f"they are snapshots of two sources, {first.source} and {second.source}",
                remedy="Compare two of one source.",
            )
        return diff_records(
            records_at(self.lake, first.source, first), records_at(self.lake, second.source, second)
        )

    def rollback(self, snapshot: str, sources: Sequence[str] = ()) -> dict[str, SyncOutcome]:
        """Take sources back to the moment of a snapshot; each in a commit of its own.

        Args:
            snapshot: The snapshot.
            sources: Which sources; only the snapshot's own by default.
        """
        point = find_snapshot(self.lake, snapshot)
        done = {}
        for source in sources or (point.source,):
            with self._recorded(source, "rollback") as note:
                done[source] = rollback_records(
                    self.lake,
                    source,
                    point,
                    catalog_version=note.catalog_version,
                    run_id=note.run_id,
                    now=note.now,
                )
        return done

    def preview_rollback(self, snapshot: str, sources: Sequence[str] = ()) -> dict[str, SyncPlan]:
        """What `rollback` would do with the same arguments; writes nothing."""
        point = find_snapshot(self.lake, snapshot)
        return {
            source: preview_rollback(self.lake, source, point, now=datetime.now(timezone.utc))
            for source in sources or (point.source,)
        }

    def sources(self) -> list[str]:
        """The sources that have records."""
        rows = self.lake.read_all(RECORDS, columns=(SOURCE,))
        return sorted(set(map(str, rows[SOURCE].to_pylist())))

    def add(self, source: str, *additions: Addition) -> SyncOutcome:
        """Add records of one's own; those the schema does not bear out are outdated at once."""
        subject = self._subject(source)

        def plan(current: pa.Table, stamp: Stamp) -> SyncPlan:
            planned = plan_additions(current, additions, source=source, stamp=stamp)
            return plan_judged(current, planned, subject, stamp=stamp, selection=EVERYTHING)

        return self._changed(source, "add", plan)

    def edit(self, name: str, content: str, question: str | None = None) -> SyncOutcome:
        """Let a record say something else; an edit of a catalog record is drift until settled."""
        record = self.record(name)
        edit = Edit(record["record_id"], content, question or record["question"])
        subject = self._subject(record[SOURCE])

        def plan(current: pa.Table, stamp: Stamp) -> SyncPlan:
            planned = plan_edits(current, [edit], stamp=stamp)
            return plan_judged(current, planned, subject, stamp=stamp, selection=EVERYTHING)

        return self._changed(record[SOURCE], "edit", plan)

    def accept(self, name: str) -> SyncOutcome:
        """Keep an edit for good: the record becomes one of one's own."""
        record = self.record(name)
        named = [record["record_id"]]
        return self._changed(
            record[SOURCE], "accept", lambda rows, stamp: plan_acceptance(rows, named, stamp=stamp)
        )

    def drop(self, name: str) -> SyncOutcome:
        """Let an edited or accepted record say what the catalog says again."""
        record = self.record(name)
        named = [record["record_id"]]
        told = derive_records(self._subject(record[SOURCE]))
        return self._changed(
            record[SOURCE],
            "drop",
            lambda rows, stamp: plan_release(rows, told, named, stamp=stamp),
        )

    def remove(self, name: str) -> SyncOutcome:
        """Delete a record of one's own."""
        record = self.record(name)
        named = [record["record_id"]]
        return self._changed(
            record[SOURCE], "remove", lambda rows, stamp: plan_removal(rows, named, stamp=stamp)
        )

    def dedupe(self, source: str) -> SyncOutcome:
        """Repair a set that holds duplicates: the newest stays."""
        return self._changed(source, "dedupe", lambda rows, stamp: plan_dedupe(rows, stamp=stamp))

    def preview_dedupe(self, source: str) -> SyncPlan:
        """What `dedupe` would do; writes nothing."""
        stamp = Stamp(datetime.now(timezone.utc), "preview", "preview")
        return plan_dedupe(self.lake.read(RECORDS, source), stamp=stamp)

    def _changed(self, source: str, mode: str, planner: Planner) -> SyncOutcome:
        with self._recorded(source, mode) as note:
            return commit_change(self.lake, source, planner, note)

    @contextmanager
    def _recorded(self, source: str, mode: str) -> Iterator[ChangeNote]:
        with Ledger.open(self.settings.ledger_url) as ledger:
            version = catalog_version(source, ledger)
            with recorded_run(ledger, source, stage=f"training_{mode}") as recorded:
                now = datetime.now(timezone.utc)
                yield ChangeNote(mode, version, str(recorded.run.id), now)

    def _subject(self, source: str) -> Subject:
        row = self._row(source)
        with Ledger.open(self.settings.ledger_url) as ledger:
            version = catalog_version(source, ledger)
        return declared_subject(
            self.lake,
            source,
            load_catalog(self.lake, source),
            dialect=dialect_of(row.source_type, row.source_config),
            catalog_version=version,
        )

    def _row(self, source: str) -> ControlRow:
        rows = {row.key: row for row in ControlTable(self.lake).rows()}
        if source not in rows:
            raise ConfigurationError(
                f"no source is named {source}",
                remedy=f"Sources: {', '.join(rows) or 'none; declare one in the drops folder'}.",
            )
        return rows[source]
