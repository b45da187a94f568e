"""Paths of sources that are files: what is missing or may not be read is said in one way."""

from __future__ import annotations

import os
from pathlib import Path

from metadata_assets.errors import SourceRefused, SourceUnavailable


def require_file(path: str) -> Path:
    """The path of an existing, readable file.

    Raises:
        SourceUnavailable: There is no such file.
        SourceRefused: It is a folder, or may not be read.
    """
    file = Path(path)
    if file.is_dir():
        raise SourceRefused("the path is a folder, not a file", where=path)
    require_path(path)
    return file


def require_path(path: str) -> Path:
    """The path of an existing, readable file or folder.

    Raises:
        SourceUnavailable: There is nothing there.
        SourceRefused: It may not be read.
    """
    found = Path(path)
    try:
        found.stat()
    except PermissionError as error:
        raise SourceRefused("the path may not be read", where=path) from error
    except OSError as error:
        raise SourceUnavailable(
            "the path does not exist",
            where=path,
            remedy="Correct `path` in the source's configuration, or bring the file back.",
        ) from error
    if not os.access(found, os.R_OK):
        raise SourceRefused("the path may not be read", where=path)
    return found
