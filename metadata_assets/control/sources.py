"""The sources a control table declares: choose them, make them ready, probe them all at once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from metadata_assets.control.model import ControlRow
from metadata_assets.control.table import ControlTable
from metadata_assets.errors import ConfigurationError, MetadataAssetsError
from metadata_assets.lake import Lake
from metadata_assets.ledger.store import Ledger
from metadata_assets.sinks.lag import reason_to_push
from metadata_assets.sources.probe import reason_to_sync
from metadata_assets.sources.registry import Source, open_source

PROBES_AT_ONCE = 16
"""Probes wait for the network, not for the processor."""


@dataclass(frozen=True, slots=True)
class Probed:
    """A source after its probe.

    Attributes:
        key: The source's key.
        reason: Why it needs a sync; None where it is up to date, or the probe failed.
        error: Why the probe failed.
    """

    key: str
    reason: str | None
    error: MetadataAssetsError | None = None


def select_sources(rows: Iterable[ControlRow], keys: Sequence[str] = ()) -> list[ControlRow]:
    """The active catalog sources named by `keys`, or all of them.

    Args:
        rows: Rows of the control table.
        keys: Keys of sources; none means all.

    Returns:
        Their rows, in the order of `rows`.

    Raises:
        ConfigurationError: A key is unknown or inactive; names what there is.
    """
    active = {row.key: row for row in rows if row.is_active and row.is_catalog_source}
    unknown = [key for key in keys if key not in active]
    if unknown:
        known = ", ".join(active) or "none; add a YAML file to the drops folder"
        raise ConfigurationError(
            f"no active source is named {', '.join(unknown)}", remedy=f"Active sources: {known}."
        )
    return [row for key, row in active.items() if not keys or key in keys]


def partition_keys(control: ControlTable) -> list[str]:
    """The keys of the active catalog sources, in execution order.

    A source whose row cannot be understood now keeps its place: it is broken, not gone.
    """
    rows = control.read()
    active = [row.key for row in rows.sound if row.is_active and row.is_catalog_source]
    return [*active, *sorted(rows.broken)]


def module_names(control: ControlTable) -> list[str]:
    """The modules there are or were: those of the rows, and those that have a job."""
    of_rows = {row.module_name for row in control.rows()}
    return sorted(of_rows | control.job_ids().keys())


def open_row(row: ControlRow, home: Path) -> Source:
    """A declared source, ready to read; its references come from this process's environment.

    Raises:
        ConfigurationError: Its type or configuration is wrong, or a variable is not set.
    """
    return open_source(row.key, row.source_type, row.source_config, base=home, env=os.environ)


def probe_all(
    rows: Iterable[ControlRow], home: Path, lake: Lake, ledger: Ledger, *, now: datetime
) -> Iterator[Probed]:
    """Probe sources side by side; a failing one is logged in the ledger and holds up no other.

    Args:
        rows: The sources.
        home: The folder their relative paths start at.
        lake: Where their catalogs are stored.
        ledger: Where their fingerprints are remembered.
        now: The time of the probes.
    """

    def probe(row: ControlRow) -> Probed:
        try:
            reason = reason_to_sync(open_row(row, home), lake, ledger, now=now)
            reason = reason or reason_to_push(row.key, row.target_config, lake, ledger)
            if reason is None:
                ledger.resolve_errors(row.key, notes="up to date")
            return Probed(row.key, reason)
        except MetadataAssetsError as error:
            ledger.log_exception(row.key, error)
            return Probed(row.key, None, error)

    with ThreadPoolExecutor(PROBES_AT_ONCE) as pool:
        yield from pool.map(probe, rows)
