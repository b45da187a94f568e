"""How a sync ended: for whoever runs one, whoever previews one, and whoever shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

TOLD_OF_A_RECORD = ["change", "kind", "source_id", "chunk", "reason"]
"""The columns of a training sync's changes that a report shows."""

Status = Literal["synced", "unchanged", "failed", "would sync", "verified", "differs"]


@dataclass(frozen=True, slots=True)
class SourceOutcome:
    """How one source fared.

    Attributes:
        source: Its key.
        status: What happened, in a preview would happen, or a verification found.
        reason: Why it was synced, or the error in one line.
        run_id: The Dagster run, where there was one.
        seconds: Wall time.
        results: The metadata of each materialized asset, by asset name.
    """

    source: str
    status: Status
    reason: str | None = None
    run_id: str | None = None
    seconds: float = 0.0
    results: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def tables(self) -> int | None:
        """The number of tables and views; None where the catalog was not read."""
        count: int | None = self._of("catalog_extract").get("dagster/partition_row_count")
        return count

    @property
    def unreadable(self) -> list[dict[str, str]]:
        """What could not be read: object_name and reason."""
        unreadable: list[dict[str, str]] = self._of("catalog_extract").get("unreadable_objects", [])
        return unreadable

    @property
    def changes(self) -> list[dict[str, Any]]:
        """The graded changes, by the columns of `diff.rows.CHANGES`."""
        changes: list[dict[str, Any]] = self._of("change_diff").get("changes", [])
        return changes

    @property
    def record_counts(self) -> dict[str, int]:
        """How many training records met each fate."""
        counts: dict[str, int] = self._of("training_records").get("counts", {})
        return counts

    @property
    def changed_records(self) -> list[dict[str, Any]]:
        """The changed training records: change, kind, source_id, chunk, reason."""
        changed: list[dict[str, Any]] = self._of("training_records").get("changed", [])
        return changed

    @property
    def held_by(self) -> str | None:
        """The snapshot of the rollback that holds its training records back; None if none does."""
        held_by: str | None = self._of("training_records").get("held_by")
        return held_by

    def _of(self, asset: str) -> Mapping[str, Any]:
        return self.results.get(asset, {})


@dataclass(frozen=True, slots=True)
class SyncReport:
    """A finished sync or preview.

    Attributes:
        sources: One outcome a source, in execution order.
        drop_problems: What is wrong with YAML drops, one line each.
    """

    sources: tuple[SourceOutcome, ...]
    drop_problems: tuple[str, ...] = ()

    @property
    def succeeded(self) -> bool:
        """Whether nothing failed, and no verification found a difference."""
        return not self.drop_problems and not any(
            source.status in ("failed", "differs") for source in self.sources
        )


OnOutcome = Callable[[SourceOutcome, int], None]
"""Told of each source as it is done, with the number of sources."""


def tell_nobody(outcome: SourceOutcome, total: int) -> None:
    """The `OnOutcome` of those who only want the report."""
