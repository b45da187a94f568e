"""Whether a quoted literal can be read as a type: only what is surely wrong is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date

_INTEGER = re.compile(r"\s*[+-]?(?:\d+(?:_\d+)*|0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+)\s*")
_NUMBER = re.compile(
    r"\s*[+-]?(?:(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|0[xob][\da-fA-F_]+|inf|infinity|nan)\s*",
    re.IGNORECASE,
)
_BOOLEANS = ("true", "false", "yes", "no", "on", "off", "1", "0")
_ISO_DATE = re.compile(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](.*))?\s*", re.DOTALL)
_CLOCK = re.compile(r"\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d*)?)?\b.*", re.DOTALL)
_DATE_WORDS = re.compile(
    r"\s*(?:now|today|tomorrow|yesterday|epoch|-?infinity|allballs)\s*", re.IGNORECASE
)
_UNITS = (
    *("y", "mon", "mons", "month", "w", "d", "h", "m", "s", "ms", "us", "c", "mil", "ago", "tz"),
    *("quarter", "qtr"),
)
_UUID = re.compile(r"\{?(?:[\da-fA-F]{4}-?){8}\}?")


def is_literal_of(text: str, type_name: str) -> bool:
    """Whether a text may be a value of a type; yes where that is not known."""
    check = _CHECKS.get(type_name)
    return check is None or check(text)


def _is_integer(text: str) -> bool:
    return _INTEGER.fullmatch(text) is not None


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


def _is_boolean(text: str) -> bool:
    word = text.strip().lower()
    return bool(word) and any(known.startswith(word) for known in _BOOLEANS) and word != "o"


def _is_date(text: str) -> bool:
    if _DATE_WORDS.fullmatch(text):
        return True
    iso = _ISO_DATE.fullmatch(text)
    if iso is None:
        # Digits alone are a date from `yymmdd` on.
        digits = text.strip()
        return any(letter.isdigit() for letter in text) and not (
            digits.isdigit() and len(digits) < len("yymmdd")
        )
    clock = _CLOCK.fullmatch(iso[4] or "")
    if clock and (int(clock[1]) > 24 or int(clock[2]) > 59 or int(clock[3] or 0) > 60):
        return False
    try:
        date(int(iso[1]), int(iso[2]), int(iso[3]))
    except ValueError:
        return False
    return True


def _is_interval(text: str) -> bool:
    if re.match(r"\s*\d+-\d+-\d", text):
        return False
    words = re.findall(r"[a-z]+", text.lower())
    if not any(letter.isdigit() for letter in text):
        return "infinity" in words
    return text.lstrip()[:1] in "Pp@" or all(word.startswith(_UNITS) for word in words)


def _is_uuid(text: str) -> bool:
    return _UUID.fullmatch(text.strip()) is not None


def _is_json(text: str) -> bool:
    try:
        json.loads(text, strict=False)
    except ValueError:
        return False
    return True


def _is_array(text: str) -> bool:
    return text.lstrip().startswith(("{", "["))


_CHECKS: Mapping[str, Callable[[str], bool]] = {
    **dict.fromkeys(("int2", "int4", "int8"), _is_integer),
    **dict.fromkeys(("numeric", "float4", "float8"), _is_number),
    **dict.fromkeys(("date", "timestamp", "timestamptz"), _is_date),
    **dict.fromkeys(("json", "jsonb"), _is_json),
    **dict.fromkeys(("int4[]", "int8[]", "text[]", "numeric[]", "varchar[]"), _is_array),
    "bool": _is_boolean,
    "interval": _is_interval,
    "uuid": _is_uuid,
}
