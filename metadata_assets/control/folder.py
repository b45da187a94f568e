"""Which files of the drops folder are drops.

`**/*.yaml` and `**/*.yml`; hidden files and folders, and what editors leave behind (`~x`, `#x#`),
are not. A link is followed to a file inside the folder, never out of it, and never to a folder.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from metadata_assets.control.problems import Place, Problem

_SUFFIXES = (".yaml", ".yml")
_NOT_DROPS = (".", "~", "#")
_START = Place(1, 1)


@dataclass(frozen=True, slots=True)
class FoundDrop:
    """A drop file, not read yet.

    Attributes:
        path: Relative to the folder, with `/`.
        location: Where it is.
        status: Its size and times when it was found.
    """

    path: str
    location: str
    status: os.stat_result


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


def list_drops(folder: Path) -> Listing:
    """List the drops of a folder; a missing folder holds none."""
    found: list[FoundDrop] = []
    refused: list[RefusedDrop] = []
    if folder.is_dir():
        root = os.path.realpath(folder)
        _walk(root, root, "", found, refused)
    return Listing(
        tuple(sorted(found, key=lambda drop: drop.path)),
        tuple(sorted(refused, key=lambda drop: drop.path)),
    )


def _walk(
    root: str, folder: str, prefix: str, found: list[FoundDrop], refused: list[RefusedDrop]
) -> None:
    try:
        entries = list(os.scandir(folder))
    except OSError as error:
        problem = Problem(_START, f"the folder cannot be listed: {error.strerror}")
        refused.append(RefusedDrop(prefix, problem))
        return
    for entry in entries:
        if entry.name.startswith(_NOT_DROPS):
            continue
        path = f"{prefix}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            _walk(root, entry.path, f"{path}/", found, refused)
        elif entry.name.lower().endswith(_SUFFIXES) and not entry.is_dir():
            drop = _drop(root, path, entry)
            if isinstance(drop, FoundDrop):
                found.append(drop)
            elif drop is not None:
                refused.append(RefusedDrop(path, drop))


def _drop(root: str, path: str, entry: os.DirEntry[str]) -> FoundDrop | Problem | None:
    """The drop, why it is refused, or None where it vanished meanwhile."""
    if not path.isprintable():
        return Problem(_START, "the file's name is not printable text", "Rename it.")
    if entry.is_symlink() and not os.path.realpath(entry.path).startswith(root + os.sep):
        return Problem(_START, "the link leaves the drops folder", "Copy the file into it.")
    try:
        status = entry.stat()
    except OSError as error:
        gone = isinstance(error, FileNotFoundError) and not entry.is_symlink()
        return None if gone else Problem(_START, f"the file cannot be read: {error.strerror}")
    if not stat.S_ISREG(status.st_mode):
        return Problem(_START, "not a regular file", "Replace it by one.")
    return FoundDrop(path, entry.path, status)
