"""The types each target has, and what stands for those it has not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

Type = exp.DataType.Type

_EVERYWHERE = (
    *(Type.BOOLEAN, Type.SMALLINT, Type.INT, Type.BIGINT, Type.FLOAT, Type.DOUBLE, Type.DECIMAL),
    *(Type.VARCHAR, Type.CHAR, Type.TEXT, Type.VARBINARY, Type.DATE, Type.TIME, Type.TIMETZ),
    *(Type.TIMESTAMP, Type.TIMESTAMPTZ, Type.JSON),
)
_HAS: Mapping[str, frozenset[Any]] = {
    "sqlite": frozenset(_EVERYWHERE),
    "postgres": frozenset(
        (*_EVERYWHERE, Type.ARRAY, Type.BIT, Type.INET, Type.INTERVAL, Type.JSONB, Type.UUID)
    ),
    "duckdb": frozenset(
        (
            *(*_EVERYWHERE, Type.ARRAY, Type.ENUM, Type.INT128, Type.INTERVAL, Type.LIST, Type.MAP),
            *(Type.STRUCT, Type.TIMESTAMP_MS, Type.TIMESTAMP_NS, Type.TIMESTAMP_S, Type.TINYINT),
            *(Type.UBIGINT, Type.UINT, Type.UINT128, Type.UNION, Type.USMALLINT, Type.UTINYINT),
            Type.UUID,
        )
    ),
}
"""The types whose sqlglot spelling the target takes; of other targets sqlglot is believed."""

_INSTEAD: Mapping[Any, str] = {
    Type.BIGDECIMAL: "DECIMAL",
    Type.BINARY: "VARBINARY",
    Type.BLOB: "VARBINARY",
    Type.DATETIME: "TIMESTAMP",
    Type.INT128: "DECIMAL(38, 0)",
    Type.JSONB: "JSON",
    Type.LONGBLOB: "VARBINARY",
    Type.MAP: "JSON",
    Type.MEDIUMBLOB: "VARBINARY",
    Type.MEDIUMINT: "INT",
    Type.MONEY: "DECIMAL(19, 2)",
    Type.NCHAR: "CHAR",
    Type.NVARCHAR: "VARCHAR",
    Type.STRUCT: "JSON",
    Type.TIMESTAMPLTZ: "TIMESTAMPTZ",
    Type.TIMESTAMPNTZ: "TIMESTAMP",
    Type.TIMESTAMP_MS: "TIMESTAMP",
    Type.TIMESTAMP_NS: "TIMESTAMP",
    Type.TIMESTAMP_S: "TIMESTAMP",
    Type.TINYBLOB: "VARBINARY",
    Type.TINYINT: "SMALLINT",
    Type.UBIGINT: "DECIMAL(20, 0)",
    Type.UDECIMAL: "DECIMAL",
    Type.UDOUBLE: "DOUBLE",
    Type.UINT: "BIGINT",
    Type.UINT128: "DECIMAL(38, 0)",
    Type.UMEDIUMINT: "INT",
    Type.UNION: "JSON",
    Type.USMALLINT: "INT",
    Type.UTINYINT: "SMALLINT",
    Type.YEAR: "SMALLINT",
}
"""What holds every value of a type; a type that is neither had nor here becomes TEXT."""

_SIZED = frozenset((Type.CHAR, Type.VARCHAR, Type.DECIMAL, Type.BIT))
_TIMED = frozenset((Type.TIME, Type.TIMETZ, Type.TIMESTAMP, Type.TIMESTAMPTZ))
_NESTED = frozenset((Type.ARRAY, Type.LIST, Type.MAP, Type.STRUCT, Type.UNION))
_WIDEST_DECIMAL = {"duckdb": 38, "postgres": 1000}


def sayable(kind: exp.DataType, target: str) -> exp.DataType:
    """A type that a target has, which holds the values of another.

    Args:
        kind: Any type.
        target: The dialect; of those not known here, sqlglot is believed to say every type.

    Returns:
        A new value.
    """
    has = _HAS.get(target)
    if has is None:
        return kind.copy()
    if kind.this not in has:
        instead = exp.DataType.build(_INSTEAD.get(kind.this, "TEXT"))
        instead.set("expressions", instead.expressions or _sizes(kind))
        return sayable(instead, target) if instead.this != kind.this else instead
    if kind.this in _NESTED:
        return _nested(kind, target)
    said = exp.DataType(this=kind.this, nested=False)
    sizes = [each.copy() for each in kind.expressions]
    is_sized = kind.this is Type.ENUM or (kind.this in _SIZED and _fits(kind, target))
    if is_sized or (kind.this in _TIMED and target == "postgres"):
        said.set("expressions", sizes)
    elif kind.this is Type.DECIMAL and sizes:
        # More digits than the target counts exactly.
        return exp.DataType.build("DOUBLE")
    return said


def _sizes(kind: exp.DataType) -> list[exp.Expr]:
    numbers = all(isinstance(each, exp.DataTypeParam) for each in kind.expressions)
    return [each.copy() for each in kind.expressions] if numbers else []


def _fits(kind: exp.DataType, target: str) -> bool:
    if kind.this is not Type.DECIMAL or not kind.expressions:
        return True
    try:
        precision, *rest = [int(each.name) for each in kind.expressions]
    except ValueError:
        return False
    return precision <= _WIDEST_DECIMAL.get(target, precision) and all(
        0 <= scale <= precision for scale in rest
    )


def _nested(kind: exp.DataType, target: str) -> exp.DataType:
    """A nested type, its parts said too; a list of what can only be JSON is JSON itself."""
    said = kind.copy()
    for part in list(said.expressions):
        inner = part.args.get("kind") if isinstance(part, exp.ColumnDef) else part
        if isinstance(inner, exp.DataType):
            inner.replace(sayable(inner, target))
    inner = said.expressions[0] if said.expressions else None
    is_list_of_json = isinstance(inner, exp.DataType) and inner.this is Type.JSON
    if kind.this is Type.ARRAY and is_list_of_json and target == "postgres":
        return exp.DataType.build("JSON")
    return said
