"""Merge what the drops say about sources into the tables of that kind, three ways.

The rules are those of the control table (see `merge`), except that a row which leaves its file is
deleted, not deactivated: what was said is no longer said, and Delta's history remembers it. A row
that was edited in the table since stays, as a conflict.

Pure: rows in, rows out; no clock, no storage.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import pyarrow as pa

from metadata_assets.control.conflict import Conflict, Difference
from metadata_assets.control.drops import Drops
from metadata_assets.control.knowledge_drop import DeclaredRow, KnowledgeFile, RowKey, row_name
from metadata_assets.control.knowledge_kinds import KNOWLEDGE_KINDS
from metadata_assets.control.model import SQL_ORIGIN, YAML_ORIGIN, canonical
from metadata_assets.control.settlement import UNSETTLED, Settlement
from metadata_assets.lake import SOURCE, LakeTable

KnowledgeEffect = Literal["inserted", "updated", "removed", "relinked"]
"""What a merge does to a row; `relinked` changes only its origin and base."""

_BOOKKEEPING = ("origin", "base_hash", "original_description")
"""Columns that nobody declares."""


@dataclass(frozen=True, slots=True)
class KnowledgeRow:
    """One stored row.

    Attributes:
        kind: Its kind.
        source: The source it is about.
        columns: Its columns, without the partition.
    """

    kind: str
    source: str
    columns: Mapping[str, Any]

    @property
    def key(self) -> RowKey:
        """The values of its key columns."""
        return tuple(self.columns[name] for name in KNOWLEDGE_KINDS[self.kind].lake_table.key)

    @property
    def content_hash(self) -> str:
        """A hash of what is said."""
        return content_hash(self.columns)

    @property
    def is_edited(self) -> bool:
        """Whether the table says something else than the drop said when it was last ingested."""
        return bool(self.columns["base_hash"] != self.content_hash)

    @property
    def drop(self) -> str | None:
        """The file that owns it, if one does."""
        origin = self.columns["origin"] or ""
        return origin.removeprefix(YAML_ORIGIN) if origin.startswith(YAML_ORIGIN) else None

    @property
    def name(self) -> str:
        """What conflicts call it."""
        return f"{self.kind} {self.source} {row_name(self.key)}"


@dataclass(frozen=True, slots=True)
class KnowledgeChange:
    """One row that a merge writes or, where the effect is `removed`, deletes."""

    effect: KnowledgeEffect
    row: KnowledgeRow


@dataclass(frozen=True, slots=True)
class KnowledgeMerge:
    """What becomes of what is known of the sources.

    Attributes:
        changes: The rows to write or delete.
        conflicts: Where the table and the drops disagree, and the table stands.
    """

    changes: tuple[KnowledgeChange, ...] = ()
    conflicts: tuple[Conflict, ...] = ()

    @property
    def partitions(self) -> tuple[tuple[str, str], ...]:
        """The kinds and sources that something happens to."""
        return tuple(dict.fromkeys((c.row.kind, c.row.source) for c in self.changes))

    def counts(self) -> dict[str, int]:
        """How many rows each effect has."""
        found = Counter(change.effect for change in self.changes)
        return {effect: found[effect] for effect in ("inserted", "updated", "removed", "relinked")}

    def rewritten(self, kind: str, source: str, stored: pa.Table) -> pa.Table:
        """The rows of one partition as they are afterwards.

        Args:
            kind: The kind.
            source: The partition.
            stored: Its rows now.
        """
        table = KNOWLEDGE_KINDS[kind].lake_table
        rows = {_key(table, row): row for row in stored.to_pylist()}
        for change in self.changes:
            if (change.row.kind, change.row.source) != (kind, source):
                continue
            if change.effect == "removed":
                del rows[change.row.key]
            else:
                rows[change.row.key] = dict(change.row.columns)
        return pa.Table.from_pylist(list(rows.values()), schema=table.schema)


def content_hash(columns: Mapping[str, Any]) -> str:
    """A hash of what a row says; an empty list and none are the same."""
    said = {
        name: value or None if isinstance(value, list) else value
        for name, value in columns.items()
        if name not in _BOOKKEEPING
    }
    return hashlib.sha256(canonical(said).encode("utf-8", "surrogatepass")).hexdigest()


def stored_rows(kind: str, stored: pa.Table) -> Iterator[KnowledgeRow]:
    """The rows of a kind's table, all partitions together, as `Lake.read_all` returns them."""
    for row in stored.to_pylist():
        yield KnowledgeRow(kind, row.pop(SOURCE), row)


