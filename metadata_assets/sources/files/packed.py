"""Files that are packed, whatever their names: as one stream, or as a ZIP archive of one file."""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import IO, Any

import pyarrow as pa

from metadata_assets.sources.files.inferred import Unreadable

GZIP = "gzip"
_ZIP = "ZIP"

_SIGNATURES: Mapping[str, re.Pattern[bytes]] = {
    GZIP: re.compile(rb"\x1f\x8b"),
    "bzip2": re.compile(rb"BZh[1-9](1AY&SY|\x17rE8P)"),
    "xz": re.compile(rb"\xfd7zXZ\x00"),
    "Zstandard": re.compile(rb"\x28\xb5\x2f\xfd"),
    _ZIP: re.compile(rb"PK(\x03\x04|\x05\x06)"),
}
_STREAMS: Mapping[str, Callable[[str], Any]] = {
    GZIP: gzip.GzipFile,
    "bzip2": bz2.BZ2File,
    "xz": lzma.LZMAFile,
    "Zstandard": lambda path: pa.CompressedInputStream(path, "zstd"),
}
_BAD_ZIP = (zipfile.BadZipFile, RuntimeError, ValueError, OverflowError, struct.error)
"""What the standard library says of an archive whose bytes are damaged."""
_OFFICE_PARTS = frozenset({"[Content_Types].xml", "mimetype"})
"""Office documents are ZIP archives that begin with one of these."""


def packing(path: Path) -> str | None:
    """How a file is packed; None if it is not, as Office documents are not."""
    with path.open("rb") as file:
        beginning = file.read(16)
    kind = next((kind for kind, told in _SIGNATURES.items() if told.match(beginning)), None)
    if kind == _ZIP and (is_office_document(path) or not zipfile.is_zipfile(path)):
        return None
    return kind


def is_office_document(path: Path) -> bool:
    """Whether a file is a ZIP archive with the parts of an Office document."""
    try:
        with zipfile.ZipFile(path) as archive:
            return not _OFFICE_PARTS.isdisjoint(archive.namelist())
    except _BAD_ZIP:
        return False


def inner_name(path: Path) -> str:
    """The name of what is packed, or of the file itself."""
    kind = packing(path)
    if kind == _ZIP:
        with _said(kind), zipfile.ZipFile(path) as archive:
            return PurePath(_only_file(archive).filename).name
    # `.gz` and the like say how a file is packed, not what it is.
    return path.stem if kind and len(path.suffixes) > 1 else path.name


@contextmanager
def unpacked(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a file, unpacked as they are read.

    Raises:
        Unreadable: The archive is damaged or protected by a password, or is one of several files.
    """
    kind = packing(path)
    if kind is None:
        with path.open("rb") as file:
            yield file
    elif kind == _ZIP:
        with (
            _said(kind),
            zipfile.ZipFile(path) as archive,
            archive.open(_only_file(archive)) as file,
        ):
            yield file
    else:
        with _said(kind), _STREAMS[kind](str(path)) as file:
            yield file


def _only_file(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    # macOS adds a folder of its own.
    files = [
        part
        for part in archive.infolist()
        if not part.is_dir() and not part.filename.startswith("__MACOSX/")
    ]
    if len(files) != 1:
        raise Unreadable(
            f"the file is a ZIP archive of {len(files)} files; unpack it into the folder"
        )
    if files[0].flag_bits & 1:
        raise Unreadable("a password protects the ZIP archive; unpack it into the folder")
    return files[0]


@contextmanager
def _said(kind: str) -> Iterator[None]:
    try:
        yield
    except (
        *(EOFError, zlib.error, lzma.LZMAError, pa.ArrowException, gzip.BadGzipFile),
        *_BAD_ZIP,
    ) as error:
        raise _damaged(kind, error) from error
    except OSError as error:
        # What bzip2 and Zstandard say of bad bytes has no number; of the disk it has.
        if error.errno is not None:
            raise
        raise _damaged(kind, error) from error


def _damaged(kind: str, error: Exception) -> Unreadable:
    return Unreadable(f"the {kind} archive is damaged ({error}); pack or copy it again")
