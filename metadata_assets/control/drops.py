"""Read a folder of YAML drops: what they declare, and everything wrong with them.

A file is all or nothing, and a bad one does not stop the others. What a bad file may have said is
unknown, never nothing: `Drops.may_declare` tells, so that the merge leaves such rows alone.
"""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from metadata_assets.control.folder import FoundDrop, list_drops
from metadata_assets.control.modules_drop import DeclaredSource, parse_drop, repeated_key
from metadata_assets.control.problems import Place, Problem
from metadata_assets.errors import ConfigurationError

MAX_BYTES = 1_000_000
"""The largest drop that is read."""

_START = Place(1, 1)
_WORD = re.compile(r"[A-Za-z0-9_-]+")


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
        sources: What they declare, by key.
        failed: The others.
    """

    files: tuple[str, ...] = ()
    sources: Mapping[str, DeclaredSource] = field(default_factory=dict)
    failed: tuple[FailedDrop, ...] = ()

    @property
    def errors(self) -> tuple[ConfigurationError, ...]:
        """Everything wrong with the failed drops."""
        return tuple(error for drop in self.failed for error in drop.errors)

    def is_unknown(self, file: str) -> bool:
        """Whether a file could not be understood, so that what it says is unknown."""
        return any(drop.covers(file) for drop in self.failed)

    def may_declare(self, file: str, source_id: str) -> bool:
        """Whether a source gone from its file may still be declared: there, or where it moved.

        Args:
            file: The file that declared it.
            source_id: Its name; a failed drop that never mentions it does not declare it.
        """
        return self.is_unknown(file) or any(
            drop.words is None or source_id in drop.words for drop in self.failed
        )


def read_drops(folder: Path) -> Drops:
    """Read every drop of a folder, in the order of their paths."""
    listing = list_drops(folder)
    failed = [_failed(refused.path, [refused.problem]) for refused in listing.refused]
    files: list[str] = []
    sources: dict[str, DeclaredSource] = {}
    taken: dict[str, DeclaredSource] = {}
    for found in listing.found:
        text = _text(found)
        if isinstance(text, Problem):
            failed.append(_failed(found.path, [text]))
            continue
        declared, problems = parse_drop(found.path, text)
        problems += _taken(declared, taken)
        if problems:
            failed.append(_failed(found.path, problems, text))
            continue
        files.append(found.path)
        sources |= {source.key: source for source in declared}
        taken |= {source.key.lower(): source for source in declared}
    return Drops(tuple(files), sources, tuple(sorted(failed, key=lambda drop: drop.path)))


def _failed(path: str, problems: list[Problem], text: str | None = None) -> FailedDrop:
    words = None if text is None else frozenset(_WORD.findall(text))
    return FailedDrop(path, tuple(problem.in_file(path) for problem in problems), words)


def _taken(declared: list[DeclaredSource], taken: Mapping[str, DeclaredSource]) -> list[Problem]:
    first = [(source, taken.get(source.key.lower())) for source in declared]
    return [
        repeated_key(source.key, source.place, f"{other.file}:{other.place.line}")
        for source, other in first
        if other is not None
    ]


def _text(drop: FoundDrop) -> str | Problem:
    """The text of a drop, or why it cannot be read."""
    if drop.status.st_size > MAX_BYTES:
        return _too_large()
    try:
        with Path(drop.location).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
            after = os.fstat(file.fileno())
    except OSError as error:
        return Problem(_START, f"the file cannot be read: {error.strerror}")
    if len(content) > MAX_BYTES:
        return _too_large()
    if (after.st_size, after.st_mtime_ns) != (drop.status.st_size, drop.status.st_mtime_ns):
        return Problem(_START, "the file changed while it was read", "It is read again next time.")
    try:
        return content.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        place = Place(before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1)
        what = "Failed to parse YAML file: it is not UTF-8"
        return Problem(place, what, "Save it as UTF-8.")


def _too_large() -> Problem:
    return Problem(_START, f"the file is larger than {MAX_BYTES} bytes", "Split it.")
