"""What a change of type does to the values: all fit, some may not, or they are others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from types import MappingProxyType

from sqlglot import exp

from metadata_assets.diff.column_changes import Effect
from metadata_assets.schema.types import canonical_type

_T = exp.DataType.Type

_INTEGER_BITS: Mapping[exp.DType, int] = MappingProxyType(
    {
        _T.TINYINT: 8,
        _T.SMALLINT: 16,
        _T.MEDIUMINT: 24,
        _T.INT: 32,
        _T.BIGINT: 64,
        _T.INT128: 128,
        _T.INT256: 256,
    }
)
_UNSIGNED_BITS: Mapping[exp.DType, int] = MappingProxyType(
    {
        _T.UTINYINT: 8,
        _T.USMALLINT: 16,
        _T.UMEDIUMINT: 24,
        _T.UINT: 32,
        _T.UBIGINT: 64,
        _T.UINT128: 128,
        _T.UINT256: 256,
    }
)
_MANTISSA_BITS: Mapping[exp.DType, int] = MappingProxyType({_T.FLOAT: 24, _T.DOUBLE: 53})
_BOUNDED_TEXTS = frozenset({_T.CHAR, _T.NCHAR, _T.BPCHAR, _T.VARCHAR, _T.NVARCHAR})
_LONG_TEXTS: Mapping[exp.DType, float] = MappingProxyType(
    {_T.TINYTEXT: 255, _T.TEXT: inf, _T.MEDIUMTEXT: 2**24 - 1, _T.LONGTEXT: 2**32 - 1}
)
_BOUNDED_BYTES = frozenset({_T.BINARY, _T.VARBINARY})
_LONG_BYTES: Mapping[exp.DType, float] = MappingProxyType(
    {_T.TINYBLOB: 255, _T.BLOB: inf, _T.MEDIUMBLOB: 2**24 - 1, _T.LONGBLOB: 2**32 - 1}
)
_MYSQL_LONG = 2**16 - 1
"""What MySQL's TEXT and BLOB hold; elsewhere they hold anything."""

_TIMES = frozenset(
    {
        _T.TIME,
        _T.TIMETZ,
        _T.DATETIME,
        _T.TIMESTAMP,
        _T.TIMESTAMPTZ,
        _T.TIMESTAMPLTZ,
        _T.TIMESTAMPNTZ,
    }
)
_MICROSECONDS = 6


@dataclass(frozen=True, slots=True)
class _Room:
    """What a type has room for: more in every measure holds all values of less."""

    family: str
    measures: tuple[float, ...]

    def holds(self, other: _Room) -> bool:
        if self.family == "float" and other.family == "number":
            # A float is exact for whole numbers up to its mantissa.
            low, high, scale = other.measures
            return max(low, high) <= 2 ** self.measures[0] and scale == 0
        return self.family == other.family and all(
            mine >= theirs for mine, theirs in zip(self.measures, other.measures, strict=True)
        )


@lru_cache(maxsize=4096)
def effect_of(before: str, after: str, dialect: str) -> Effect:
    """What it does to the values of a column to go from one type to another.

    Args:
        before: The native type it was of.
        after: The native type it is of.
        dialect: The sqlglot dialect of the source.

    Returns:
        `widened` where every value fits, also where the two types are one in other words;
        `narrowed` where only the way back is safe; `changed` where neither is.
    """
    old, new = canonical_type(before, dialect), canonical_type(after, dialect)
    if _fits(old, new, dialect):
        return "widened"
    return "narrowed" if _fits(new, old, dialect) else "changed"


def _fits(old: exp.DataType, new: exp.DataType, dialect: str) -> bool:
    if old == new:
        return True
    if old.this == _T.ARRAY and new.this == _T.ARRAY:
        if not (old.expressions and new.expressions):
            return False
        is_same_length = old.args.get("values") == new.args.get("values")
        return is_same_length and _fits(old.expressions[0], new.expressions[0], dialect)
    if old.this == _T.ENUM:
        return _labels_fit(old, new, dialect)
    room, wanted = _room(new, dialect), _room(old, dialect)
    return room is not None and wanted is not None and room.holds(wanted)


def _labels_fit(old: exp.DataType, new: exp.DataType, dialect: str) -> bool:
    labels = [label.name for label in old.expressions]
    if new.this == _T.ENUM:
        return set(labels) <= {label.name for label in new.expressions}
    room = _room(new, dialect)
    longest = max(map(len, labels), default=0)
    return room is not None and room.holds(_Room("text", (longest,)))


def _room(data_type: exp.DataType, dialect: str) -> _Room | None:
    kind = data_type.this
    numbers = _numbers(data_type)
    if kind in _INTEGER_BITS:
        half = 2 ** (_INTEGER_BITS[kind] - 1)
        return _Room("number", (half, half - 1, 0))
    if kind in _UNSIGNED_BITS:
        return _Room("number", (0, 2 ** _UNSIGNED_BITS[kind] - 1, 0))
    if kind in (_T.DECIMAL, _T.UDECIMAL):
        return _decimal_room(numbers, is_signed=kind == _T.DECIMAL, dialect=dialect)
    if kind in _MANTISSA_BITS:
        return _Room("float", (_MANTISSA_BITS[kind],))
    if kind in _TIMES:
        return _Room(kind.name, (numbers[0] if numbers else _default_precision(dialect),))
    if kind in _BOUNDED_TEXTS:
        return _Room("text", (_length(data_type),))
    if kind in _BOUNDED_BYTES:
        return _Room("bytes", (_length(data_type),))
    if kind in _LONG_TEXTS:
        return _Room("text", (_long(_LONG_TEXTS[kind], data_type, dialect),))
    if kind in _LONG_BYTES:
        return _Room("bytes", (_long(_LONG_BYTES[kind], data_type, dialect),))
    return None


def _decimal_room(numbers: list[int], *, is_signed: bool, dialect: str) -> _Room:
    if not numbers:
        if dialect == "postgres":
            return _Room("number", (inf, inf, inf))
        numbers = [10, 0]
    precision, scale = numbers[0], numbers[1] if len(numbers) > 1 else 0
    # Not exact, but wide enough: the greatest DECIMAL(3) is 999.
    bound = 10.0 ** (precision - scale) - 1
    return _Room("number", (bound if is_signed else 0, bound, scale))


def _default_precision(dialect: str) -> int:
    return 0 if dialect == "mysql" else _MICROSECONDS


def _length(data_type: exp.DataType) -> float:
    numbers = _numbers(data_type)
    if numbers:
        return numbers[0]
    # CHAR without a length is one character; the others are without bound.
    return 1 if data_type.this in (_T.CHAR, _T.NCHAR, _T.BINARY) else inf


def _long(length: float, data_type: exp.DataType, dialect: str) -> float:
    numbers = _numbers(data_type)
    if numbers:
        return numbers[0]
    return _MYSQL_LONG if length == inf and dialect == "mysql" else length


def _numbers(data_type: exp.DataType) -> list[int]:
    """The parameters of a type, where they are all whole numbers."""
    texts = [parameter.sql() for parameter in data_type.expressions]
    return [int(text) for text in texts] if all(t.lstrip("-").isdigit() for t in texts) else []
