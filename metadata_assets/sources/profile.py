"""Bring the statistics of one source up to date: plan, sample, compute, keep.

A table at a time and within a time: what is not reached is done by the next run, and a table that
cannot be read is left out with its reason.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyarrow as pa

from metadata_assets.catalog.engine import Engine, opened_engine
from metadata_assets.catalog.profile import PROFILED_TABLES, PROFILES
from metadata_assets.catalog.profile_plan import tables_to_profile
from metadata_assets.catalog.sampling import NoSample, Sample, SampledTable
from metadata_assets.catalog.statistics import statistics
from metadata_assets.catalog.store import load_catalog
from metadata_assets.catalog.withhold import private_views
from metadata_assets.lake import Lake
from metadata_assets.sources.registry import Source

STAGE = "catalog_profile"
"""The stage under which the ledger keeps when a source's statistics are due."""

_KEPT_STATISTICS = """
SELECT * FROM stored
ANTI JOIN outcomes USING (table_fqdn)
ANTI JOIN private_views USING (table_fqdn)
SEMI JOIN (SELECT table_fqdn, column_name FROM columns WHERE NOT coalesce(pii, false))
USING (table_fqdn, column_name)
"""

_PROFILED_NOW = """
SELECT * FROM stored ANTI JOIN outcomes USING (table_fqdn) SEMI JOIN tables USING (table_fqdn)
UNION ALL
SELECT table_fqdn, content_hash, row_estimate, bytes, $now::TIMESTAMPTZ, left_out
FROM outcomes JOIN tables USING (table_fqdn)
"""


@dataclass(frozen=True, slots=True)
class Profile:
    """What profiling a source did.

    Attributes:
        statistics: All statistics it has now (columns of `PROFILES`).
        profiled: The tables that were read.
        left_out: Why others could not be, by table.
        postponed: How many tables were not reached in time.
    """

    statistics: pa.Table
    profiled: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    postponed: int = 0


def profile_source(
    source: Source, lake: Lake, *, now: datetime, oldest: datetime | None = None
) -> Profile:
    """Profile the tables of a source whose statistics are missing or no longer true.

    Where its configuration does not ask for statistics, those that are stored are removed.

    Args:
        source: What to read.
        lake: Where its catalog is stored, and its statistics.
        now: The time of reading.
        oldest: Statistics of this time or before are too old; as configured by default.

    Raises:
        SourceUnavailable: The source cannot be reached.
        SourceRefused: The source refuses us.
        ConcurrentWrite: Another process profiled it at the same time.
    """
    if not source.config.profile:
        return _removed(lake, source.key)
    profiles = lake.partition(PROFILES, source.key)
    profiled = lake.partition(PROFILED_TABLES, source.key)
    catalog, read_before = load_catalog(lake, source.key), profiled.read()
    planned = tables_to_profile(
        catalog,
        read_before,
        oldest=oldest or now - timedelta(days=source.config.profile_days),
        rows=source.config.profile_rows,
    )
    with opened_engine() as engine:
        read = list(_read(source, planned, engine, now))
        outcomes = {table: reason for table, _, reason in read}
        engine.register(columns=catalog.columns, tables=catalog.tables, outcomes=_rows(outcomes))
        engine.register(private_views=private_views(catalog))
        engine.register(stored=profiles.read())
        kept = engine.query(_KEPT_STATISTICS).cast(PROFILES.schema)
        engine.register(stored=read_before)
        profiled_now = engine.query(_PROFILED_NOW, now=now).rename_columns(
            PROFILED_TABLES.schema.names
        )
    found = pa.concat_tables([kept, *(rows for _, rows, _ in read if rows is not None)])
    profiles.replace(found)
    profiled.replace(profiled_now)
    return Profile(
        statistics=lake.read(PROFILES, source.key),
        profiled=tuple(table for table, reason in outcomes.items() if reason is None),
        left_out=tuple((table, reason) for table, reason in outcomes.items() if reason),
        postponed=len(planned) - len(outcomes),
    )


def profile_position(source: Source, profile: Profile, *, now: datetime) -> dict[str, str | None]:
    """What the ledger remembers: when the statistics are due though nothing changed, if ever."""
    if not source.config.profile:
        return {"due_at": None}
    due = now if profile.postponed else now + timedelta(days=source.config.profile_days)
    return {"due_at": due.isoformat()}


def _read(
    source: Source, planned: list[SampledTable], engine: Engine, now: datetime
) -> Iterator[tuple[str, pa.Table | None, str | None]]:
    """Each table with its statistics or the reason why there are none, until the time is up."""
    if not planned:
        return
    deadline = time.monotonic() + source.config.profile_budget_seconds
    with closing(source.samples(planned)) as samples:
        for sample in samples:
            yield _outcome(sample, engine, now)
            if time.monotonic() > deadline:
                return


def _outcome(
    sample: Sample | NoSample, engine: Engine, now: datetime
) -> tuple[str, pa.Table | None, str | None]:
    if isinstance(sample, NoSample):
        return sample.table.table_fqdn, None, sample.reason
    return sample.table.table_fqdn, statistics(engine, sample, now=now), None


def _rows(outcomes: dict[str, str | None]) -> pa.Table:
    return pa.Table.from_pylist(
        [{"table_fqdn": table, "left_out": reason} for table, reason in outcomes.items()],
        schema=pa.schema([("table_fqdn", pa.string()), ("left_out", pa.string())]),
    )


def _removed(lake: Lake, source: str) -> Profile:
    for table in (PROFILES, PROFILED_TABLES):
        if lake.read(table, source).num_rows:
            lake.partition(table, source).replace(table.schema.empty_table())
    return Profile(PROFILES.schema.empty_table())
