"""Calls: which function is meant by a name and its arguments, and where its kind may stand."""

from __future__ import annotations

from collections.abc import Sequence

from metadata_assets.schema.semantics import problems as codes
from metadata_assets.schema.semantics.postgres.analysis import Analysis, Node, opaque
from metadata_assets.schema.semantics.postgres.coercion import is_comparable
from metadata_assets.schema.semantics.postgres.functions import (
    Call,
    Failure,
    Found,
    Given,
    resolve,
)
from metadata_assets.schema.semantics.postgres.namespace import Level
from metadata_assets.schema.semantics.postgres.operators import Reader
from metadata_assets.schema.semantics.postgres.system import OPAQUE
from metadata_assets.schema.semantics.postgres.types import spelled
from metadata_assets.schema.semantics.postgres.values import (
    AGGREGATE,
    COLUMN,
    OTHER,
    SET,
    WINDOW,
    Shape,
    Value,
)
from metadata_assets.schema.semantics.postgres.windows import read_window
from metadata_assets.schema.semantics.problems import nearest

_AGGREGATES_IN = ("SELECT", "HAVING", "ORDER BY", "DISTINCT ON", "window definitions")
_WINDOWS_IN = ("SELECT", "ORDER BY", "DISTINCT ON")
_SETS_IN = ("SELECT", "ORDER BY", "DISTINCT ON", "GROUP BY", "functions in FROM", "INSERT")


def read_call(analysis: Analysis, level: Level, node: Node, read: Reader) -> Value:
    """Understand a call of a function, an aggregate or a window function.

    Args:
        analysis: The statement.
        level: The query it is in.
        node: The FuncCall.
        read: Reads its arguments.
    """
    given, ordered, filtered = _arguments(analysis, level, node, read)
    shapes = [value.shape for value in (*given, *ordered, *filtered)]
    name = node.funcname[-1].string.sval
    is_own = len(node.funcname) > 1 and node.funcname[0].string.sval != "pg_catalog"
    kinds = analysis.index.functions.get(name, ())
    if is_own and not kinds:
        # A function of the database's own that the schema does not list.
        if node.HasField("over"):
            read_window(analysis, level, node.over, read)
        return opaque(node.location, tuple(shapes))
    call = Call(
        name=name,
        given=tuple(
            Given(value.type, each.named_arg_expr.name or None)
            for value, each in zip(given, node.args, strict=True)
        )
        + (tuple(Given(value.type) for value in ordered) if node.agg_within_group else ()),
        is_variadic=node.func_variadic,
    )
    found = _of_kind(kinds) if is_own else resolve(call)
    if isinstance(found, Failure) and kinds:
        found = _of_kind(kinds)
    if isinstance(found, Failure):
        own = nearest(name, analysis.index.functions)
        near = dict.fromkeys((*own[:1], *found.suggestions))
        return analysis.refused(found.code, found.message, node.location, near)
    taken = [*given, *ordered] if node.agg_within_group else given
    for value, wanted in zip(taken, found.arguments, strict=False):
        analysis.settle(value, wanted)
    if found.kind == "a" or (node.HasField("over") and found.kind == "w"):
        return _aggregate_or_window(analysis, level, node, found, given, ordered, filtered, read)
    return _plain(analysis, level, node, found, shapes)


def _of_kind(kinds: Sequence[str]) -> Found:
    """A function of the database's own: what it takes and returns is not told."""
    kind = {"aggregate": "a", "window": "w"}.get(kinds[0], "f") if len(kinds) == 1 else "f"
    return Found(kind, (), OPAQUE)


def _arguments(
    analysis: Analysis, level: Level, node: Node, read: Reader
) -> tuple[list[Value], list[Value], list[Value]]:
    """The arguments, what they are ordered by and what they are filtered by."""
    given = [read(analysis, level, each) for each in node.args]
    ordered = [read(analysis, level, each.sort_by.node) for each in node.agg_order]
    if not node.HasField("agg_filter"):
        return given, ordered, []
    clause, level.clause = level.clause, "FILTER"
    condition = read(analysis, level, node.agg_filter)
    level.clause = clause
    analysis.require(condition, "bool", "argument of FILTER")
    return given, ordered, [condition]


def _plain(
    analysis: Analysis, level: Level, node: Node, found: Found, shapes: Sequence[Shape]
) -> Value:
    name = node.funcname[-1].string.sval
    wrong = None
    if found.kind == "w":
        analysis.refuse(
            codes.WINDOW, f"window function {name} requires an OVER clause", node.location
        )
    elif node.agg_star or node.agg_distinct or node.agg_order or node.HasField("agg_filter"):
        what = "DISTINCT" if node.agg_distinct else "ORDER BY" if node.agg_order else "FILTER"
        what = f"{name}(*)" if node.agg_star else what
        wrong = f"{what} specified, but {name} is not an aggregate function"
        analysis.refuse(codes.AGGREGATE, wrong, node.location)
    elif node.HasField("over"):
        wrong = f"OVER specified, but {name} is not a window function nor an aggregate function"
        analysis.refuse(codes.WINDOW, wrong, node.location)
    if found.returns_set and level.clause not in _SETS_IN:
        message = f"set-returning functions are not allowed in {level.clause}"
        analysis.refuse(codes.OTHER, message, node.location)
    kind = SET if found.returns_set else OTHER
    shape = Shape(kind, ("call", name), tuple(shapes), node.location)
    return Value(found.result, shape, fields=found.columns or None)


