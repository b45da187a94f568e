"""ORDER BY, GROUP BY and DISTINCT: expressions that may also be names or places of targets."""

from __future__ import annotations

from collections.abc import Sequence

from metadata_assets.schema.semantics import problems as codes
from metadata_assets.schema.semantics.postgres.analysis import Analysis, Node
from metadata_assets.schema.semantics.postgres.coercion import is_comparable
from metadata_assets.schema.semantics.postgres.expressions import read
from metadata_assets.schema.semantics.postgres.namespace import Level
from metadata_assets.schema.semantics.postgres.types import spelled
from metadata_assets.schema.semantics.postgres.values import (
    AGGREGATE,
    WINDOW,
    Result,
    Value,
)

_IMPLICIT_ROW = 3


def read_order(
    analysis: Analysis, level: Level, nodes: Sequence[Node], targets: Sequence[Result], clause: str
) -> list[Value]:
    """Understand ORDER BY or DISTINCT ON; a bare name means a target first, then a column.

    Args:
        analysis: The statement.
        level: The query.
        nodes: The expressions.
        targets: Its select list.
        clause: The clause, for messages.
    """
    found = []
    level.clause = clause
    for node in nodes:
        value = _by_place(analysis, node, targets, clause)
        if value is None:
            value = _by_name(analysis, node, targets, clause)
        if value is None:
            value = read(analysis, level, node)
        found.append(value)
        require_comparable(analysis, value, sorted_=True)
    return found


def read_groups(
    analysis: Analysis, level: Level, nodes: Sequence[Node], targets: Sequence[Result]
) -> tuple[list[Value], bool]:
    """Understand GROUP BY; a bare name means a column first, then a target.

    Returns:
        What is grouped by, and whether by several sets of it.
    """
    found: list[Value] = []
    has_sets = False
    level.clause = "GROUP BY"
    for node in nodes:
        form = node.WhichOneof("node")
        if form == "grouping_set":
            inner, _ = read_groups(analysis, level, node.grouping_set.content, targets)
            found += inner
            has_sets = True
        elif form == "row_expr" and node.row_expr.row_format == _IMPLICIT_ROW:
            inner, _ = read_groups(analysis, level, node.row_expr.args, targets)
            found += inner
        else:
            found.append(_group(analysis, level, node, targets))
    return found, has_sets


def _group(analysis: Analysis, level: Level, node: Node, targets: Sequence[Result]) -> Value:
    value = _by_place(analysis, node, targets, "GROUP BY")
    if value is None and not _is_column(level, node):
        value = _by_name(analysis, node, targets, "GROUP BY")
    if value is None:
        value = read(analysis, level, node)
    else:
        _refuse_aggregates(analysis, level, value, node)
    require_comparable(analysis, value, sorted_=False)
    return value


def require_comparable(analysis: Analysis, value: Value, *, sorted_: bool) -> None:
    """Refuse a value of a type whose values cannot be told apart, or not be sorted."""
    if not is_comparable(value.type, sorted_=sorted_):
        kind = "an ordering" if sorted_ else "an equality"
        message = f"could not identify {kind} operator for type {spelled(value.type)}"
        analysis.refuse(codes.TYPES, message, value.shape.at)


def _refuse_aggregates(analysis: Analysis, level: Level, value: Value, node: Node) -> None:
    at = getattr(getattr(node, node.WhichOneof("node")), "location", -1)
    own = {shape.kind for shape in value.shape.walk() if shape.belongs_to(level.depth)}
    if AGGREGATE in own:
        message = "aggregate functions are not allowed in GROUP BY"
        analysis.refuse(codes.AGGREGATE, message, at)
    elif WINDOW in own:
        message = "window functions are not allowed in GROUP BY"
        analysis.refuse(codes.WINDOW, message, at)


def _is_column(level: Level, node: Node) -> bool:
    name = _bare_name(node)
    return name is not None and any(
        source.shows_columns and source.named(name) for source in level.sources
    )


def _bare_name(node: Node) -> str | None:
    if node.WhichOneof("node") != "column_ref" or len(node.column_ref.fields) != 1:
        return None
    return node.column_ref.fields[0].string.sval or None


def _by_name(
    analysis: Analysis, node: Node, targets: Sequence[Result], clause: str
) -> Value | None:
    name = _bare_name(node)
    if name is None:
        return None
    named = [target.value for target in targets if target.name == name]
    if any(value.shape != named[0].shape for value in named[1:]):
        message = f'{clause} "{name}" is ambiguous'
        return analysis.refused(codes.AMBIGUOUS_COLUMN, message, node.column_ref.location)
    return named[0] if named else None


def _by_place(
    analysis: Analysis, node: Node, targets: Sequence[Result], clause: str
) -> Value | None:
    if node.WhichOneof("node") != "a_const":
        return None
    constant = node.a_const
    if constant.WhichOneof("val") != "ival":
        message = f"non-integer constant in {clause}"
        return analysis.refused(codes.OTHER, message, constant.location)
    place = constant.ival.ival
    if not 1 <= place <= len(targets):
        message = f"{clause} position {place} is not in select list"
        return analysis.refused(codes.OTHER, message, constant.location)
    return targets[int(place) - 1].value
