"""Read a folder of YAML drops: what they declare, and everything wrong with them.

A file is all or nothing, and a bad one does not stop the others. What a bad file may have said is
unknown, never nothing: `Drops.may_declare` tells, so that the merge leaves such rows alone.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from metadata_assets.control.folder import Location, open_folder
from metadata_assets.control.knowledge_drop import KnowledgeFile, RowKey, repeated_row
from metadata_assets.control.modules_drop import DeclaredSource, repeated_key
from metadata_assets.control.parse import ParsedDrop, parse_drop, words_of
from metadata_assets.control.problems import Place, Problem, nearest
from metadata_assets.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class FailedDrop:
    """A drop that says nothing because something is wrong with it.

    Attributes:
        path: Relative to the folder; a folder's ends with `/`.
        errors: Everything wrong with it, in its order.
        words: The identifiers in its text; None where the text is unknown.
    """

    path: str
    errors: tuple[ConfigurationError, ...]
    words: frozenset[str] | None = None

    def covers(self, file: str) -> bool:
        """Whether a file is this one, or lies in this folder."""
        return file == self.path or (self.path.endswith("/") and file.startswith(self.path))


@dataclass(frozen=True, slots=True)
class Drops:
    """What the drops folder says.

    Attributes:
        files: Paths of the sound drops.
        sources: The sources they declare, by key.
        knowledge: The drops among them that are about one source.
        failed: The others.
    """

    files: tuple[str, ...] = ()
    sources: Mapping[str, DeclaredSource] = field(default_factory=dict)
    knowledge: tuple[KnowledgeFile, ...] = ()
    failed: tuple[FailedDrop, ...] = ()

    @property
    def errors(self) -> tuple[ConfigurationError, ...]:
        """Everything wrong with the failed drops."""
        return tuple(error for drop in self.failed for error in drop.errors)

    def is_unknown(self, file: str) -> bool:
        """Whether a file could not be understood, so that what it says is unknown."""
        return any(drop.covers(file) for drop in self.failed)

    def may_declare(self, file: str, name: str) -> bool:
        """Whether what is gone from its file may still be declared: there, or where it moved.

        Args:
            file: The file that declared it.
            name: Its name; a failed drop that never mentions it does not declare it.
        """
        words = words_of(name)
        return self.is_unknown(file) or any(
            drop.words is None or words <= drop.words for drop in self.failed
        )

    def about(self, known: Iterable[str]) -> Drops:
        """The same where drops about sources that nobody declared wait, as failed ones.

        What such a drop declared before stays; it is taken in once its source is declared.

        Args:
            known: The keys of all declared sources.
        """
        keys = sorted(known)
        waiting = [drop for drop in self.knowledge if drop.source not in keys]
        paths = {drop.path for drop in waiting}
        failed = [*self.failed, *(_waiting(drop, keys) for drop in waiting)]
        return replace(
            self,
            files=tuple(path for path in self.files if path not in paths),
            knowledge=tuple(drop for drop in self.knowledge if drop.path not in paths),
            failed=tuple(sorted(failed, key=lambda drop: drop.path)),
        )

    def after_known_tasks(self, known: Iterable[str]) -> Drops:
        """The same where drops whose tasks depend on ones that nobody declared wait.

        Args:
            known: The keys of the sources in the table.
        """
        keys = {*known, *self.sources}
        problems: dict[str, list[Problem]] = {}
        words: dict[str, frozenset[str]] = {}
        for source in self.sources.values():
            words[source.file] = words.get(source.file, frozenset()) | words_of(source.key)
            for name in source.depends_on:
                if f"{source.module_name}.{name}" not in keys:
                    problems.setdefault(source.file, []).append(_missing(source, name, keys))
        if not problems:
            return self
        waiting = [
            FailedDrop(file, tuple(problem.in_file(file) for problem in found), words[file])
            for file, found in problems.items()
        ]
        rest = replace(
            self,
            files=tuple(path for path in self.files if path not in problems),
            sources={k: s for k, s in self.sources.items() if s.file not in problems},
            failed=tuple(sorted([*self.failed, *waiting], key=lambda drop: drop.path)),
        )
        # What depends on a task of a drop that waits, waits too.
        return rest.after_known_tasks(known)


def read_drops(location: Location) -> Drops:
    """Read every drop of a folder, in the order of their paths.

    Raises:
        SourceUnavailable: It is in a store that does not answer.
    """
    folder = open_folder(location)
    listing = folder.listing()
    failed = [_failed(refused.path, [refused.problem]) for refused in listing.refused]
    declared = _Declared()
    for found, content in zip(listing.found, folder.contents(listing.found), strict=True):
        text = _text(content)
        if isinstance(text, Problem):
            failed.append(_failed(found.path, [text]))
            continue
        parsed, problems = parse_drop(found.path, text)
        problems += declared.repeated(parsed)
        if problems:
            failed.append(_failed(found.path, problems, text))
        else:
            declared.add(found.path, parsed)
    return Drops(
        tuple(declared.files),
        {source.key: source for source in declared.sources.values()},
        tuple(declared.knowledge),
        tuple(sorted(failed, key=lambda drop: drop.path)),
    )


def read_texts(location: Location) -> dict[str, str]:
    """The text of every drop of a folder that has one, by path.

    Raises:
        SourceUnavailable: It is in a store that does not answer.
    """
    folder = open_folder(location)
    found = folder.listing().found
    texts = {
        drop.path: _text(content)
        for drop, content in zip(found, folder.contents(found), strict=True)
    }
    return {path: text for path, text in texts.items() if isinstance(text, str)}


@dataclass(frozen=True, slots=True)
class _Declared:
    """What the drops read so far declare, so that nothing is declared twice."""

    files: list[str] = field(default_factory=list)
    sources: dict[str, DeclaredSource] = field(default_factory=dict)
    knowledge: list[KnowledgeFile] = field(default_factory=list)
    rows: dict[tuple[str, str, RowKey], str] = field(default_factory=dict)

    def add(self, path: str, parsed: ParsedDrop) -> None:
        self.files.append(path)
        # Keys that differ only in case count as one.
        self.sources.update({source.key.lower(): source for source in parsed.sources})
        drop = parsed.knowledge
        if drop is not None:
            self.knowledge.append(drop)
            for key, row in drop.rows.items():
                self.rows[drop.kind, drop.source, key] = f"{path}:{row.place.line}"

    def repeated(self, parsed: ParsedDrop) -> Iterator[Problem]:
        for source in parsed.sources:
            other = self.sources.get(source.key.lower())
            if other is not None:
                first = f"{other.file}:{other.place.line}"
                yield repeated_key(source.key, source.place, first)
        drop = parsed.knowledge
        if drop is None:
            return
        for key, row in drop.rows.items():
            earlier = self.rows.get((drop.kind, drop.source, key))
            if earlier is not None:
                yield repeated_row(drop.kind, key, row.place, earlier)


def _failed(path: str, problems: list[Problem], text: str | None = None) -> FailedDrop:
    words = None if text is None else words_of(text)
    return FailedDrop(path, tuple(problem.in_file(path) for problem in problems), words)


def _waiting(drop: KnowledgeFile, known: list[str]) -> FailedDrop:
    problem = Problem(
        drop.source_place,
        f"the source {drop.source} is not declared, so the file waits",
        f"{nearest(drop.source, known)}Declare it in a drop of `kind: modules`.",
    )
    return FailedDrop(drop.path, (problem.in_file(drop.path),), drop.words)


def _missing(source: DeclaredSource, name: str, keys: Iterable[str]) -> Problem:
    prefix = f"{source.module_name}."
    siblings = [key.removeprefix(prefix) for key in keys if key.startswith(prefix)]
    return Problem(
        source.place,
        f"`{source.source_id}` depends on `{name}`, which module {source.module_name} has not",
        f"{nearest(name, siblings)}Declare it, or leave it out of depends_on.",
    )


def _text(content: bytes | Problem) -> str | Problem:
    """The text of a drop, or why it cannot be read."""
    if isinstance(content, Problem):
        return content
    try:
        return content.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        place = Place(before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1)
        what = "Failed to parse YAML file: it is not UTF-8"
        return Problem(place, what, "Save it as UTF-8.")
