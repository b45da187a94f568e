"""Which files a source consists of, and how each is named as a table."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NoReturn

from metadata_assets.errors import SourceRefused
from metadata_assets.sources.files.inferred import Unreadable
from metadata_assets.sources.paths import require_path


@dataclass(frozen=True, slots=True, order=True)
class DataFile:
    """One file of a source.

    Attributes:
        schema_name: `main`, or the folder below the source's path.
        table_name: The file's name without its suffix, or with it where two would be the same.
        path: Where it is.
        size: In bytes.
        version: Changes whenever the file is written or replaced.
    """

    schema_name: str
    table_name: str
    path: Path
    size: int
    version: str


def data_files(path: str, patterns: Sequence[str]) -> tuple[DataFile, ...]:
    """The files below a folder that match a pattern, or the one file a path names, in order.

    What has such a name and is no file is among them; `require_regular` tells.

    Args:
        path: A folder, or one file (whatever its name).
        patterns: GLOB patterns without regard to case; one with a `/` is matched against the path
            below the folder, one without against the file's name.

    Raises:
        SourceUnavailable: There is nothing at the path.
        SourceRefused: The path, or a folder below it, may not be read.
    """
    root = require_path(path)
    found = [root] if root.is_file() else list(_matching(root, [p.lower() for p in patterns]))
    folder = root.parent if root.is_file() else root
    stems = Counter((file.parent, file.stem.lower()) for file in found)
    return tuple(
        sorted(
            described
            for file in found
            for described in _described(
                file, folder, is_ambiguous=stems[file.parent, file.stem.lower()] > 1
            )
        )
    )


def free_name(schema_name: str, table_name: str, taken: set[tuple[str, str]]) -> tuple[str, str]:
    """A name that no other table has: a sheet may be called what another file is.

    Args:
        schema_name: Of the table.
        table_name: What it would be called.
        taken: The names there are, of files in order; the new one is added.
    """
    free, count = table_name, 0
    while (schema_name, free) in taken:
        count += 1
        free = f"{table_name}_{count}"
    taken.add((schema_name, free))
    return schema_name, free


def require_regular(path: Path) -> None:
    """Refuse what would be waited for, or is not there.

    Raises:
        Unreadable: It is no file, or a link to nothing.
    """
    try:
        mode = path.stat().st_mode
    except OSError:
        if not path.is_symlink():
            raise
        raise Unreadable(
            f"it is a symbolic link to {path.readlink()}, which does not exist; "
            "correct or remove it"
        ) from None
    if stat.S_ISDIR(mode):
        raise Unreadable(
            f"it is a link to the folder {path.readlink()}, which is not followed; make that "
            "folder a source of its own"
        )
    if not stat.S_ISREG(mode):
        kinds = ((stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))
        kind = next((kind for is_kind, kind in kinds if is_kind(mode)), "a device")
        raise Unreadable(f"it is {kind}, not a file; remove it, or narrow `patterns`")


def _described(file: Path, folder: Path, *, is_ambiguous: bool) -> Iterator[DataFile]:
    """The file, or nothing if it is gone since it was listed."""
    try:
        status = file.stat()
    except FileNotFoundError:
        if not file.is_symlink():
            return
        status = file.lstat()
    except PermissionError as error:
        _refuse(error)  # Its folder may be listed, but not entered.
    except OSError:
        status = file.lstat()  # A link to itself.
    schema_name = "main" if file.parent == folder else file.parent.relative_to(folder).as_posix()
    yield DataFile(
        schema_name=_text(schema_name),
        table_name=_text(file.name if is_ambiguous else file.stem),
        path=file,
        size=status.st_size,
        # The time of change (ctime) cannot be set back, as that of modification can.
        version=f"{status.st_size}:{status.st_mtime_ns}:{status.st_ctime_ns}:{status.st_ino}",
    )


def _text(name: str) -> str:
    """A file's name as text; bytes in it that are no UTF-8 are shown in hexadecimal."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _matching(root: Path, patterns: Sequence[str]) -> Iterator[Path]:
    for directory, folders, names in os.walk(root, onerror=_refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        # They are not followed, for a link may lead back; what is below the root is read anyway.
        links = (Path(directory, name) for name in folders)
        yield from (link for link in links if link.is_symlink() and not _leads_into(root, link))
        for name in names:
            file = Path(directory, name)
            # `~$book.xlsx` is the lock file of an open workbook.
            if name.startswith((".", "~$")):
                continue
            below = file.relative_to(root).as_posix().lower()
            if any(fnmatchcase(below if "/" in p else name.lower(), p) for p in patterns):
                yield file


def _leads_into(root: Path, link: Path) -> bool:
    return link.resolve().is_relative_to(root.resolve())


def _refuse(error: OSError) -> NoReturn:
    raise SourceRefused(
        "a folder may not be read", where=str(error.filename), remedy="Grant read access to it."
    ) from error