def _aggregate_or_window(
    analysis: Analysis,
    level: Level,
    node: Node,
    found: Found,
    given: list[Value],
    ordered: list[Value],
    filtered: list[Value],
    read: Reader,
) -> Value:
    name = node.funcname[-1].string.sval
    inside = [shape for value in (*given, *ordered, *filtered) for shape in value.shape.walk()]
    if found.aggregate_kind in ("o", "h") and not node.agg_within_group:
        message = f"WITHIN GROUP is required for ordered-set aggregate {name}"
        analysis.refuse(codes.AGGREGATE, message, node.location)
    if found.aggregate_kind == "n" and node.agg_within_group:
        message = f"{name} is not an ordered-set aggregate, so it cannot have WITHIN GROUP"
        analysis.refuse(codes.AGGREGATE, message, node.location)
    _check_distinct(analysis, node, given, ordered)
    if node.HasField("over"):
        return _window(analysis, level, node, found, [*given, *ordered, *filtered], read)
    if not given and not ordered and not node.agg_star:
        message = f"{name}(*) must be used to call a parameterless aggregate function"
        analysis.refuse(codes.AGGREGATE, message, node.location)
    home = _home(analysis, level, inside)
    if home.clause not in _AGGREGATES_IN:
        message = f"aggregate functions are not allowed in {home.clause}"
        analysis.refuse(codes.AGGREGATE, message, node.location)
    if any(shape.kind == AGGREGATE and shape.belongs_to(home.depth) for shape in inside):
        message = "aggregate function calls cannot be nested"
        analysis.refuse(codes.AGGREGATE, message, node.location)
    if any(shape.kind == WINDOW and shape.belongs_to(level.depth) for shape in inside):
        message = "aggregate function calls cannot contain window function calls"
        analysis.refuse(codes.WINDOW, message, node.location)
    if any(value.shape.returns_set() for value in given):
        message = "aggregate function calls cannot contain set-returning function calls"
        analysis.refuse(codes.AGGREGATE, message, node.location)
    home.has_aggregates = True
    direct = tuple(value.shape for value in given) if node.agg_within_group else ()
    arguments = tuple(value.shape for value in (*given, *ordered, *filtered))
    label = (home.depth, name, node.agg_distinct, arguments)
    return Value(found.result, Shape(AGGREGATE, label, direct, node.location))


def _home(analysis: Analysis, level: Level, inside: Sequence[Shape]) -> Level:
    """The query an aggregate belongs to: the innermost whose columns are in its arguments."""
    depths = [analysis.depths[shape.label[0]] for shape in inside if shape.kind == COLUMN]
    own = [depth for depth in depths if depth <= level.depth]
    if not own:
        return level
    return next(each for each in level.outwards() if each.depth == max(own))


def _check_distinct(
    analysis: Analysis, node: Node, given: list[Value], ordered: list[Value]
) -> None:
    if not node.agg_distinct:
        return
    for value in given:
        if not is_comparable(value.type, sorted_=False):
            message = f"could not identify an equality operator for type {spelled(value.type)}"
            analysis.refuse(codes.TYPES, message, value.shape.at)
    if any(each.shape not in [value.shape for value in given] for each in ordered):
        message = "in an aggregate with DISTINCT, ORDER BY expressions must appear in argument list"
        analysis.refuse(codes.AGGREGATE, message, node.location)


def _window(
    analysis: Analysis,
    level: Level,
    node: Node,
    found: Found,
    values: list[Value],
    read: Reader,
) -> Value:
    if level.clause not in _WINDOWS_IN:
        message = f"window functions are not allowed in {level.clause}"
        analysis.refuse(codes.WINDOW, message, node.location)
    if node.agg_distinct:
        message = "DISTINCT is not implemented for window functions"
        analysis.refuse(codes.WINDOW, message, node.location)
    if found.kind == "w" and node.HasField("agg_filter"):
        message = "FILTER is not implemented for non-aggregate window functions"
        analysis.refuse(codes.WINDOW, message, node.location)
    shapes = [value.shape for value in values]
    shapes += read_window(analysis, level, node.over, read)
    if any(
        shape.kind == WINDOW and shape.belongs_to(level.depth)
        for each in shapes
        for shape in each.walk()
    ):
        message = "window function calls cannot be nested"
        analysis.refuse(codes.WINDOW, message, node.location)
    level.has_window = True
    label = (level.depth, node.funcname[-1].string.sval)
    return Value(found.result, Shape(WINDOW, label, tuple(shapes), node.location))
