"""What the sensors do, for those without a daemon: one look after the other, in this process.

A look costs a listing of the drops and the version of the control table; nothing else happens until
one of them moved. What failed is tried again at the next look: the watermark has not passed it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone

import dagster as dg

from metadata_assets.control.knowledge_kinds import KNOWLEDGE_KINDS
from metadata_assets.control.scan import DropState, scan_drops
from metadata_assets.control.seen import SeenVersions
from metadata_assets.control.sources import select_sources
from metadata_assets.control.table import ControlTable
from metadata_assets.control.watermark import read_watermark, store_watermark
from metadata_assets.defs.execution import RunOutcome, SyncOptions, run_source
from metadata_assets.defs.sync import ingest_drops, sync_sources
from metadata_assets.lake import Lake
from metadata_assets.ledger.store import Ledger
from metadata_assets.outcomes import SyncReport
from metadata_assets.settings import Settings


@dataclass(frozen=True, slots=True)
class Look:
    """What one look found and did.

    Attributes:
        states: The drops as they were found, for the next look.
        seen: The versions that were found, for the next look; of what was processed.
        settling: Drops that are being written; nothing is read until nobody writes any more.
        ingested: Drops that are new, changed or gone.
        problems: What is wrong with the drops, one line each.
        report: What was synced; None where nothing had changed.
    """

    states: Mapping[str, DropState] = field(default_factory=dict)
    seen: SeenVersions = field(default_factory=SeenVersions)
    settling: tuple[str, ...] = ()
    ingested: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    report: SyncReport | None = None

    @property
    def succeeded(self) -> bool:
        """Whether nothing failed."""
        return not self.problems and (self.report is None or self.report.succeeded)


def look(settings: Settings, instance: dg.DagsterInstance, ledger: Ledger, last: Look) -> Look:
    """Ingest the drops that changed, then sync the sources of which a row or a word did.

    Args:
        settings: Where state lives.
        instance: The Dagster instance that records the runs.
        ledger: Where the watermark is kept.
        last: What the look before found.
    """
    scan = scan_drops(settings.drops_location, last.states, now=datetime.now(timezone.utc))
    if scan.settling:
        return Look(last.states, last.seen, settling=scan.settling)
    ingested = (*scan.changed, *scan.removed)
    control = ControlTable(Lake(settings.lake_uri))
    problems: tuple[str, ...] = ()
    # Asked of an edited control table too: a drop may have waited for a source it declares now.
    if ingested or control.version() != last.seen.control:
        problems = ingest_drops(settings, instance)
    states = scan.states
    if problems and control.plan(settings.drops_location).changes_anything:
        states = last.states  # the ingestion itself failed
    now = SeenVersions.now(control, *KNOWLEDGE_KINDS)
    watermark = read_watermark(ledger)
    if now == last.seen and not watermark.behind:
        return Look(states, now, ingested=ingested, problems=problems)
    changed = {
        *watermark.pending(control, now.control),
        *control.changed_knowledge(last.seen.knowledge, now.knowledge),
    }
    keys = [row.key for row in select_sources(control.rows()) if row.key in changed]
    report = _synced(settings, instance, keys) if keys else None
    outcomes = () if report is None else report.sources
    done = [one.source for one in outcomes if one.status != "failed"]
    advanced = watermark.advanced(now.control, keys, done)
    if advanced != watermark:
        store_watermark(ledger, advanced)
    return Look(states, now, ingested=ingested, problems=problems, report=report)


def _synced(settings: Settings, instance: dg.DagsterInstance, keys: Sequence[str]) -> SyncReport:
    def run(chosen: Sequence[str], options: SyncOptions) -> Iterator[RunOutcome]:
        return (run_source(instance, key, options) for key in chosen)

    return sync_sources(settings, instance, keys, SyncOptions(), run)
