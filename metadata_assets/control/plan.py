"""What an ingestion of drops would do, before it does it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from metadata_assets.control.conflict import Conflict
from metadata_assets.control.drops import Drops, read_drops
from metadata_assets.control.folder import Location, open_folder
from metadata_assets.control.knowledge import KnowledgeMerge, KnowledgeRow, merge_knowledge
from metadata_assets.control.merge import Merge, merge
from metadata_assets.control.model import ControlRow
from metadata_assets.control.settlement import UNSETTLED, Settlement
from metadata_assets.control.stored import ControlRows
from metadata_assets.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class IngestPlan:
    """What an ingestion would do.

    Attributes:
        drops: What the drops folder says.
        rows: What the control table holds.
        merged: What becomes of its rows.
        new_modules: Modules that have no job id yet.
        knowledge: What becomes of what is said about the sources.
    """

    drops: Drops
    rows: ControlRows
    merged: Merge
    new_modules: tuple[str, ...]
    knowledge: KnowledgeMerge

    @property
    def changes_anything(self) -> bool:
        """Whether the ingestion would write."""
        return bool(self.merged.changes or self.new_modules or self.knowledge.changes)

    @property
    def errors(self) -> tuple[ConfigurationError, ...]:
        """Everything wrong with drops and with rows of the table."""
        return (*self.drops.errors, *self.rows.broken.values())

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Declarations that do not apply because the table says otherwise."""
        return (*self.merged.conflicts, *self.knowledge.conflicts)

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
            "conflicts": len(self.conflicts),
            "failed_drops": len(self.drops.failed),
            "broken_rows": len(self.rows.broken),
            **{f"knowledge_{effect}": n for effect, n in self.knowledge.counts().items()},
        }


def plan_ingestion(
    location: Location,
    rows: ControlRows,
    knowledge: Iterable[KnowledgeRow],
    with_jobs: Iterable[str],
    *,
    settlement: Settlement = UNSETTLED,
) -> IngestPlan:
    """Read a drops folder and merge it into what is stored.

    Args:
        location: The drops folder.
        rows: The control table.
        knowledge: What is stored about the sources.
        with_jobs: The modules that have a job id.
        settlement: What was decided on conflicts.

    Raises:
        ConfigurationError: The folder is missing, though rows come from it.
    """
    has_drops = any(row.is_active and row.drop for row in rows.sound)
    if has_drops and not open_folder(location).exists():
        raise ConfigurationError(
            "the drops folder is missing, though sources come from it; nothing was changed",
            where=str(location),
            remedy="Bring it back; an empty folder in its place deactivates its sources.",
        )
    in_table = [row.key for row in rows.sound] + list(rows.broken)
    drops = read_drops(location).after_known_tasks(in_table)
    merged = merge(rows.sound, drops, broken=rows.broken.keys(), settlement=settlement)
    declared = {row.key for row in (*rows.sound, *(change.row for change in merged.changes))}
    drops = drops.about(declared | rows.broken.keys())
    modules = {row.module_name for row in rows.sound}
    modules |= {change.row.module_name for change in merged.changes}
    return IngestPlan(
        drops,
        rows,
        merged,
        tuple(sorted(modules.difference(with_jobs))),
        merge_knowledge(knowledge, drops, settlement),
    )
