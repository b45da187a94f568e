"""Read the text of one drop of any kind: what it declares, or all its problems."""

from __future__ import annotations

import re
from dataclasses import dataclass

from metadata_assets.control.kinds import KINDS, MODULES
from metadata_assets.control.knowledge_drop import KnowledgeFile, read_knowledge
from metadata_assets.control.modules_drop import DeclaredSource, read_modules
from metadata_assets.control.problems import Place, Problem, did_you_mean
from metadata_assets.control.yaml_nodes import Node
from metadata_assets.control.yaml_tree import parse_yaml

_START = Place(1, 1)
_WORD = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class ParsedDrop:
    """What one drop declares.

    Attributes:
        sources: The sources, of a drop of `kind: modules`.
        knowledge: The rows about a source, of a drop of another kind.
    """

    sources: tuple[DeclaredSource, ...] = ()
    knowledge: KnowledgeFile | None = None


def parse_drop(file: str, text: str) -> tuple[ParsedDrop, list[Problem]]:
    """What a drop declares, or everything wrong with it; one of the two is empty.

    Args:
        file: The drop's path, kept with what it declares.
        text: Its content.
    """
    tree = parse_yaml(text)
    problems = list(tree.problems)
    if tree.root is None and problems:
        return ParsedDrop(), problems
    root = tree.root or Node(_START, None)
    kind = root.under("kind")
    if kind is not None and kind.content not in tuple(KINDS):
        what = Problem(kind.place, "unknown kind of drop", did_you_mean(str(kind.content), KINDS))
        return ParsedDrop(), sorted([*problems, what])
    parsed, found = _read(file, MODULES if kind is None else str(kind.content), root, text)
    # What a broken value leads to at its own place is not a second problem.
    broken = {problem.place for problem in problems}
    problems += {problem for problem in found if problem.place not in broken}
    return (ParsedDrop(), sorted(problems)) if problems else (parsed, [])


def words_of(text: str) -> frozenset[str]:
    """The identifiers in a text."""
    return frozenset(_WORD.findall(text))


def _read(file: str, kind: str, root: Node, text: str) -> tuple[ParsedDrop, list[Problem]]:
    if kind == MODULES:
        sources, problems = read_modules(file, root)
        return ParsedDrop(sources=sources), problems
    knowledge, problems = read_knowledge(file, kind, root, words_of(text))
    return ParsedDrop(knowledge=knowledge), problems
