"""Bring the stored catalog of one source up to date: probe, read, judge, publish, remember.

The order makes it safe to be killed anywhere: the fingerprint is remembered last, so whatever was
half published is read and published again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from metadata_assets.catalog.annotations import (
    ANNOTATIONS,
    annotate,
    annotations_version,
    dangling,
    keep_originals,
)
from metadata_assets.catalog.fingerprint import data_version
from metadata_assets.catalog.invariants import require_no_mass_deletion, require_sound
from metadata_assets.catalog.model import TABLES, Catalog
from metadata_assets.catalog.store import load_catalog, publish_catalog
from metadata_assets.catalog.unreadable import keep_unreadable, list_hidden, vanished_tables
from metadata_assets.lake import Lake
from metadata_assets.ledger.store import Ledger
from metadata_assets.sources.registry import Probe, Source

HIDDEN = "it is not shown any more: the user lost its privileges on it, or it was dropped since"
"""Why a table is unreadable that an engine hides from those who may not read it."""

STAGE = "catalog_extract"
"""The stage under which the ledger keeps a source's fingerprint and data version."""

REANNOTATED = "its annotations changed"
"""Why a source is read again that did not change itself."""

_READINGS = 2
"""How often a source is read that changes meanwhile."""
_UNSETTLED = Probe(fingerprint="", standstill=None)
"""Remembered of one that changed each time: equal to no probe, so the next sync reads it again."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """What an extraction found.

    Attributes:
        catalog: The catalog as it is stored now.
        data_version: Its version: equal catalogs have equal versions.
        was_read: False where the fingerprint showed that nothing had changed.
        dangling: Annotations of what the catalog does not hold.
        written: The lake tables that got a new version.
    """

    catalog: Catalog
    data_version: str
    was_read: bool
    dangling: pa.Table
    written: tuple[str, ...] = ()


def extract_source(
    source: Source,
    lake: Lake,
    ledger: Ledger,
    *,
    now: datetime,
    force: bool = False,
    allow_mass_delete: bool = False,
) -> Extraction:
    """Read a source's catalog, if it or what is said of it changed, and publish it.

    Args:
        source: What to read.
        lake: Where the catalog is stored.
        ledger: Where its fingerprint is remembered.
        now: The time to remember it with.
        force: Read it whatever the fingerprint says.
        allow_mass_delete: Publish it even if most of its objects are gone.

    Raises:
        SourceUnavailable: The source cannot be reached.
        SourceRefused: The source refuses us.
        CatalogInvalid: What it returned contradicts itself.
        CatalogShrank: All, or suspiciously many, of its objects are gone.
        ConcurrentWrite: Another process published it at the same time.
    """
    remembered = remembered_extraction(source.key, lake, ledger)
    # Probed before it is read: a change in between shows at the next probe.
    probe = source.probe(remembered)
    annotations = lake.read(ANNOTATIONS, source.key)
    said = annotations_version(annotations)
    reason = reason_to_read(
        probe.fingerprint, remembered, ttl_seconds=source.config.ttl_seconds, now=now
    )
    if said != remembered.get("annotations", ""):
        reason = reason or REANNOTATED
    if not force and reason is None:
        remember_unchanged(source.key, remembered, probe, ledger, now=now)
        catalog = load_catalog(lake, source.key)
        lost = dangling(catalog, annotations)
        return Extraction(catalog, remembered["data_version"], False, lost)
    found, probe = _read_at_rest(source, lake, probe, allow_mass_delete=allow_mass_delete)
    annotated = annotate(found, annotations)
    catalog = annotated.catalog
    version = data_version(catalog)
    written = publish_catalog(lake, source.key, catalog, data_version=version)
    keep_originals(lake, source.key, annotated.annotations)
    position = {
        **asdict(probe),
        "annotations": said,
        "data_version": version,
        "lake_version": lake.version(TABLES),
        "extracted_at": now.isoformat(),
        "verified_at": now.isoformat(),
    }
    ledger.update_position(source.key, STAGE, "batch", position)
    return Extraction(catalog, version, True, annotated.dangling, tuple(written))


def _read_at_rest(
    source: Source, lake: Lake, probe: Probe, *, allow_mass_delete: bool
) -> tuple[Catalog, Probe]:
    """The catalog, and the probe it is of.

    What changed meanwhile may have been read half before and half after; and were it undone until
    the next probe, what was read would stay.
    """
    for _ in range(_READINGS):
        found = read_catalog(source, lake, allow_mass_delete=allow_mass_delete)
        before, probe = probe, source.probe(asdict(probe))
        if probe.fingerprint == before.fingerprint:
            return found, probe
    return found, _UNSETTLED


def read_catalog(source: Source, lake: Lake, *, allow_mass_delete: bool = False) -> Catalog:
    """Read a source's catalog as it is to be published: sound, and nothing lost by mistake.

    What the source holds but does not show stays as it is stored.

    Args:
        source: What to read.
        lake: Where the catalog before is stored.
        allow_mass_delete: Accept it even if most of its objects are gone.

    Raises:
        SourceUnavailable: The source cannot be reached.
        SourceRefused: The source refuses us.
        CatalogInvalid: What it returned contradicts itself.
        CatalogShrank: All, or suspiciously many, of its objects are gone.
    """
    catalog, config = source.extract(), source.config
    require_sound(catalog, source=source.key)
    stored = lake.read(TABLES, source.key)
    vanished = vanished_tables(stored, catalog, include=config.include, exclude=config.exclude)
    hidden = source.hidden(vanished)
    if hidden:
        catalog = list_hidden(catalog, hidden, reason=HIDDEN)
    if catalog.unreadable.num_rows:
        catalog = keep_unreadable(load_catalog(lake, source.key), catalog)
    if not allow_mass_delete:
        require_no_mass_deletion(stored, catalog, source=source.key, max_shrink=config.max_shrink)
    return catalog


def reason_to_read(
    fingerprint: str, remembered: Mapping[str, Any], *, ttl_seconds: int | None, now: datetime
) -> str | None:
    """Why a catalog must be read again; None where the stored one is as good.

    Args:
        fingerprint: What the source says of itself now.
        remembered: Its last extraction, as `remembered_extraction` tells.
        ttl_seconds: How old the stored catalog may be, however equal the fingerprints.
        now: The time of asking.
    """
    if not remembered:
        return "not extracted yet"
    if remembered["fingerprint"] != fingerprint:
        return "changed"
    age = (now - datetime.fromisoformat(remembered["extracted_at"])).total_seconds()
    if ttl_seconds is not None and age > ttl_seconds:
        return f"last read more than {ttl_seconds} seconds ago"
    return None


def remembered_extraction(key: str, lake: Lake, ledger: Ledger) -> Mapping[str, Any]:
    """What the ledger remembers of a source's last extraction; empty if the lake lost it."""
    position = ledger.position(key, STAGE, "batch")
    version = lake.version(TABLES)
    # A lake younger than the memory was deleted or restored behind the ledger's back.
    if position is None or version is None or version < position["lake_version"]:
        return {}
    return position


def remember_unchanged(
    key: str, remembered: Mapping[str, Any], probe: Probe, ledger: Ledger, *, now: datetime
) -> None:
    """Note that a source was asked, and had not changed since its last extraction."""
    position = {**remembered, **asdict(probe), "verified_at": now.isoformat()}
    ledger.update_position(key, STAGE, "batch", position)
