"""The beginning of a text file, decoded: by its byte order mark, as UTF-8, or by a guess."""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from metadata_assets.sources.files.inferred import Unreadable

SAMPLE_BYTES = 4 * 1024 * 1024
"""How much of a file is looked at."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY = (
    (b"PK\x03\x04", "a ZIP archive or Office document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"%PDF-", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
)
# What spreadsheets and databases export where they do not export Unicode.
_ONE_BYTE = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"),
    *("iso8859_2", "iso8859_5", "iso8859_7", "iso8859_9", "iso8859_15", "koi8_r", "cp874"),
)
_TELLING_BYTES = 4
_TWO_BYTES = ("cp932", "gb18030", "big5", "cp949", "euc_jp", "euc_kr")
_TEXT_CONTROLS = frozenset("\t\n\r\f\v\x1a\x1b\x1c\x1d\x1e\x1f")


@dataclass(frozen=True, slots=True)
class TextSample:
    """The beginning of a text file.

    Attributes:
        text: Whole lines.
        encoding: Python's name of its encoding.
        is_certain: Whether a mark or its bytes prove the encoding; else it is a guess.
        share: How much of the file this is, from 0 to 1.
    """

    text: str
    encoding: str
    is_certain: bool
    share: float


def read_sample(path: Path) -> TextSample:
    """Read and decode the beginning of a text file, unpacking `.gz`.

    Raises:
        Unreadable: It is empty, or no text.
    """
    raw, share = _beginning(path)
    if not raw.strip(b"\x00\r\n\t "):
        raise Unreadable("the file is empty")
    for mark, kind in _BINARY:
        if raw.startswith(mark):
            raise Unreadable(f"the file is {kind}, not text")
    encoding, is_certain = _encoding(raw)
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(raw)
    # A byte order mark may repeat where files were concatenated; a NUL is never meant.
    text = text.replace("\ufeff", "").replace("\x00", "")
    if not text.strip():
        raise Unreadable("the file is empty")
    if _is_binary(text):
        raise Unreadable("the file is binary, not text")
    return TextSample(text if share == 1 else _whole_lines(text), encoding, is_certain, share)


def _beginning(path: Path) -> tuple[bytes, float]:
    if path.suffix.lower() != ".gz":
        with path.open("rb") as file:
            raw = file.read(SAMPLE_BYTES)
        return raw, min(1.0, len(raw) / max(1, path.stat().st_size))
    try:
        with gzip.open(path) as archive:
            raw = archive.read(SAMPLE_BYTES)
            is_whole = not archive.read(1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise Unreadable(f"the gzip archive is damaged: {error}") from error
    # The size of the unpacked rest is not known without unpacking it.
    return raw, 1.0 if is_whole else 0.0


def _encoding(raw: bytes) -> tuple[str, bool]:
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return name, True
    unmarked = _unmarked_utf16(raw)
    if unmarked:
        return unmarked, False
    try:
        # The sample may end in the middle of a character.
        codecs.getincrementaldecoder("utf-8")().decode(raw)
    except UnicodeDecodeError:
        return _likeliest(raw), False
    return "utf-8", True


def _unmarked_utf16(raw: bytes) -> str | None:
    """UTF-16 of a Latin text: every other byte is NUL."""
    half = max(1, len(raw) // 2)
    if raw[1::2].count(0) > 0.4 * half and raw[::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if raw[::2].count(0) > 0.4 * half and raw[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return None


def _likeliest(raw: bytes) -> str:
    if len(re.findall(rb"[\x80-\xff]", raw)) < _TELLING_BYTES:
        return "cp1252"
    # Single foreign letters among Latin ones are no sign of characters of two bytes.
    is_wide = re.search(rb"[\x80-\xff]{2}", raw) is not None
    matches = from_bytes(raw, cp_isolation=[*_ONE_BYTE, *(_TWO_BYTES if is_wide else ())])
    best = matches.best()
    if best is None:
        return "cp1252"
    # Short samples fit many encodings equally well; then the commonest is the likeliest.
    equal = [
        name
        for match in matches
        if (match.chaos, match.coherence) == (best.chaos, best.coherence)
        for name in match.could_be_from_charset
    ]
    return "cp1252" if "cp1252" in equal else best.encoding


def _is_binary(text: str) -> bool:
    controls = sum(text.count(chr(code)) for code in range(32) if chr(code) not in _TEXT_CONTROLS)
    return controls > 0.05 * len(text)


def _whole_lines(text: str) -> str:
    end = max(text.rfind("\n"), text.rfind("\r"))
    return text[: end + 1] if end >= 0 else text
