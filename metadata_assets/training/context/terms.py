"""How a text, a question or a description or an identifier, becomes terms to be found by."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import Stemmer
from bm25s.stopwords import STOPWORDS_EN

_RUN = re.compile(r"\d+|[^\W\d_]+")

_ASKING = (
    *("who", "whom", "whose", "what", "which", "how", "many", "much", "when", "where", "than"),
    *("do", "does", "did", "have", "has", "had", "were", "been", "from", "those", "any", "all"),
    *("each", "per", "them", "its", "we", "i", "me", "my", "our", "us", "you", "can", "please"),
    *("show", "list", "find", "return", "give", "get", "tell"),
)
# What every question holds and no schema is told apart by.
_STOP_WORDS = frozenset(STOPWORDS_EN) | frozenset(_ASKING)


def words(text: str) -> list[str]:
    """The words of a text in lower case; `sbTxDateTime` and `HTTPStatus` are words run together."""
    return [word.lower() for run in _RUN.findall(text) for word in _taken_apart(run)]


def terms(text: str) -> list[str]:
    """The stems of the words that tell something: `Orders shipped` is `order`, `ship`."""
    return [_stem(word) for word in words(text) if word not in _STOP_WORDS]


def trigrams(text: str) -> list[str]:
    """Three letters at a time: `dept` and `department`, `airline` and `airlines` share some."""
    telling = (word for word in words(text) if word not in _STOP_WORDS and len(word) > 2)
    return [gram for word in telling for gram in _grams(word)]


def is_phrase_of(phrase: Sequence[str], text: Sequence[str]) -> bool:
    """Whether the terms of a phrase stand in a text one after the other."""
    length = len(phrase)
    return length > 0 and any(
        list(text[start : start + length]) == list(phrase)
        for start in range(len(text) - length + 1)
    )


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


@cache
def _stem(word: str) -> str:
    stem: str = _stemmer().stemWord(word)
    return stem


def _grams(word: str) -> list[str]:
    padded = f"#{word}#"
    return [padded[start : start + 3] for start in range(len(padded) - 2)]


def _taken_apart(run: str) -> list[str]:
    """A run of letters at its changes of case: before a capital that begins a word."""
    if run.islower() or run.isupper() or not run.isalpha():
        return [run]
    starts = [
        position
        for position in range(1, len(run))
        if run[position].isupper()
        and (not run[position - 1].isupper() or run[position + 1 : position + 2].islower())
    ]
    return [run[start:end] for start, end in pairwise([0, *starts, len(run)])]
