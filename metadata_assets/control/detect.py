"""What happened to the modules between two versions of the control table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from metadata_assets.control.changes import ControlChanges, SourceChange
from metadata_assets.control.stored import ControlRows


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One declared column of a source whose value changed.

    Attributes:
        before: Its earlier value.
        after: Its later one.
    """

    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class ChangedSource:
    """A source that something happened to.

    Attributes:
        source: Its key.
        change: new, updated, deactivated, reactivated or deleted.
        fields: The columns that changed; empty where one side is missing.
    """

    source: str
    change: str
    fields: dict[str, FieldChange]


@dataclass(frozen=True, slots=True)
class DetectedChanges:
    """What happened between two versions.

    Attributes:
        new_modules: Modules that had no source before.
        updated_modules: Modules that stayed active and in which a source changed.
        deactivated_modules: Modules that had an active source and have none any more.
        reactivated: Modules that had none and have one again.
        changed_sources: Every source that something happened to, in execution order.
        from_version: The earlier version; None from the beginning.
        to_version: The later one; None where there is no control table yet.
    """

    new_modules: tuple[str, ...]
    updated_modules: tuple[str, ...]
    deactivated_modules: tuple[str, ...]
    reactivated: tuple[str, ...]
    changed_sources: tuple[ChangedSource, ...]
    from_version: int | None
    to_version: int | None

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened."""
        return not self.changed_sources


def detected(
    before: ControlRows, after: ControlRows, changes: ControlChanges, *, from_version: int | None
) -> DetectedChanges:
    """Tell the changes by module.

    Args:
        before: The earlier rows.
        after: The later ones.
        changes: What happened to each source between them.
        from_version: The version of the earlier rows.
    """
    touched = dict.fromkeys(change.key.partition(".")[0] for change in changes.sources)
    was, now = _activity(before), _activity(after)
    fates = {module: _fate(was.get(module), now.get(module)) for module in touched}
    return DetectedChanges(
        new_modules=_with(fates, "new"),
        updated_modules=_with(fates, "updated"),
        deactivated_modules=_with(fates, "deactivated"),
        reactivated=_with(fates, "reactivated"),
        changed_sources=tuple(_changed(change) for change in changes.sources),
        from_version=from_version,
        to_version=changes.to_version,
    )


def _activity(rows: ControlRows) -> dict[str, bool]:
    """Whether each module has an active source; one whose row is broken counts as active."""
    modules = {row.module_name: False for row in rows.sound}
    modules |= {row.module_name: True for row in rows.sound if row.is_active}
    return modules | {key.partition(".")[0]: True for key in rows.broken}


def _fate(was_active: bool | None, is_active: bool | None) -> str:
    if was_active is None:
        return "new"
    if was_active and not is_active:
        return "deactivated"
    return "reactivated" if is_active and not was_active else "updated"


def _with(fates: dict[str, str], fate: str) -> tuple[str, ...]:
    return tuple(sorted(module for module, found in fates.items() if found == fate))


def _changed(change: SourceChange) -> ChangedSource:
    return ChangedSource(
        change.key,
        change.kind,
        {
            name: FieldChange(getattr(change.before, name), getattr(change.after, name))
            for name in change.columns
        },
    )
