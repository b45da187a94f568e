"""The text encoding of a file: its byte order mark, else UTF-8, else the likeliest."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SAMPLE_BYTES = 4 * 1024 * 1024
"""How much of a file is looked at."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """A text encoding and whether it is certain (a mark, or valid UTF-8) or a guess."""

    name: str
    is_certain: bool


def detect_encoding(path: Path) -> Encoding:
    """The encoding of a text file."""
    with path.open("rb") as file:
        sample = file.read(SAMPLE_BYTES)
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return Encoding(name, is_certain=True)
    try:
        # The sample may end in the middle of a character.
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        best = from_bytes(sample).best()
        return Encoding(best.encoding if best else "cp1252", is_certain=False)
    return Encoding("utf-8", is_certain=True)


def decoded_sample(path: Path, encoding: Encoding) -> str:
    """The beginning of a file as text; bytes that are none become a replacement character."""
    with path.open("rb") as file:
        sample = file.read(SAMPLE_BYTES)
    decoder = codecs.getincrementaldecoder(encoding.name)(errors="replace")
    return decoder.decode(sample)
