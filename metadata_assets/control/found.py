"""What a drops folder holds, wherever it is: its files, not read yet, and what of it is refused.

`**/*.yaml` and `**/*.yml`; hidden files and folders, and what editors leave behind (`~x`, `#x#`),
are not. The kinds of folders are in `local_folder` and `store_folder`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from metadata_assets.control.problems import Place, Problem

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
