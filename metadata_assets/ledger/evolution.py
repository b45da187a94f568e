"""What changed between two definitions of a table, for those who register definitions themselves.

A definition is any JSON object with `columns`, a list of objects that have a `name` (or
`column_name`), and may have `primary_keys`, `indexes` and more. This pipeline compares whole
catalogs in `diff`, and registers what it found there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from metadata_assets.errors import PermanentError
from metadata_assets.ledger.encoding import fingerprint_of, storable_json
from metadata_assets.ledger.values import CompatibilityStatus, EvolutionType

Definition = Mapping[str, Any]
Policy = Literal["strict", "conservative", "permissive"]

_VERDICTS: Mapping[Policy, Mapping[str, CompatibilityStatus]] = {
    "strict": {"required": "breaking", "modified": "breaking", "indexed": "unknown"},
    "conservative": {"required": "breaking", "modified": "breaking", "indexed": "compatible"},
    "permissive": {"required": "compatible", "modified": "unknown", "indexed": "compatible"},
}
"""How bad it is that a column is added which must have a value, that one is modified, that an index
comes or goes. A new column that may be empty is always compatible, a dropped one never."""


@dataclass(frozen=True, slots=True)
class SchemaDifference:
    """What a later definition has that an earlier one has not, and the other way round.

    Attributes:
        added: Columns by name, as the later definition has them.
        dropped: Columns by name, as the earlier one had them.
        modified: Columns by name, before and after.
        renamed: The old and the new name, where one column was dropped and one like it added.
        added_indexes: Names of indexes.
        dropped_indexes: Names of indexes.
    """

    added: Mapping[str, Any]
    dropped: Mapping[str, Any]
    modified: Mapping[str, tuple[Any, Any]]
    renamed: tuple[str, str] | None
    added_indexes: tuple[str, ...]
    dropped_indexes: tuple[str, ...]

    @property
    def evolution_type(self) -> EvolutionType:
        """The gravest of what happened."""
        if self.renamed is not None:
            return "rename_column"
        happened: dict[EvolutionType, Any] = {
            "drop_column": self.dropped,
            "modify_column": self.modified,
            "add_column": self.added,
            "drop_index": self.dropped_indexes,
            "add_index": self.added_indexes,
        }
        return next((kind for kind, found in happened.items() if found), "modify_column")

    def compatibility(self, policy: Policy) -> CompatibilityStatus:
        """Whether what read the earlier version can read the later one."""
        verdicts = _VERDICTS[policy]
        found: set[CompatibilityStatus] = {"compatible"}
        if self.dropped:
            found.add("breaking")
        if any(not _may_be_absent(column) for column in self.added.values()):
            found.add(verdicts["required"])
        if self.modified:
            found.add(verdicts["modified"])
        if self.added_indexes or self.dropped_indexes:
            found.add(verdicts["indexed"])
        return next(one for one in ("breaking", "unknown", "compatible") if one in found)


def schema_hash(definition: Definition) -> str:
    """A hash of a definition in which the order of the columns does not matter."""
    columns = _columns(definition)
    rest = {key: value for key, value in definition.items() if key != "columns"}
    return fingerprint_of(sorted(columns.items()), rest)


def compare_definitions(before: Definition, after: Definition) -> SchemaDifference:
    """What changed from one definition to another.

    Raises:
        PermanentError: One has no columns with names.
    """
    old, new = _columns(before), _columns(after)
    added = {name: column for name, column in new.items() if name not in old}
    dropped = {name: column for name, column in old.items() if name not in new}
    old_indexes, new_indexes = _indexes(before), _indexes(after)
    return SchemaDifference(
        added=added,
        dropped=dropped,
        modified={
            name: (old[name], column)
            for name, column in new.items()
            if name in old and old[name] != column
        },
        renamed=_renamed(dropped, added),
        added_indexes=tuple(sorted(name for name in new_indexes if name not in old_indexes)),
        dropped_indexes=tuple(sorted(name for name in old_indexes if name not in new_indexes)),
    )


def _renamed(dropped: Mapping[str, Any], added: Mapping[str, Any]) -> tuple[str, str] | None:
    if len(dropped) != 1 or len(added) != 1:
        return None
    ((old, before),), ((new, after),) = dropped.items(), added.items()
    return (old, new) if _nameless(before) == _nameless(after) else None


def _nameless(column: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in column.items() if key not in ("name", "column_name")}


def _may_be_absent(column: Mapping[str, Any]) -> bool:
    has_default = column.get("default", column.get("default_expr")) is not None
    return column.get("nullable") is not False or has_default


def _columns(definition: Definition) -> dict[str, Any]:
    columns = definition.get("columns")
    if not isinstance(columns, list | tuple):
        raise PermanentError("a schema definition needs `columns`, a list")
    named = {}
    for column in map(storable_json, columns):
        name = column.get("name", column.get("column_name")) if isinstance(column, dict) else None
        if not isinstance(name, str):
            raise PermanentError("each of a definition's columns needs a `name`")
        if name in named:
            raise PermanentError(f"a definition's columns are called `{name}` twice")
        named[name] = column
    return named


def _indexes(definition: Definition) -> dict[str, Any]:
    return {
        str(index.get("name", index.get("index_name"))): index
        for index in map(storable_json, definition.get("indexes") or ())
    }
