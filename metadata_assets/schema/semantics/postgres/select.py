"""SELECT: clause by clause, in the order PostgreSQL reads them."""

from __future__ import annotations

from collections.abc import Sequence

from metadata_assets.schema.semantics import problems as codes
from metadata_assets.schema.semantics.postgres.analysis import Analysis, Node
from metadata_assets.schema.semantics.postgres.coercion import can_coerce
from metadata_assets.schema.semantics.postgres.expressions import read
from metadata_assets.schema.semantics.postgres.grouping import refuse_ungrouped
from metadata_assets.schema.semantics.postgres.namespace import Level
from metadata_assets.schema.semantics.postgres.ordering import (
    read_groups,
    read_order,
    require_comparable,
)
from metadata_assets.schema.semantics.postgres.sources import read_from
from metadata_assets.schema.semantics.postgres.targets import read_targets
from metadata_assets.schema.semantics.postgres.types import spelled
from metadata_assets.schema.semantics.postgres.values import (
    COLUMN,
    Read,
    Result,
    Shape,
    Value,
)
from metadata_assets.schema.semantics.postgres.windows import read_window


def read_select(analysis: Analysis, level: Level, node: Node) -> Read:
    """Understand a plain SELECT.

    Args:
        analysis: The statement.
        level: Its own level, WITH already in it.
        node: The SelectStmt.
    """
    read_from(analysis, level, node.from_clause)
    level.windows = {each.window_def.name for each in node.window_clause}
    level.clause = "SELECT"
    targets, is_open = read_targets(analysis, level, node.target_list)
    read_where(analysis, level, node)
    having = []
    if node.HasField("having_clause"):
        level.clause = "HAVING"
        having = [read(analysis, level, node.having_clause)]
        analysis.require(having[0], "bool", "argument of HAVING")
    sorts = [each.sort_by.node for each in node.sort_clause]
    orders = read_order(analysis, level, sorts, targets, "ORDER BY")
    groups, has_sets = read_groups(analysis, level, node.group_clause, targets)
    distinct = _distinct(analysis, level, node, targets, orders)
    _limits(analysis, level, node)
    windows = [
        shape
        for each in node.window_clause
        for shape in read_window(analysis, level, each.window_def, read)
    ]
    values = [*(target.value for target in targets), *having, *orders, *distinct]
    shapes = [*(value.shape for value in values), *windows]
    if level.has_aggregates or groups or having or has_sets:
        grouped = [value.shape for value in groups]
        refuse_ungrouped(analysis, level, grouped, shapes, by_key=not has_sets)
    level.shapes += [*shapes, *(value.shape for value in groups)]
    return Read(tuple(targets), tuple(level.shapes), is_open)


def read_where(analysis: Analysis, level: Level, node: Node) -> None:
    """Understand WHERE, of whichever statement."""
    if node.HasField("where_clause"):
        level.clause = "WHERE"
        condition = read(analysis, level, node.where_clause)
        analysis.require(condition, "bool", "argument of WHERE")
        level.shapes.append(condition.shape)


def read_values(analysis: Analysis, level: Level, node: Node) -> Read:
    """Understand VALUES: rows of one length, whose columns have types in common."""
    level.clause = "VALUES"
    rows = [_row(analysis, level, each.list.items) for each in node.values_lists]
    if len({len(row) for row in rows}) > 1:
        message = "VALUES lists must all be the same length"
        at = rows[-1][0].shape.at if rows[-1] else -1
        analysis.refuse(codes.SET_OPERATION, message, at)
    level.shapes += [value.shape for row in rows for value in row]
    columns = []
    for place, column in enumerate(zip(*rows, strict=False), start=1):
        values = [value for value in column if value is not None]
        kind = analysis.unify(values, "VALUES")
        columns.append(Result(f"column{place}", Value(kind, values[0].shape, values[0].text)))
    sorts = [each.sort_by.node for each in node.sort_clause]
    read_order(analysis, level, sorts, columns, "ORDER BY")
    _limits(analysis, level, node)
    return Read(tuple(columns), tuple(level.shapes))


