"""YAML text to a tree whose every node knows its line and column.

Built from libyaml's events rather than by a PyYAML loader: nothing in the text can make an object,
problems are collected instead of ending at the first, duplicate keys are seen, and depth and size
are bounded while reading, so neither a bomb of aliases nor a wall of brackets costs anything.

Plain scalars read as in JSON, with YAML's `yes`/`no` for booleans; dates, `1:30` and `007` stay
text. Knows nothing of what a drop means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from metadata_assets.control.problems import Place, Problem, printable
from metadata_assets.control.yaml_nodes import Entry, Node
from metadata_assets.control.yaml_scalars import Scalar, read_scalar

MAX_DEPTH = 40
"""Collections within collections."""

MAX_NODES = 200_000
"""Nodes of one file, those behind aliases counted at every use."""

_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_MERGE = "<<"
_FORBIDDEN = re.compile(
    r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""Characters YAML does not allow: controls, surrogates, a byte order mark inside."""


@dataclass(frozen=True, slots=True)
class Tree:
    """What a YAML text holds.

    Attributes:
        root: The document's node; None where the text is empty or not YAML.
        problems: Everything wrong with it as YAML.
    """

    root: Node | None
    problems: tuple[Problem, ...]


def parse_yaml(text: str) -> Tree:
    """Read one YAML document."""
    forbidden = _FORBIDDEN.search(text)
    if forbidden:
        return Tree(None, (_forbidden_problem(text, forbidden.start()),))
    composer = _Composer(text)
    root: Node | None = None
    try:
        root = composer.document()
    except _Stop as stop:
        composer.problems.append(stop.problem)
    except yaml.YAMLError as error:
        composer.problems.append(_syntax_problem(error))
    return Tree(root, tuple(sorted(composer.problems)))


class _Stop(Exception):
    """Ends the reading at once, out of any depth."""

    def __init__(self, problem: Problem) -> None:
        super().__init__()
        self.problem = problem


def _place(mark: Any) -> Place:
    return Place(mark.line + 1, mark.column + 1)


@dataclass(slots=True)
class _Composer:
    """Builds one document's tree; used once."""

    text: str
    problems: list[Problem] = field(default_factory=list)
    anchors: dict[str, Node | None] = field(default_factory=dict)

    def document(self) -> Node | None:
        events = self._events()
        root = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    raise _Stop(
                        Problem(
                            _place(event.start_mark),
                            "the file holds a second document",
                            "Put it into a file of its own.",
                        )
                    )
                root = self._node(next(events), events, 0)
        return root

    def _events(self) -> Iterator[Any]:
        loader = _LOADER(self.text)
        while loader.check_event():
            yield loader.get_event()

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        place = _place(event.start_mark)
        if depth > MAX_DEPTH:
            raise _Stop(Problem(place, f"more than {MAX_DEPTH} levels deep", "Flatten it."))
        if isinstance(event, yaml.AliasEvent):
            return self._aliased(event.anchor, place)
        if event.anchor is not None:
            self.anchors[event.anchor] = None  # so that a use within itself is told apart
        if isinstance(event, yaml.ScalarEvent):
            node = Node(place, self._scalar(event, place))
        elif isinstance(event, yaml.SequenceStartEvent):
            self._expect_tag(event.tag, "seq", place)
            node = self._sequence(place, events, depth)
        else:
            self._expect_tag(event.tag, "map", place)
            node = self._mapping(place, events, depth)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def _aliased(self, anchor: Any, place: Place) -> Node:
        node = self.anchors.get(anchor)
        if node is not None:
            return node
        fault = "stands within its own anchor" if anchor in self.anchors else "has no anchor"
        self.problems.append(Problem(place, f"the alias *{printable(anchor)} {fault}"))
        return Node(place, None)

    def _scalar(self, event: Any, place: Place) -> Scalar:
        value, fault = read_scalar(event.value, event.tag, is_plain=event.implicit[0])
        if fault is not None:
            self.problems.append(Problem(place, fault))
        return value

    def _expect_tag(self, tag: str | None, name: str, place: Place) -> None:
        if tag not in (None, "!", f"tag:yaml.org,2002:{name}"):
            self.problems.append(Problem(place, f"the tag {printable(tag)} is not allowed"))

    def _sequence(self, place: Place, events: Iterator[Any], depth: int) -> Node:
        nodes: list[Node] = []
        size = 1
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            nodes.append(self._node(event, events, depth + 1))
            size = self._grown(size, nodes[-1])
        return Node(place, tuple(nodes), size)

    def _mapping(self, place: Place, events: Iterator[Any], depth: int) -> Node:
        entries: dict[str, Entry] = {}
        merged: list[Node] = []
        size = 1
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key_place = _place(event.start_mark)
            key = self._key(event, events, depth)
            node = self._node(next(events), events, depth + 1)
            size = self._grown(size, node)
            if key == _MERGE and event.implicit[0]:
                merged.extend(self._mergeable(node))
            elif key in entries:
                first = entries[key].place.line
                what = f"the key `{printable(key)}` is there twice, first on line {first}"
                self.problems.append(Problem(key_place, what, "Keep one of them."))
            elif key is not None:
                entries[key] = Entry(key_place, node)
        for node in merged:
            if isinstance(node.content, Mapping):
                entries = {**node.content, **entries}
        return Node(place, entries, size)

    def _key(self, event: Any, events: Iterator[Any], depth: int) -> str | None:
        # Keys are text, as in JSON, whatever they look like: `on:` is "on", `1:` is "1".
        if isinstance(event, yaml.ScalarEvent):
            return str(event.value)
        place = _place(event.start_mark)
        self._node(event, events, depth + 1)
        self.problems.append(Problem(place, "a key is not plain text", "Write a word before `:`."))
        return None

    def _mergeable(self, node: Node) -> tuple[Node, ...]:
        found = node.content if isinstance(node.content, tuple) else (node,)
        for wrong in (n for n in found if not isinstance(n.content, Mapping)):
            self.problems.append(Problem(wrong.place, "`<<` merges mappings only"))
        return found

    def _grown(self, size: int, node: Node) -> int:
        size += node.size
        if size > MAX_NODES:
            what = f"more than {MAX_NODES} values, aliases written out"
            raise _Stop(Problem(node.place, what, "Split the file."))
        return size


def _syntax_problem(error: yaml.YAMLError) -> Problem:
    place, fault = Place(1, 1), "the text is not YAML"
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        place = place if mark is None else _place(mark)
        fault = ", ".join(part for part in (error.context, error.problem) if part)
    return Problem(
        place,
        f"Failed to parse YAML file: {printable(fault, 160)}",
        "Mend the YAML around there: indentation, quotes and colons are the usual causes.",
    )


def _forbidden_problem(text: str, position: int) -> Problem:
    line_start = text.rfind("\n", 0, position) + 1
    return Problem(
        Place(text.count("\n", 0, position) + 1, position - line_start + 1),
        f"Failed to parse YAML file: the character U+{ord(text[position]):04X} is not allowed",
        "Take it out, or write it as an escape in double quotes.",
    )
