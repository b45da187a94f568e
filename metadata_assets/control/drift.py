"""Which sources drifted away from their stored catalogs: all asked at once, within a time.

For whoever asks again and again. What was found is remembered between the rounds as `Watch`, so
that a change is told once, and a source that does not answer holds up no other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from metadata_assets.catalog.model import TABLES
from metadata_assets.control.model import ControlRow
from metadata_assets.control.sources import PROBES_AT_ONCE, open_row
from metadata_assets.errors import MetadataAssetsError, SourceUnavailable
from metadata_assets.lake import Lake
from metadata_assets.ledger.redaction import redact_text
from metadata_assets.ledger.store import Ledger
from metadata_assets.sources.extract import STAGE, reason_to_read
from metadata_assets.sources.probe import reason_to_follow


@dataclass(frozen=True, slots=True)
class Watch:
    """What the last round found.

    Attributes:
        told: What each drifted source was told of, by its key; another value is another change.
        failing: Why sources could not be read, by their keys, the longest ago asked first.
    """

    told: Mapping[str, str] = field(default_factory=dict)
    failing: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str | None) -> Watch:
        """What `to_text` wrote; nothing where there is no text."""
        return cls(**json.loads(text)) if text else cls()

    def to_text(self) -> str:
        """The watch as JSON."""
        return json.dumps(asdict(self))


@dataclass(frozen=True, slots=True)
class Drift:
    """A source that is no longer as it was stored.

    Attributes:
        key: The source's key.
        reason: What changed.
        token: The same as long as nothing else changes.
    """

    key: str
    reason: str
    token: str


@dataclass(frozen=True, slots=True)
class Round:
    """What one round found.

    Attributes:
        drifts: The changes that were not told before, in the order of the sources.
        unchanged: How many sources are as stored, or were told of before.
        failed: The sources that could not be read; each has an open error in the ledger.
        waiting: The sources that were not asked because the time was up.
        watch: To be given to the next round.
    """

    drifts: tuple[Drift, ...]
    unchanged: int
    failed: tuple[str, ...]
    waiting: tuple[str, ...]
    watch: Watch

    def __str__(self) -> str:
        """How many sources are in which state, for people."""
        parts = (
            (len(self.drifts), "changed"),
            (self.unchanged, "unchanged"),
            (len(self.failed), f"could not be read ({', '.join(self.failed)})"),
            (len(self.waiting), "not asked, the time was up"),
        )
        return ", ".join(f"{count} {what}" for count, what in parts if count) or "no sources"


def find_drift(
    rows: Iterable[ControlRow],
    home: Path,
    lake: Lake,
    ledger: Ledger,
    watch: Watch,
    *,
    now: datetime,
    seconds: float,
) -> Round:
    """Ask every source for its fingerprint.

    Args:
        rows: The sources.
        home: The folder their relative paths start at.
        lake: Where their catalogs are stored.
        ledger: Where their fingerprints are remembered and errors logged.
        watch: What the round before found.
        now: The time of asking.
        seconds: How long to wait for answers; who is silent longer counts as unavailable.
    """
    sources = {row.key: row for row in rows}
    remembered = _remembered(lake, ledger)
    answers = _asked(sources, home, remembered, list(watch.failing), seconds)
    drifts: dict[str, Drift] = {}
    failed: dict[str, str] = {}
    for key in sources:
        answer = answers.get(key)
        if isinstance(answer, MetadataAssetsError):
            failed[key] = redact_text(str(answer))
            if watch.failing.get(key) != failed[key]:
                ledger.log_exception(key, answer)
        elif answer is not None:
            was_failing, before = key in watch.failing, remembered.get(key, {})
            drift = _drift(key, answer, before, failed=was_failing, now=now)
            if drift is not None:
                drifts[key] = drift
            elif was_failing and reason_to_follow(key, before, lake, ledger) is None:
                ledger.resolve_errors(key, notes="up to date")
    waiting = tuple(key for key in sources if key not in answers)
    new = tuple(drift for key, drift in drifts.items() if watch.told.get(key) != drift.token)
    return Round(
        drifts=new,
        unchanged=len(answers) - len(failed) - len(new),
        failed=tuple(failed),
        waiting=waiting,
        watch=Watch(
            told={key: drift.token for key, drift in drifts.items()}
            # Of those without an answer, nothing new is known.
            | {key: watch.told[key] for key in (*failed, *waiting) if key in watch.told},
            failing={key: why for key, why in watch.failing.items() if key in waiting} | failed,
        ),
    )


class _Answer(NamedTuple):
    fingerprint: str
    ttl_seconds: int | None


def _asked(
    sources: Mapping[str, ControlRow],
    home: Path,
    remembered: Mapping[str, Mapping[str, Any]],
    failing: Sequence[str],
    seconds: float,
) -> dict[str, _Answer | MetadataAssetsError]:
    """What each source answers; those that nobody came to ask are left out."""

    def ask(row: ControlRow) -> _Answer | MetadataAssetsError:
        try:
            source = open_row(row, home)
            probe = source.probe(remembered.get(row.key, {}))
            return _Answer(probe.fingerprint, source.config.ttl_seconds)
        except MetadataAssetsError as error:
            return error

    # Those that failed come last: they may keep every thread waiting until the time is up.
    order = sorted(sources, key=lambda key: failing.index(key) if key in failing else -1)
    pool = ThreadPoolExecutor(PROBES_AT_ONCE)
    asked = {key: pool.submit(ask, sources[key]) for key in order}
    wait(asked.values(), timeout=seconds)
    # Not waited for: a thread ends when its driver gives up connecting.
    pool.shutdown(wait=False, cancel_futures=True)
    return {
        key: answer.result() if answer.done() else _silent(key, seconds)
        for key, answer in asked.items()
        if not answer.cancelled()
    }


def _silent(key: str, seconds: float) -> SourceUnavailable:
    return SourceUnavailable(
        f"it did not answer within {seconds:g} seconds",
        where=key,
        remedy="Check that it runs and is not overloaded; a smaller connect_timeout tells more.",
    )


def _drift(
    key: str, answer: _Answer, remembered: Mapping[str, Any], *, failed: bool, now: datetime
) -> Drift | None:
    # Sources without a catalog are extracted when they are declared; unless that failed.
    if not remembered and not failed:
        return None
    reason = reason_to_read(answer.fingerprint, remembered, ttl_seconds=answer.ttl_seconds, now=now)
    if reason is None:
        return None
    return Drift(key, reason, f"{answer.fingerprint} {remembered.get('extracted_at', '')}".strip())


def _remembered(lake: Lake, ledger: Ledger) -> dict[str, Mapping[str, Any]]:
    """What the ledger remembers of each source's last extraction, where the lake still has it."""
    version = lake.version(TABLES)
    return {
        marker.schema_name: marker.position_data
        for marker in ledger.get_active_markers()
        if marker.table_name == STAGE
        and version is not None
        and version >= marker.position_data["lake_version"]
    }
