"""Drops in a folder of this machine.

A link is followed to a file inside the folder, never out of it, and never to a folder.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from metadata_assets.control.found import (
    MAX_BYTES,
    START,
    FoundDrop,
    Listing,
    RefusedDrop,
    has_drop_name,
    is_hidden,
    ordered,
    too_large,
    unprintable_name,
)
from metadata_assets.control.problems import Problem


@dataclass(frozen=True, slots=True)
class LocalFolder:
    """A folder of drops.

    Attributes:
        path: Where it is.
    """

    path: Path

    def exists(self) -> bool:
        """Whether it is there."""
        return self.path.is_dir()

    def listing(self) -> Listing:
        """What it holds; a missing folder holds nothing."""
        found: list[FoundDrop] = []
        refused: list[RefusedDrop] = []
        if self.path.is_dir():
            root = os.path.realpath(self.path)
            _walk(root, root, "", found, refused)
        return ordered(found, refused)

    def contents(self, drops: Sequence[FoundDrop]) -> Iterator[bytes | Problem]:
        """The content of each drop, or why it cannot be read, in their order."""
        return (_content(drop) for drop in drops)


def _walk(
    root: str, folder: str, prefix: str, found: list[FoundDrop], refused: list[RefusedDrop]
) -> None:
    try:
        entries = list(os.scandir(folder))
    except OSError as error:
        problem = Problem(START, f"the folder cannot be listed: {error.strerror}")
        refused.append(RefusedDrop(prefix, problem))
        return
    for entry in entries:
        if is_hidden(entry.name):
            continue
        path = f"{prefix}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            _walk(root, entry.path, f"{path}/", found, refused)
        elif has_drop_name(entry.name) and not entry.is_dir():
            drop = _drop(root, path, entry)
            if isinstance(drop, FoundDrop):
                found.append(drop)
            elif drop is not None:
                refused.append(RefusedDrop(path, drop))


def _drop(root: str, path: str, entry: os.DirEntry[str]) -> FoundDrop | Problem | None:
    """The drop, why it is refused, or None where it vanished meanwhile."""
    if not path.isprintable():
        return unprintable_name()
    if entry.is_symlink() and not os.path.realpath(entry.path).startswith(root + os.sep):
        return Problem(START, "the link leaves the drops folder", "Copy the file into it.")
    try:
        status = entry.stat()
    except OSError as error:
        gone = isinstance(error, FileNotFoundError) and not entry.is_symlink()
        return None if gone else Problem(START, f"the file cannot be read: {error.strerror}")
    if not stat.S_ISREG(status.st_mode):
        return Problem(START, "not a regular file", "Replace it by one.")
    return FoundDrop(path, entry.path, status.st_size, _stamp(status), status.st_mtime)


def _stamp(status: os.stat_result) -> str:
    # The inode and the change time catch a file moved into place with an old modification time.
    return f"{status.st_size}:{status.st_mtime_ns}:{status.st_ctime_ns}:{status.st_ino}"


def _content(drop: FoundDrop) -> bytes | Problem:
    if drop.size > MAX_BYTES:
        return too_large()
    try:
        with Path(drop.location).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
            after = os.fstat(file.fileno())
    except OSError as error:
        return Problem(START, f"the file cannot be read: {error.strerror}")
    if len(content) > MAX_BYTES:
        return too_large()
    # The change time is not compared: a new link to the file moves it.
    if drop.stamp.split(":")[:2] != _stamp(after).split(":")[:2]:
        return Problem(START, "the file changed while it was read", "It is read again next time.")
    return content
