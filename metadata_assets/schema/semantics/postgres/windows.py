"""Windows: PARTITION BY, ORDER BY and the frame, in OVER or in a WINDOW clause."""

from __future__ import annotations

from metadata_assets.schema.semantics import problems as codes
from metadata_assets.schema.semantics.postgres.analysis import Analysis, Node
from metadata_assets.schema.semantics.postgres.coercion import can_coerce, is_comparable
from metadata_assets.schema.semantics.postgres.namespace import Level
from metadata_assets.schema.semantics.postgres.operators import Reader
from metadata_assets.schema.semantics.postgres.system import OPAQUE
from metadata_assets.schema.semantics.postgres.types import spelled
from metadata_assets.schema.semantics.postgres.values import Shape, Value
from metadata_assets.schema.semantics.problems import nearest

_RANGE, _GROUPS = 0x2, 0x8
_RANGED = (
    *("int2", "int4", "int8", "float4", "float8", "numeric", "date", "time", "timetz"),
    *("timestamp", "timestamptz", "interval", "unknown", OPAQUE),
)


def read_window(analysis: Analysis, level: Level, node: Node, read: Reader) -> list[Shape]:
    """Understand a window; returns the forms of what it is made of.

    Args:
        analysis: The statement.
        level: The query it is in.
        node: The WindowDef.
        read: Reads its expressions.
    """
    is_definition = bool(
        node.partition_clause or node.order_clause or node.refname or node.location < 0
    )
    name = node.refname or (node.name if not is_definition else "")
    if name and name not in level.windows:
        analysis.refuse(
            codes.WINDOW,
            f'window "{name}" does not exist',
            node.location,
            nearest(name, level.windows),
        )
    clause, level.clause = level.clause, "window definitions"
    partitions = [read(analysis, level, each) for each in node.partition_clause]
    orders = [read(analysis, level, each.sort_by.node) for each in node.order_clause]
    offsets = [
        read(analysis, level, getattr(node, part))
        for part in ("start_offset", "end_offset")
        if node.HasField(part)
    ]
    level.clause = clause
    for value in partitions:
        _require_comparable(analysis, value, sorted_=False)
    for value in orders:
        _require_comparable(analysis, value, sorted_=True)
    if offsets and node.frame_options & _RANGE and not node.refname and len(orders) != 1:
        message = "RANGE with offset PRECEDING/FOLLOWING requires exactly one ORDER BY column"
        analysis.refuse(codes.WINDOW, message, node.location)
    elif offsets and node.frame_options & _RANGE and orders and orders[0].type not in _RANGED:
        message = (
            "RANGE with offset PRECEDING/FOLLOWING is not supported for column type "
            f"{spelled(orders[0].type)}"
        )
        analysis.refuse(codes.WINDOW, message, node.location)
    if node.frame_options & _GROUPS and not node.refname and not orders:
        analysis.refuse(codes.WINDOW, "GROUPS mode requires an ORDER BY clause", node.location)
    for value in offsets:
        if not node.frame_options & _RANGE and not can_coerce(value.type, "int8"):
            message = f"argument of ROWS must be type bigint, not type {spelled(value.type)}"
            analysis.refuse(codes.TYPES, message, value.shape.at)
    return [value.shape for value in (*partitions, *orders, *offsets)]


def _require_comparable(analysis: Analysis, value: Value, *, sorted_: bool) -> None:
    if not is_comparable(value.type, sorted_=sorted_):
        kind = "an ordering" if sorted_ else "an equality"
        message = f"could not identify {kind} operator for type {spelled(value.type)}"
        analysis.refuse(codes.TYPES, message, value.shape.at)
