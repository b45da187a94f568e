"""The tree of a YAML file: nodes that know where they stand. `yaml_tree` builds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from metadata_assets.control.problems import Place
from metadata_assets.control.yaml_scalars import Scalar


@dataclass(frozen=True, slots=True)
class Entry:
    """A key of a mapping and what it holds."""

    place: Place
    node: Node


@dataclass(frozen=True, slots=True)
class Node:
    """A scalar, a sequence or a mapping.

    Attributes:
        place: Where it begins; for an alias, where the anchored node does.
        content: The scalar's value, the nodes of a sequence, or the entries of a mapping.
        size: Nodes below and including this one.
    """

    place: Place
    content: Scalar | tuple[Node, ...] | Mapping[str, Entry]
    size: int = 1

    def plain(self) -> Any:
        """The node as Python scalars, lists and dicts."""
        if isinstance(self.content, tuple):
            return [node.plain() for node in self.content]
        if isinstance(self.content, Mapping):
            return {key: entry.node.plain() for key, entry in self.content.items()}
        return self.content

    def entry(self, key: str) -> Entry | None:
        """The entry of a key, where this is a mapping that has it."""
        return self.content.get(key) if isinstance(self.content, Mapping) else None

    def under(self, key: str) -> Node | None:
        """What a key holds, where this is a mapping that has it."""
        entry = self.entry(key)
        return None if entry is None else entry.node

    def nodes(self) -> tuple[Node, ...]:
        """The nodes of a sequence; none where this is something else."""
        return self.content if isinstance(self.content, tuple) else ()
