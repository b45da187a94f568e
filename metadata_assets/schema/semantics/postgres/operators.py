"""Operators: which one is meant by a name and the types of its operands, and what it yields."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from metadata_assets.schema.semantics import problems as codes
from metadata_assets.schema.semantics.postgres.analysis import Analysis, Node
from metadata_assets.schema.semantics.postgres.coercion import (
    bound_types,
    common_type,
    element_of,
    result_type,
)
from metadata_assets.schema.semantics.postgres.namespace import Level
from metadata_assets.schema.semantics.postgres.resolution import applicable, best
from metadata_assets.schema.semantics.postgres.system import (
    OPAQUE,
    RECORD,
    UNKNOWN,
    Operator,
    system,
)
from metadata_assets.schema.semantics.postgres.types import spelled
from metadata_assets.schema.semantics.postgres.values import Value, shape_of

Reader = Callable[[Analysis, Level, Node], Value]

_ANY, _ALL, _DISTINCT, _NOT_DISTINCT, _NULLIF, _IN, _LIKE, _ILIKE, _SIMILAR = range(2, 11)
_COMPARISONS = ("=", "<>", "<", ">", "<=", ">=")
_MISSING, _AMBIGUOUS = "does not exist", "is not unique"


def read_operator(analysis: Analysis, level: Level, node: Node, read: Reader) -> Value:
    """Understand an expression with an operator, in any of its forms.

    Args:
        analysis: The statement.
        level: The query it is in.
        node: The A_Expr.
        read: Reads its operands.
    """
    name = node.name[-1].string.sval
    if node.kind in (_ANY, _ALL):
        left, right = read(analysis, level, node.lexpr), read(analysis, level, node.rexpr)
        return _with_array(analysis, name, left, right, node.location)
    if node.kind == _IN:
        return _in_list(analysis, level, name, node, read)
    if node.kind > _SIMILAR:
        return _between(analysis, level, node, read)
    both = [each.WhichOneof("node") for each in (node.lexpr, node.rexpr)]
    if both == ["row_expr", "row_expr"]:
        return _rows(analysis, level, name, node, read)
    operands = [
        read(analysis, level, each) for each in (node.lexpr, node.rexpr) if each.ListFields()
    ]
    kind = compare(analysis, name, *_pair(operands), node.location)
    if node.kind == _NULLIF:
        kind = operands[0].type if operands[0].type != UNKNOWN else "text"
    return Value(kind, shape_of((node.kind, name), operands, node.location))


def compare(analysis: Analysis, name: str, left: Value | None, right: Value, at: int) -> str:
    """The type an operator yields for its operands; refuses those it does not take.

    Args:
        analysis: The statement.
        name: The operator.
        left: None for a prefix operator.
        right: The other operand.
        at: Where the operator stands.
    """
    operands = [right] if left is None else [left, right]
    if left is not None and left.fields and right.fields and len(left.fields) != len(right.fields):
        analysis.refuse(codes.TYPES, "unequal number of entries in row expressions", at)
        return "bool"
    given = tuple(value.type for value in operands)
    found = resolved(name, given)
    if isinstance(found, str) and "operator" in analysis.index.functions.get(name, ()):
        return "bool" if name in _COMPARISONS else OPAQUE
    if isinstance(found, str):
        signature = " ".join(
            [*([spelled(given[0])] if left is not None else []), name, spelled(given[-1])]
        )
        analysis.refuse(codes.TYPES, f"operator {found}: {signature}", at)
        return "bool" if name in _COMPARISONS else OPAQUE
    operator, kind = found
    if operator is not None:
        bound = bound_types(operator.arguments, given) or {}
        for value, wanted in zip(operands, operator.arguments, strict=True):
            analysis.settle(value, result_type(wanted, bound))
    return kind


@lru_cache(maxsize=1 << 12)
def resolved(name: str, given: tuple[str, ...]) -> tuple[Operator | None, str] | str:
    """The operator meant and the type it yields; or what is wrong with it."""
    candidates = system().operators.get((name, len(given)), ())
    if OPAQUE in given:
        if name in _COMPARISONS:
            return None, "bool"
        results = {each.result for each in candidates}
        return None, next(iter(results)) if len(results) == 1 else OPAQUE
    found = _exact(candidates, given)
    if found is None:
        fitting = applicable(candidates, given)
        if not fitting:
            return _MISSING
        found = fitting[0] if len(fitting) == 1 else best(fitting, given)
    if found is None:
        return _AMBIGUOUS
    bound = bound_types(found.arguments, given) or {}
    return found, result_type(found.result, bound)


def _exact(candidates: tuple[Operator, ...], given: tuple[str, ...]) -> Operator | None:
    """The operator for just these types, a literal being of the type of what it stands beside."""
    if len(given) == 2 and UNKNOWN in given and given != (UNKNOWN, UNKNOWN):
        known = given[0] if given[1] == UNKNOWN else given[1]
        given = (known, known)
    return next((each for each in candidates if each.arguments == given), None)


def _pair(operands: list[Value]) -> tuple[Value | None, Value]:
    return (None, operands[0]) if len(operands) == 1 else (operands[0], operands[1])


def _with_array(analysis: Analysis, name: str, left: Value, right: Value, at: int) -> Value:
    """`x = ANY (array)`."""
    shape = shape_of(("array", name), [left, right], at)
    element = right.type if right.type in (UNKNOWN, OPAQUE) else element_of(right.type)
    if element is None:
        message = "op ANY/ALL (array) requires array on right side"
        analysis.refuse(codes.TYPES, message, at)
        return Value("bool", shape)
    kind = compare(analysis, name, left, Value(element, right.shape), at)
    if kind not in ("bool", OPAQUE):
        message = "op ANY/ALL (array) requires operator to yield boolean"
        analysis.refuse(codes.TYPES, message, at)
    return Value("bool", shape)


def _in_list(analysis: Analysis, level: Level, name: str, node: Node, read: Reader) -> Value:
    if node.lexpr.WhichOneof("node") == "row_expr":
        left_parts = [read(analysis, level, each) for each in node.lexpr.row_expr.args]
        parts = list(left_parts)
        for item in node.rexpr.list.items:
            if item.WhichOneof("node") == "row_expr":
                right_parts = [read(analysis, level, each) for each in item.row_expr.args]
                _compare_rows(analysis, name, left_parts, right_parts, node.location)
                parts += right_parts
        return Value("bool", shape_of(("in", name), parts, node.location))
    left = read(analysis, level, node.lexpr)
    items = [read(analysis, level, each) for each in node.rexpr.list.items]
    common = common_type([left.type, *(each.type for each in items)])
    for each in items:
        if common in (None, RECORD):
            compare(analysis, name, left, each, node.location)
        else:
            # One comparison with an array, whose elements are of the common type.
            analysis.settle(each, common or "text")
    if common not in (None, RECORD):
        compare(analysis, name, left, Value(common or "text", left.shape), node.location)
    return Value("bool", shape_of(("in", name), [left, *items], node.location))


def _between(analysis: Analysis, level: Level, node: Node, read: Reader) -> Value:
    value = read(analysis, level, node.lexpr)
    low, high = (read(analysis, level, each) for each in node.rexpr.list.items)
    compare(analysis, ">=", value, low, node.location)
    compare(analysis, "<=", value, high, node.location)
    return Value("bool", shape_of(("between", node.kind), [value, low, high], node.location))


def _rows(analysis: Analysis, level: Level, name: str, node: Node, read: Reader) -> Value:
    left = [read(analysis, level, each) for each in node.lexpr.row_expr.args]
    right = [read(analysis, level, each) for each in node.rexpr.row_expr.args]
    _compare_rows(analysis, name, left, right, node.location)
    return Value("bool", shape_of(("rows", name), [*left, *right], node.location))


def _compare_rows(
    analysis: Analysis, name: str, left: list[Value], right: list[Value], at: int
) -> None:
    if len(left) != len(right):
        analysis.refuse(codes.TYPES, "unequal number of entries in row expressions", at)
        return
    for one, other in zip(left, right, strict=True):
        compare(analysis, name, one, other, at)
