"""Bring the control table, and what is known of the sources, up to date with the drops folder.

Each table gets one commit, or none where nothing changes: the job ids first, so that no module is
ever without one, then the control table, then what is said about its sources. Killed in between,
the next ingestion does the rest.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable, Schema
from deltalake.exceptions import CommitFailedError

from metadata_assets.control.folder import Location
from metadata_assets.control.jobs import assign_jobs, job_ids
from metadata_assets.control.knowledge import KnowledgeMerge, KnowledgeRow, stored_rows
from metadata_assets.control.knowledge_kinds import KNOWLEDGE_KINDS
from metadata_assets.control.model import ETL_CONTROL
from metadata_assets.control.plan import IngestPlan, plan_ingestion
from metadata_assets.control.settlement import UNSETTLED, Settlement
from metadata_assets.control.stored import understood, with_rows
from metadata_assets.errors import ConcurrentWrite
from metadata_assets.lake import SOURCE, Lake, LakeTable, Partition, Partitions

_ATTEMPTS = 10
"""How often a write is tried while others write the control table too."""

T = TypeVar("T")


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


def retried(write: Callable[[], T]) -> T:
    """Do a write again, from its reading on, while others change what it has read.

    Raises:
        ConcurrentWrite: They kept doing so.
    """
    for attempt in range(1, _ATTEMPTS):
        try:
            return write()
        except ConcurrentWrite:
            time.sleep(random.uniform(0, 0.1 * attempt))
    return write()


def opened_knowledge(lake: Lake) -> dict[str, Partitions]:
    """The tables of what is known of the sources that exist, by kind."""
    tables = {kind: model.lake_table for kind, model in KNOWLEDGE_KINDS.items()}
    return {
        kind: lake.partitions(table)
        for kind, table in tables.items()
        if lake.version(table) is not None
    }


def ingest_once(
    lake: Lake, folder: Location, *, now: datetime, user: str, settlement: Settlement = UNSETTLED
) -> IngestOutcome:
    """Merge a drops folder into the lake.

    Args:
        lake: Where the tables are.
        folder: The drops folder.
        now: When.
        user: On whose behalf.
        settlement: What was decided on conflicts.

    Raises:
        ConfigurationError: The folder is missing, though rows come from it.
        ConcurrentWrite: Another process wrote the same rows meanwhile; the rest comes next time.
    """
    # The tables are opened before the drops are read: whoever ingests newer drops meanwhile makes
    # the commits below fail, so older drops never overwrite newer ones.
    knowledge = opened_knowledge(lake)
    delta = lake.table(ETL_CONTROL).delta
    add_missing_columns(delta)
    stored = delta.to_pyarrow_table()
    planned = plan_ingestion(
        folder,
        understood(stored),
        known_rows(knowledge),
        job_ids(lake),
        settlement=settlement,
    )
    missing = {kind for kind, _ in planned.knowledge.partitions} - knowledge.keys()
    if missing:
        for kind in missing:
            lake.partitions(KNOWLEDGE_KINDS[kind].lake_table)
        return ingest_once(lake, folder, now=now, user=user, settlement=settlement)
    if planned.new_modules:
        assign_jobs(lake, planned.new_modules, now=now)
    metadata = {"origin": "yaml", "author": user}
    is_written = False
    if planned.merged.changes:
        rows = [change.stamped(now=now, user=user) for change in planned.merged.changes]
        counts = {name: str(count) for name, count in planned.counts().items()}
        table = LakeTable(ETL_CONTROL.name, stored.schema, ETL_CONTROL.key, partition=None)
        written = Partition(table, None, delta).replace(
            with_rows(stored, rows), metadata={**metadata, **counts}
        )
        is_written = written is not None
    write_knowledge(knowledge, planned.knowledge, metadata=metadata)
    return IngestOutcome(planned, delta.version(), is_written)


def write_knowledge(
    opened: Mapping[str, Partitions], merge: KnowledgeMerge, *, metadata: Mapping[str, str]
) -> None:
    """Write what a merge decided, in one commit a kind.

    Args:
        opened: The tables as they were when the merge was made.
        merge: What becomes of them.
        metadata: Kept in the commits.

    Raises:
        ConcurrentWrite: Another process changed one of the same partitions meanwhile.
    """
    for kind, table in opened.items():
        sources = [source for changed, source in merge.partitions if changed == kind]
        if not sources:
            continue
        stored = table.read()
        rows = pa.concat_tables(
            [table.table.stored_schema.empty_table()]
            + [_with_source(merge, kind, source, stored) for source in sources]
        )
        table.replace(sources, rows, metadata=metadata)


def _with_source(merge: KnowledgeMerge, kind: str, source: str, stored: pa.Table) -> pa.Table:
    of_source = stored.filter(pc.equal(stored[SOURCE], pa.scalar(source))).drop_columns([SOURCE])
    rows = merge.rewritten(kind, source, of_source)
    field = KNOWLEDGE_KINDS[kind].lake_table.stored_schema.field(0)
    return rows.add_column(0, field, pa.repeat(source, rows.num_rows))


def known_rows(opened: Mapping[str, Partitions]) -> Iterator[KnowledgeRow]:
    """The rows of opened tables, as merges take them."""
    for kind, table in opened.items():
        yield from stored_rows(kind, table.read())


def add_missing_columns(delta: DeltaTable) -> None:
    """Give a control table that another engine made the columns it lacks.

    Raises:
        ConcurrentWrite: Another process changed the table at the same time.
    """
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
