"""Read the tree of one drop that is about a source: the rows it declares, or all its problems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from metadata_assets.control.check import check, located
from metadata_assets.control.knowledge_kinds import KNOWLEDGE_KINDS
from metadata_assets.control.problems import Place, Problem, printable
from metadata_assets.control.yaml_nodes import Node
from metadata_assets.lake import LakeTable

RowKey = tuple[str | None, ...]
"""The values of a row's key columns."""


@dataclass(frozen=True, slots=True)
class DeclaredRow:
    """One row of a drop.

    Attributes:
        values: The declared columns of the kind's table, key included.
        place: Where in the file.
    """

    values: Mapping[str, Any]
    place: Place


@dataclass(frozen=True, slots=True)
class KnowledgeFile:
    """A sound drop about one source.

    Attributes:
        path: Relative to the folder.
        kind: Its kind.
        source: The source it is about.
        source_place: Where it names it.
        rows: What it declares, by key.
        words: The identifiers in its text.
    """

    path: str
    kind: str
    source: str
    source_place: Place
    rows: Mapping[RowKey, DeclaredRow]
    words: frozenset[str] = frozenset()

    @property
    def table(self) -> LakeTable:
        """Where its rows are stored."""
        return KNOWLEDGE_KINDS[self.kind].lake_table


def read_knowledge(
    file: str, kind: str, root: Node, words: frozenset[str]
) -> tuple[KnowledgeFile | None, list[Problem]]:
    """What a drop declares, or None and everything wrong with it.

    Args:
        file: The drop's path, kept with what it declares.
        kind: Its kind.
        root: Its tree.
        words: The identifiers in its text, kept too.
    """
    model, problems = check(KNOWLEDGE_KINDS[kind], root)
    problems += _repeated(kind, root, *KNOWLEDGE_KINDS[kind].listed)
    if model is None or problems:
        return None, problems
    key_columns = model.lake_table.key
    rows = {
        tuple(values[column] for column in key_columns): DeclaredRow(
            values, located(root, location).place
        )
        for location, values in model.rows()
    }
    source = root.under("source") or root
    return KnowledgeFile(file, kind, model.source, source.place, rows, words), []


def _repeated(kind: str, root: Node, elements: str, name: str) -> Iterator[Problem]:
    """Elements of the tree that are named twice, whatever else is wrong with it."""
    lines: dict[str, int] = {}
    listed = root.under(elements)
    for element in () if listed is None else listed.nodes():
        named = element.under(name)
        if named is None or not isinstance(named.content, str):
            continue
        if named.content in lines:
            yield repeated_row(
                kind, (named.content,), element.place, f"line {lines[named.content]}"
            )
        lines.setdefault(named.content, element.place.line)
        yield from _repeated(kind, element, "columns", "column")


def repeated_row(kind: str, key: RowKey, place: Place, first: str) -> Problem:
    """Two rows with one key.

    Args:
        kind: Their kind.
        key: Their key.
        place: Where the second one is.
        first: Where the first one is.
    """
    return Problem(
        place,
        f"{kind}: {printable(row_name(key))} is declared twice, first at {first}",
        "Rename or remove one of them.",
    )


def row_name(key: RowKey) -> str:
    """A row's key in words."""
    return ".".join(part for part in key if part is not None)
