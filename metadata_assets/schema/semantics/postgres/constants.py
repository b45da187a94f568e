"""Values that are no expression: literals, parameters, and the words of SQL for time and user."""

from __future__ import annotations

from metadata_assets.schema.semantics.postgres.analysis import Analysis, Node
from metadata_assets.schema.semantics.postgres.namespace import Level
from metadata_assets.schema.semantics.postgres.system import UNKNOWN
from metadata_assets.schema.semantics.postgres.values import OTHER, Shape, Value

_INT8_MAX = 2**63 - 1

_SQL_VALUES = (
    *("", "date", "timetz", "timetz", "timestamptz", "timestamptz", "time", "time"),
    *("timestamp", "timestamp", "name", "name", "name", "name", "name", "name"),
)
"""The types of CURRENT_DATE and its like, by their number."""


def read_constant(_analysis: Analysis, _level: Level, node: Node) -> Value:
    """A literal: its type, unless its place has to give it one."""
    form = node.WhichOneof("val")
    if form == "sval":
        text = node.sval.sval
        return Value(UNKNOWN, Shape(OTHER, ("literal", text), (), node.location), literal=text)
    if form == "ival":
        return Value("int4", Shape(OTHER, ("int4", node.ival.ival), (), node.location))
    if form == "boolval":
        return Value("bool", Shape(OTHER, ("bool", node.boolval.boolval), (), node.location))
    if form == "fval":
        text = node.fval.fval
        kind = "int8" if _is_bigint(text) else "numeric"
        return Value(kind, Shape(OTHER, (kind, text), (), node.location))
    if form == "bsval":
        return Value("bit", Shape(OTHER, ("bit", node.bsval.bsval), (), node.location))
    return Value(UNKNOWN, Shape(OTHER, "null", (), node.location))


def _is_bigint(text: str) -> bool:
    try:
        return abs(int(text, 0 if text[:1] == "0" else 10)) <= _INT8_MAX
    except ValueError:
        return False


def read_parameter(_analysis: Analysis, _level: Level, node: Node) -> Value:
    """A parameter, whose type its place gives it."""
    return Value(UNKNOWN, Shape(OTHER, ("parameter", node.number), (), node.location))


def read_sql_value(_analysis: Analysis, _level: Level, node: Node) -> Value:
    """CURRENT_DATE and its like."""
    return Value(_SQL_VALUES[node.op], Shape(OTHER, ("value", node.op), (), node.location))
