"""The drops folder, wherever it is: what it holds, and the content of its files.

`**/*.yaml` and `**/*.yml`; hidden files and folders, and what editors leave behind (`~x`, `#x#`),
are not. A path is a folder of this machine, a URI such as `s3://bucket/drops` one that fsspec
reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from metadata_assets.control.problems import Place, Problem

Location: TypeAlias = Path | str
"""Where the drops are: a folder, or a URI."""

MAX_BYTES = 1_000_000
"""The largest drop that is read."""

START = Place(1, 1)
"""Where a problem of a whole file is."""

_SUFFIXES = (".yaml", ".yml")
_NOT_DROPS = (".", "~", "#")


@dataclass(frozen=True, slots=True)
class FoundDrop:
    """A drop file, not read yet.

    Attributes:
        path: Relative to the folder, with `/`.
        location: Where it is.
        size: Its bytes.
        stamp: Stays the same while the content does.
        modified: When it was last written, as seconds; None where files appear whole.
    """

    path: str
    location: str
    size: int
    stamp: str
    modified: float | None


@dataclass(frozen=True, slots=True)
class RefusedDrop:
    """A file or folder among the drops that may not or cannot be read.

    Attributes:
        path: Relative to the folder; a folder's ends with `/`.
        problem: Why.
    """

    path: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class Listing:
    """What the drops folder holds, ordered by path."""

    found: tuple[FoundDrop, ...]
    refused: tuple[RefusedDrop, ...]


class DropsFolder(Protocol):
    """A folder of drops."""

    def exists(self) -> bool:
        """Whether it is there; a folder that is not is no empty one."""

    def listing(self) -> Listing:
        """What it holds; a missing folder holds nothing."""

    def contents(self, drops: Sequence[FoundDrop]) -> Iterator[bytes | Problem]:
        """The content of each drop, or why it cannot be read, in their order."""


def open_folder(location: Location) -> DropsFolder:
    """The drops folder at a location.

    Raises:
        ConfigurationError: The URI names a store that cannot be opened here.
    """
    # Each kind is imported where it is used: one of them needs fsspec, which takes long to import.
    if isinstance(location, str) and "://" in location:
        from metadata_assets.control.store_folder import StoreFolder

        return StoreFolder.open(location)
    from metadata_assets.control.local_folder import LocalFolder

    return LocalFolder(Path(location))


def is_hidden(name: str) -> bool:
    """Whether a file or folder of this name is none of ours."""
    return name.startswith(_NOT_DROPS)


def has_drop_name(name: str) -> bool:
    """Whether a file's name is that of a drop."""
    return name.lower().endswith(_SUFFIXES)


def unprintable_name() -> Problem:
    """What is wrong with a drop whose name cannot be told."""
    return Problem(START, "the file's name is not printable text", "Rename it.")


def too_large() -> Problem:
    """What is wrong with a drop that is too large to read."""
    return Problem(START, f"the file is larger than {MAX_BYTES} bytes", "Split it.")


def ordered(found: Sequence[FoundDrop], refused: Sequence[RefusedDrop]) -> Listing:
    """A listing, by path."""
    return Listing(
        tuple(sorted(found, key=lambda drop: drop.path)),
        tuple(sorted(refused, key=lambda drop: drop.path)),
    )
