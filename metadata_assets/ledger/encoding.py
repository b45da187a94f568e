"""Turn any Python value into JSON that every ledger database stores.

Nothing may be lost to a `TypeError`: what JSON has no shape for becomes text. PostgreSQL refuses
NUL characters, and every driver lone surrogates, so text is made storable too.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
from collections.abc import Mapping, Set
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from enum import Enum
from numbers import Integral
from typing import Any

_DEEPEST = 64
"""Deeper nesting, as of a value that contains itself, is cut off with an ellipsis."""


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def fingerprint_of(*values: Any) -> str:
    """A hash of values, whatever they are; `ab`, `c` differs from `a`, `bc`."""
    return hashlib.sha256(canonical_json(storable_json(values)).encode()).hexdigest()


def storable_text(text: str) -> str:
    """The text, with what a database refuses written as an escape."""
    if "\x00" in text:
        text = text.replace("\x00", "\\x00")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="backslashreplace").decode()
    return text


def storable_json(value: Any, _depth: int = 0) -> Any:
    """The value as plain JSON: times in ISO 8601, decimals and UUIDs as text, bytes as base64."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return storable_text(str(value.value) if isinstance(value, Enum) else value)
    if isinstance(value, Enum):
        return storable_json(value.value, _depth)
    if isinstance(value, Integral):  # NumPy's too
        return int(value)
    if isinstance(value, float):
        # JSON has no NaN and no infinities; PostgreSQL refuses them.
        return float(value) if math.isfinite(value) else str(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(value).decode()
    if _depth >= _DEEPEST:
        return "…"
    return _storable_container(value, _depth + 1)


def _storable_container(value: Any, depth: int) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: storable_json(getattr(value, field.name), depth) for field in fields(value)
        }
    if isinstance(value, Mapping):
        return {_key(key): storable_json(member, depth) for key, member in value.items()}
    if isinstance(value, Set):
        return sorted((storable_json(member, depth) for member in value), key=canonical_json)
    if isinstance(value, list | tuple):
        return [storable_json(member, depth) for member in value]
    return storable_text(str(value))


def _key(key: Any) -> str:
    plain = storable_json(key)
    return plain if isinstance(plain, str) else canonical_json(plain)
