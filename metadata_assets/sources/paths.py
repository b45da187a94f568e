"""Paths of sources that are files: what is missing or may not be read is said in one way."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from metadata_assets.errors import SourceRefused, SourceUnavailable


def expanded(path: str) -> Path:
    """The path with `~` replaced; as it is where there is no such user, as a shell does."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def require_file(path: str) -> Path:
    """The path of an existing, readable file.

    Raises:
        SourceUnavailable: There is no such file.
        SourceRefused: It is a folder, or may not be read.
    """
    found = require_path(path)
    if found.is_dir():
        raise SourceRefused("the path is a folder, not a file", where=path)
    return found


def require_path(path: str) -> Path:
    """The path of an existing, readable file or folder.

    Raises:
        SourceUnavailable: There is nothing there.
        SourceRefused: It may not be read, or is neither: to open a pipe would wait for a writer.
    """
    found = Path(path)
    try:
        mode = found.stat().st_mode
    except PermissionError as error:
        raise SourceRefused("the path may not be read", where=path) from error
    # Of a name that no file can have, as it holds a NUL, Python says that it is no value.
    except (OSError, ValueError) as error:
        raise SourceUnavailable(
            "the path does not exist",
            where=path,
            remedy="Correct `path` in the source's configuration, or bring the file back.",
        ) from error
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise SourceRefused("the path is neither a file nor a folder", where=path)
    if not os.access(found, os.R_OK):
        raise SourceRefused("the path may not be read", where=path)
    return found