def read_set_operation(analysis: Analysis, level: Level, node: Node) -> Read:
    """Understand UNION, INTERSECT and EXCEPT: as many columns on either side, of like types."""
    columns, is_open = _arms(analysis, level, node)
    sorts = [each.sort_by.node for each in node.sort_clause]
    for each in sorts:
        form = each.WhichOneof("node")
        if form not in ("column_ref", "a_const"):
            message = "invalid UNION/INTERSECT/EXCEPT ORDER BY clause"
            analysis.refuse(codes.SET_OPERATION, message, _place(each))
            return Read(tuple(columns), tuple(level.shapes), is_open)
    if not is_open:
        read_order(analysis, level, sorts, columns, "ORDER BY")
    _limits(analysis, level, node)
    return Read(tuple(columns), tuple(level.shapes), is_open)


def _place(node: Node) -> int:
    return int(getattr(getattr(node, node.WhichOneof("node")), "location", -1))


def _row(analysis: Analysis, level: Level, nodes: Sequence[Node]) -> list[Value]:
    return [
        read(analysis, level, each) for each in nodes if each.WhichOneof("node") != "set_to_default"
    ]


def _arms(analysis: Analysis, level: Level, node: Node) -> tuple[list[Result], bool]:
    name = ("", "", "UNION", "INTERSECT", "EXCEPT")[node.op]
    left, left_open = _arm(analysis, level, node.larg)
    right, right_open = _arm(analysis, level, node.rarg)
    if left_open or right_open:
        return left, True
    if len(left) != len(right):
        message = f"each {name} query must have the same number of columns"
        at = right[0].value.shape.at if right else -1
        analysis.refuse(codes.SET_OPERATION, message, at)
    columns = []
    for one, other in zip(left, right, strict=False):
        kind = analysis.unify([one.value, other.value], name)
        text = one.value.text if one.value.text == other.value.text else None
        value = Value(kind, one.value.shape, text)
        if not node.all:
            require_comparable(analysis, value, sorted_=False)
        columns.append(Result(one.name, value))
    return columns, False


def _arm(analysis: Analysis, level: Level, select: Node) -> tuple[list[Result], bool]:
    if select.op > 1 and not _has_own_clauses(select):
        return _arms(analysis, level, select)
    found = analysis.read_query(analysis, select, level)
    level.shapes += found.shapes
    return list(found.columns), found.is_open


def _has_own_clauses(select: Node) -> bool:
    return bool(
        select.sort_clause
        or select.HasField("with_clause")
        or select.HasField("limit_count")
        or select.HasField("limit_offset")
    )


def _distinct(
    analysis: Analysis,
    level: Level,
    node: Node,
    targets: Sequence[Result],
    orders: Sequence[Value],
) -> list[Value]:
    if not node.distinct_clause:
        return []
    expressions = [each for each in node.distinct_clause if each.WhichOneof("node") is not None]
    ordered = [value.shape for value in orders]
    if expressions:
        found = read_order(analysis, level, expressions, targets, "DISTINCT ON")
        shapes: list[Shape] = [value.shape for value in found]
        first = [shape in shapes for shape in ordered]
        matched = {shapes.index(shape) for shape in ordered if shape in shapes}
        # Those ordered by must come first, unless all that is made distinct has come.
        gap = first.index(False) if False in first else len(first)
        late = any(first[gap:]) or (gap < len(first) and len(matched) < len(set(shapes)))
        if late:
            message = "SELECT DISTINCT ON expressions must match initial ORDER BY expressions"
            analysis.refuse(codes.OTHER, message, found[0].shape.at)
        return found
    for target in targets:
        require_comparable(analysis, target.value, sorted_=False)
    known = [target.value.shape for target in targets]
    for shape in ordered:
        if shape not in known:
            message = "for SELECT DISTINCT, ORDER BY expressions must appear in select list"
            analysis.refuse(codes.OTHER, message, shape.at)
    return []


def _limits(analysis: Analysis, level: Level, node: Node) -> None:
    for clause, part in (("LIMIT", "limit_count"), ("OFFSET", "limit_offset")):
        if not node.HasField(part):
            continue
        level.clause = clause
        value = read(analysis, level, getattr(node, part))
        if not can_coerce(value.type, "int8", "a"):
            message = f"argument of {clause} must be type bigint, not type {spelled(value.type)}"
            analysis.refuse(codes.TYPES, message, value.shape.at)
        analysis.settle(value, "int8")
        for shape in value.shape.walk():
            if shape.kind == COLUMN and analysis.depths[shape.label[0]] == level.depth:
                message = f"argument of {clause} must not contain variables"
                analysis.refuse(codes.OTHER, message, shape.at)