def merge_knowledge(
    stored: Iterable[KnowledgeRow], drops: Drops, settlement: Settlement = UNSETTLED
) -> KnowledgeMerge:
    """Merge drops into the stored rows.

    Args:
        stored: The rows of every kind and source.
        drops: What the drops folder says, drops about unknown sources among the failed ones.
        settlement: What was decided on conflicts.
    """
    rows = {(row.kind, row.source, row.key): row for row in stored}
    declared = {
        (drop.kind, drop.source, key): (drop, row)
        for drop in drops.knowledge
        for key, row in drop.rows.items()
    }
    steps: list[KnowledgeChange | Conflict | None] = [
        _reconciled(rows[at], drop, row, drops, settlement) if at in rows else _inserted(drop, row)
        for at, (drop, row) in declared.items()
    ]
    steps += [_undeclared(row, drops, settlement) for at, row in rows.items() if at not in declared]
    return KnowledgeMerge(
        tuple(step for step in steps if isinstance(step, KnowledgeChange)),
        tuple(step for step in steps if isinstance(step, Conflict)),
    )


def _inserted(drop: KnowledgeFile, declared: DeclaredRow) -> KnowledgeChange:
    nothing = dict.fromkeys(drop.table.schema.names)
    row = KnowledgeRow(drop.kind, drop.source, {**nothing, **_linked(drop, declared)})
    return KnowledgeChange("inserted", row)


def _reconciled(
    row: KnowledgeRow,
    drop: KnowledgeFile,
    declared: DeclaredRow,
    drops: Drops,
    settlement: Settlement,
) -> KnowledgeChange | Conflict | None:
    if row.drop is not None and drops.is_unknown(row.drop):
        return Conflict(row.name, drop.path, declared.place.line, "unreadable", owner=row.drop)
    said = _linked(drop, declared)
    link = {name: said[name] for name in ("origin", "base_hash")}
    yaml, base = said["base_hash"], row.columns["base_hash"]
    side = settlement.winner(row.name)
    if yaml in (row.content_hash, base) or (row.is_edited and side == "table"):
        linked = replace(row, columns={**row.columns, **link})
        return None if linked == row else KnowledgeChange("relinked", linked)
    if row.is_edited and side is None:
        differences = tuple(
            Difference(name, value, row.columns[name])
            for name, value in declared.values.items()
            if value != row.columns[name]
        )
        return Conflict(row.name, drop.path, declared.place.line, "edited", differences=differences)
    return KnowledgeChange("updated", replace(row, columns={**row.columns, **said}))


def _undeclared(
    row: KnowledgeRow, drops: Drops, settlement: Settlement
) -> KnowledgeChange | Conflict | None:
    if row.drop is None or drops.may_declare(row.drop, row_name(row.key)):
        return None
    side = settlement.winner(row.name)
    if not row.is_edited or side == "yaml":
        return KnowledgeChange("removed", row)
    if side == "table":
        own = {**row.columns, "origin": SQL_ORIGIN, "base_hash": None}
        return KnowledgeChange("relinked", replace(row, columns=own))
    return Conflict(row.name, row.drop, None, "removed")


def _linked(drop: KnowledgeFile, declared: DeclaredRow) -> dict[str, Any]:
    return {
        **declared.values,
        "origin": f"{YAML_ORIGIN}{drop.path}",
        "base_hash": content_hash(declared.values),
    }


def _key(table: LakeTable, row: Mapping[str, Any]) -> RowKey:
    return tuple(row[name] for name in table.key)
