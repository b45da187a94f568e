"""What is wrong with a drop, and where: `file:line:column: what. remedy`."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from metadata_assets.errors import ConfigurationError


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file, counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong at a place of one file.

    Attributes:
        place: Where.
        what: One sentence; repeats no value.
        remedy: How to mend it.
    """

    place: Place
    what: str
    remedy: str = ""

    def in_file(self, file: str) -> ConfigurationError:
        """The problem as an error that also names the file."""
        where = f"{printable(file)}:{self.place.line}:{self.place.column}"
        return ConfigurationError(self.what, where=where, remedy=self.remedy)


def printable(text: str, limit: int = 80) -> str:
    """A name from a file, safe to show in a one-line message."""
    shown = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)
    return shown if len(shown) <= limit else f"{shown[: limit - 1]}…"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A remedy for an unknown name: the nearest known one, and all of them."""
    names = list(known)
    return f"{nearest(name, names)}Known: {', '.join(names)}."


def nearest(name: str, known: Iterable[str]) -> str:
    """A question after the known name that is nearest to an unknown one; empty where none is."""
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"Did you mean `{near[0]}`? " if near else ""
