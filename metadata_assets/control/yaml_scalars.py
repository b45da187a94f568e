"""What a YAML scalar stands for, limited to what JSON can hold."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping

Scalar = str | int | float | bool | None

_NULL = re.compile(r"|~|null|Null|NULL")
_TRUE = re.compile(r"true|True|TRUE|yes|Yes|YES|on|On|ON")
_FALSE = re.compile(r"false|False|FALSE|no|No|NO|off|Off|OFF")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_PREFIXED = re.compile(r"0x[0-9a-fA-F]+|0o[0-7]+")
_FLOAT = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?")
_SURROGATE = re.compile(r"[\ud800-\udfff]")

_TAGS = "tag:yaml.org,2002:"
_LONGEST_NUMBER = 400
"""Longer digits are refused rather than read: Python itself refuses very long ones."""


def read_scalar(text: str, tag: str | None, *, is_plain: bool) -> tuple[Scalar, str | None]:
    """The value of a scalar, or its text and what is wrong with it.

    Args:
        text: The scalar, quotes and escapes resolved.
        tag: Its explicit tag.
        is_plain: Whether it was written without quotes and tag.
    """
    if _SURROGATE.search(text):
        return "", "half of a character pair, which is no text"
    if tag is None or tag == "!":
        return _plain(text) if is_plain else (text, None)
    read = _BY_TAG.get(tag.removeprefix(_TAGS)) if tag.startswith(_TAGS) else None
    if read is None:
        return text, "a tag that is not allowed; only !!str, !!int, !!float, !!bool and !!null are"
    value, fault = _plain(text)
    if fault is None and read(value):
        return value, None
    return (text, None) if tag == f"{_TAGS}str" else (text, "the value does not fit its tag")


def _plain(text: str) -> tuple[Scalar, str | None]:
    if _NULL.fullmatch(text):
        return None, None
    if _TRUE.fullmatch(text):
        return True, None
    if _FALSE.fullmatch(text):
        return False, None
    if _FLOAT.fullmatch(text):
        number = float(text)
        return (number, None) if math.isfinite(number) else (text, "a number too large to hold")
    if _DECIMAL.fullmatch(text) or _PREFIXED.fullmatch(text):
        if len(text) > _LONGEST_NUMBER:
            return text, "a number too large to hold"
        return int(text, 10 if _DECIMAL.fullmatch(text) else 0), None
    return text, None


_BY_TAG: Mapping[str, Callable[[Scalar], bool]] = {
    "str": lambda _value: False,
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "float": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "bool": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}
"""Whether a plain value is what its explicit tag says."""
