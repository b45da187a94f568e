"""A shorter form of a description, made of its own words.

Deterministic: filler goes first, then the clauses that tell nothing hard. What is hard stays:
names, numbers, units, quoted words, codes and lists of allowed values. Where that leaves nothing
to take away, there is no shorter form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LIMIT = 100
"""Descriptions longer than this are too long, in characters."""

_FILLER = re.compile(
    r"\b(please note that|note that|it should be noted that|as mentioned( above| before)?|"
    r"basically|essentially|generally speaking|in general|simply|of course|obviously|"
    r"for your information|in other words)\b,?\s*",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"(?:^|(?<=[.!?] ))(this|the) (column|field|attribute|table|value|entry) "
    r"(contains|stores|holds|represents|indicates|describes|denotes|specifies|records|tracks|"
    r"shows|is used to (store|hold|record|track|indicate)|is) ",
    re.IGNORECASE,
)

_UNITS = (
    r"(milli|micro|nano)?seconds?|minutes?|hours?|days?|weeks?|months?|years?|"
    r"(kilo|centi|milli)?met(re|er)s?|miles?|feet|inch(es)?|(kilo|milli)?grams?|pounds?|tons?|"
    r"(milli)?lit(re|er)s?|gallons?|cents?|dollars?|euros?|percent(age)?s?|celsius|fahrenheit|"
    r"kelvin|(kilo|mega|giga)?bytes?|degrees?|pixels?|watts?|volts?|hertz|kg|km|cm|mm|ml|ms|lbs?"
)
HARD = re.compile(
    r"`[^`]+`|\"[^\"]+\"|'[^']+'|“[^”]+”"  # quoted
    r"|\b\w+(?:[._]\w+)+\b"  # snake_case, table.column
    r"|\b[a-z]+[A-Z]\w*\b"  # camelCase
    r"|\b[A-Z][A-Z0-9-]+\b"  # codes, currencies, abbreviations
    r"|[$€£]?\d[\d.,:/-]*\d*\s?%?"  # numbers
    r"|%|[$€£]"
    rf"|\b(?:in|as|per|of)\s+(?:{_UNITS})\b"
)
"""What is not to be lost."""

_LISTING = re.compile(
    r"\b(one of|either|allowed values?|possible values?|valid values?|values?( are| include|:)|"
    r"can be|may be|must be|could be|options?( are|:)|namely)\b|[:=]",
    re.IGNORECASE,
)
_GRAIN = re.compile(r"\b(one|each|every|an?) (row|record|line|entry)\b", re.IGNORECASE)
"""What a row stands for: joins and sums depend on it."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[\"'`(]?[A-Z0-9])")
_FOLLOWING_ON = (
    r"(?:which|that is|so that|because|since|although|whereas|while|when|where|in order to|"
    r"for example|e\.g\.|i\.e\.|such as)\b"
)
_DEPENDENT = re.compile(rf"\(|{_FOLLOWING_ON}", re.IGNORECASE)
_CLAUSE = re.compile(rf"\s*(?:[,;]\s+|\s[-\u2013\u2014]\s|\s+(?=\())|\s+(?={_FOLLOWING_ON})")


@dataclass(frozen=True, slots=True)
class _Clause:
    text: str
    sentence: int
    is_kept: bool


def concise(description: str, *, limit: int = LIMIT) -> str | None:
    """A shorter form of a description; None where there is none.

    Args:
        description: The description.
        limit: How long it may be, if what must be kept allows it.
    """
    text = " ".join(description.split())
    if len(text) <= limit:
        return None
    plain = _capital(_OPENING.sub("", _FILLER.sub("", text)))
    shorter = plain if len(plain) <= limit else _without_loose_clauses(plain, limit)
    return shorter if len(shorter) < len(text) and not lost(text, shorter) else None


def lost(description: str, shorter: str) -> tuple[str, ...]:
    """What a shorter form of a description does not say any more, and must."""
    kept = " ".join(shorter.split()).lower()
    hard = (match.group().strip(" .,") for match in HARD.finditer(" ".join(description.split())))
    return tuple(dict.fromkeys(one for one in hard if one and one.lower() not in kept))


def _without_loose_clauses(text: str, limit: int) -> str:
    clauses = list(_clauses(text))
    kept = [clause for clause in clauses if clause.is_kept]
    # What may go comes back, the first first, as long as there is room; not what followed on
    # something that is gone.
    broken: set[int] = set()
    for clause in clauses:
        if clause.is_kept or clause.sentence in broken:
            continue
        if len(_joined([*kept, clause])) <= limit:
            kept = [one for one in clauses if one in kept or one is clause]
        else:
            broken.add(clause.sentence)
    return _joined(kept)


def _clauses(text: str) -> Iterator[_Clause]:
    for number, sentence in enumerate(_SENTENCE.split(text)):
        parts = [part for part in _parts(sentence) if part]
        kept = {place for place, part in enumerate(parts) if _is_hard(part)}
        if number == 0:
            kept.add(0)
        for place in reversed(range(1, len(parts))):
            # `which is in EUR` says nothing without what is.
            if place in kept and _DEPENDENT.match(parts[place]):
                kept.add(place - 1)
        for place, part in enumerate(parts):
            yield _Clause(part, number, place in kept)


def _is_hard(clause: str) -> bool:
    return any(rule.search(clause) is not None for rule in (HARD, _LISTING, _GRAIN))


def _parts(sentence: str) -> list[str]:
    """The clauses of a sentence; a list of values stays in one piece."""
    listing = _LISTING.search(sentence)
    if listing is None:
        return [part.strip() for part in _CLAUSE.split(sentence)]
    before = sentence[: listing.start()]
    # The clause that the list belongs to begins at the last break before it.
    breaks = [match.end() for match in _CLAUSE.finditer(before)]
    start = breaks[-1] if breaks else 0
    head = [part.strip() for part in _CLAUSE.split(sentence[:start].rstrip(" ,;"))]
    return [*head, sentence[start:].strip()]


def _joined(clauses: Sequence[_Clause]) -> str:
    sentences: dict[int, list[str]] = {}
    for clause in clauses:
        sentences.setdefault(clause.sentence, []).append(clause.text.rstrip(" ,;"))
    told = []
    for parts in sentences.values():
        text = parts[0]
        for part in parts[1:]:
            text += f" {part}" if part.startswith("(") else f", {part}"
        told.append(_capital(text.rstrip(".")))
    return ". ".join(told)


def _capital(text: str) -> str:
    return re.sub(r"^\w|(?<=[.!?] )\w", lambda first: first.group().upper(), text)
