"""Subqueries among values: how many columns they may have, and what they yield."""

from __future__ import annotations

from metadata_assets.schema.semantics import problems as codes
from metadata_assets.schema.semantics.postgres.analysis import Analysis, Node
from metadata_assets.schema.semantics.postgres.coercion import array_of
from metadata_assets.schema.semantics.postgres.namespace import Level
from metadata_assets.schema.semantics.postgres.operators import Reader, compare
from metadata_assets.schema.semantics.postgres.system import UNKNOWN
from metadata_assets.schema.semantics.postgres.values import QUERY, Result, Shape, Value

_EXISTS, _ALL, _ANY, _ROW_COMPARE, _SCALAR, _MULTIPLE, _ARRAY = range(1, 8)


def read_sublink(analysis: Analysis, level: Level, node: Node, read: Reader) -> Value:
    """Understand EXISTS, IN, ANY, ALL, ARRAY and scalar subqueries.

    Args:
        analysis: The statement.
        level: The query it is in.
        node: The SubLink.
        read: Reads what is compared with it.
    """
    found = analysis.read_query(analysis, node.subselect, level)
    columns = list(found.columns)
    shape = Shape(QUERY, None, found.shapes, node.location)
    if node.sub_link_type == _EXISTS:
        return Value("bool", shape)
    if node.sub_link_type in (_ALL, _ANY):
        return _compared(analysis, level, node, columns, shape, read)
    if len(columns) != 1:
        message = "subquery must return only one column"
        return analysis.refused(codes.TYPES, message, node.location)
    value = columns[0].value
    kind = "text" if value.type == UNKNOWN else value.type
    if node.sub_link_type == _ARRAY:
        return Value(array_of(kind), shape)
    return Value(kind, shape, value.text, fields=value.fields)


def _compared(
    analysis: Analysis,
    level: Level,
    node: Node,
    columns: list[Result],
    shape: Shape,
    read: Reader,
) -> Value:
    if node.testexpr.WhichOneof("node") == "row_expr":
        left = [read(analysis, level, each) for each in node.testexpr.row_expr.args]
    else:
        left = [read(analysis, level, node.testexpr)]
    if len(left) == 1 and left[0].fields and len(columns) == len(left[0].fields) > 1:
        return Value("bool", shape)
    if len(left) != len(columns):
        which = "many" if len(columns) > len(left) else "few"
        analysis.refuse(codes.TYPES, f"subquery has too {which} columns", node.location)
    name = node.oper_name[-1].string.sval if node.oper_name else "="
    for one, column in zip(left, columns, strict=False):
        kind = "text" if column.value.type == UNKNOWN else column.value.type
        compare(analysis, name, one, Value(kind, column.value.shape), node.location)
    parts = (*(value.shape for value in left), shape)
    return Value("bool", Shape(QUERY, name, parts, node.location))
