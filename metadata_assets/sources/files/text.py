"""The beginning of a text file, decoded: by its byte order mark, as UTF-8, or by a guess."""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from metadata_assets.sources.files.alphabets import ONE_BYTE, likeliest_encoding
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
_TELLING_BYTES = 4
_ESCAPED = (
    (re.compile(rb"\x1b\$\)C"), "iso2022_kr"),
    (re.compile(rb"\x1b(\$[@B]|\([BJ])"), "iso2022_jp"),
)
"""Encodings of seven bits, by how they announce other letters."""

_TWO_BYTES = ("cp932", "euc_jp", "gb18030", "big5", "cp949", "euc_kr")
_KANA, _HANGUL, _HAN = (
    re.compile(f"[{first}-{last}]")
    for first, last in (("\u3041", "\u30ff"), ("\uac00", "\ud7a3"), ("\u4e00", "\u9fff"))
)
_WIDE_LETTER = re.compile("[^\x00-\x7f\u3000-\u303f\uff00-\uffef]")
"""What is no ASCII and no punctuation, which Chinese, Japanese and Korean share."""
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
    unmarked = _unmarked_wide(raw)
    if unmarked:
        return unmarked, False
    for announced, name in _ESCAPED:
        if announced.search(raw):
            return name, False
    try:
        # The sample may end in the middle of a character.
        codecs.getincrementaldecoder("utf-8")().decode(raw)
    except UnicodeDecodeError:
        return _likeliest(raw), False
    return "utf-8", True


def _unmarked_wide(raw: bytes) -> str | None:
    """UTF-32, or UTF-16 of a Latin text: three of four bytes, or every other one, are NUL."""
    if len(raw) >= 8 and not raw[2::4].strip(b"\x00\x01") and not raw[3::4].strip(b"\x00"):
        return "utf-32-le"
    if len(raw) >= 8 and not raw[1::4].strip(b"\x00\x01") and not raw[::4].strip(b"\x00"):
        return "utf-32-be"
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
    if re.search(rb"[\x80-\xff]{2}", raw):
        best = from_bytes(raw, cp_isolation=[*ONE_BYTE, *_TWO_BYTES]).best()
        if best is not None and best.encoding in _TWO_BYTES:
            return _likeliest_wide(raw, best.encoding)
    return likeliest_encoding(raw)


def _likeliest_wide(raw: bytes, guess: str) -> str:
    """The encoding of two bytes that mixes scripts least: the same bytes are characters in most."""

    def strangeness(encoding: str) -> tuple[float, bool]:
        text = raw.decode(encoding, "replace")
        kana, hangul, han = (len(script.findall(text)) for script in (_KANA, _HANGUL, _HAN))
        foreign = len(_WIDE_LETTER.findall(text))
        mixed = foreign - max(kana + han, hangul) + 5 * text.count("\ufffd")
        # GB 18030 has kana too, and in the same places, but nobody writes them in it.
        return mixed / max(1, foreign), encoding != guess and not kana

    return min(_TWO_BYTES, key=strangeness)


def _is_binary(text: str) -> bool:
    controls = sum(text.count(chr(code)) for code in range(32) if chr(code) not in _TEXT_CONTROLS)
    return controls > 0.05 * len(text)


def _whole_lines(text: str) -> str:
    end = max(text.rfind("\n"), text.rfind("\r"))
    return text[: end + 1] if end >= 0 else text
