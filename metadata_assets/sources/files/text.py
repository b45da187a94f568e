"""The beginning of a text file, unpacked and decoded."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, replace
from pathlib import Path

from metadata_assets.sources.files.contents import signed_as
from metadata_assets.sources.files.encoding import encoding_of
from metadata_assets.sources.files.inferred import Unreadable
from metadata_assets.sources.files.packed import packing, unpacked
from metadata_assets.sources.files.rows import lines_below, whole_records

SAMPLE_BYTES = 4 * 1024 * 1024
"""How much of a file is looked at."""

_TEXT_CONTROLS = frozenset("\t\n\r\f\v\x01\x1a\x1b\x1c\x1d\x1e\x1f")
"""Controls that are met in texts; the first one divides the fields of Hive."""


@dataclass(frozen=True, slots=True)
class TextSample:
    """The beginning of a text file.

    Attributes:
        text: Whole records.
        encoding: Python's name of its encoding.
        is_certain: Whether a mark or its bytes prove the encoding; else it is a guess.
        share: How much of the file this is, from 0 to 1.
        above: How many lines were cut off above.
    """

    text: str
    encoding: str
    is_certain: bool
    share: float
    above: int = 0

    def below(self, lines: int) -> TextSample:
        """The sample without so many lines above."""
        return replace(self, text=lines_below(self.text, lines), above=self.above + lines)


def read_sample(path: Path) -> TextSample:
    """Read and decode the beginning of a text file, packed or not.

    Raises:
        Unreadable: It is empty, or no text.
    """
    raw, share = _beginning(path)
    if not raw.strip(b"\x00\r\n\t "):
        raise Unreadable("the file is empty")
    kind = signed_as(raw)
    if kind:
        raise Unreadable(f"the file is {kind}, not text")
    encoding, is_certain = encoding_of(raw)
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(raw)
    # A byte order mark may repeat where files were concatenated; a NUL is never meant.
    text = text.replace("\ufeff", "").replace("\x00", "")
    if not text.strip():
        raise Unreadable("the file is empty")
    if _is_binary(text):
        raise Unreadable("the file is binary, not text")
    return TextSample(text if share == 1 else whole_records(text), encoding, is_certain, share)


def _beginning(path: Path) -> tuple[bytes, float]:
    with unpacked(path) as file:
        raw = file.read(SAMPLE_BYTES)
        if packing(path) is None:
            return raw, min(1.0, len(raw) / max(1, path.stat().st_size))
        # The size of the unpacked rest is not known without unpacking it.
        return raw, 0.0 if file.read(1) else 1.0


def _is_binary(text: str) -> bool:
    controls = sum(text.count(chr(code)) for code in range(32) if chr(code) not in _TEXT_CONTROLS)
    return controls > 0.05 * len(text)
