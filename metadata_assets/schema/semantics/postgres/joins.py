"""The columns of a join: those of both sides, those of USING or NATURAL once and first."""

from __future__ import annotations

from collections.abc import Sequence

from metadata_assets.schema.semantics import problems as codes
from metadata_assets.schema.semantics.postgres.analysis import Analysis, Node
from metadata_assets.schema.semantics.postgres.columns import mark_used
from metadata_assets.schema.semantics.postgres.namespace import Source
from metadata_assets.schema.semantics.postgres.operators import compare
from metadata_assets.schema.semantics.postgres.values import OTHER, Result, Shape, Value
from metadata_assets.schema.semantics.problems import nearest

_FULL, _RIGHT = 3, 4


def joined(
    analysis: Analysis, node: Node, left: Sequence[Source], right: Sequence[Source]
) -> tuple[Result, ...]:
    """The columns of a join, as its neighbours see them.

    Args:
        analysis: The statement.
        node: The JoinExpr.
        left: What may be named on its left.
        right: What may be named on its right.
    """
    ours, theirs = _columns(left), _columns(right)
    names = [each.string.sval for each in node.using_clause]
    if node.is_natural:
        common = {column.name for column in theirs}
        names = list(dict.fromkeys(column.name for column in ours if column.name in common))
    merged: list[Result] = []
    for name in names:
        one = _one(analysis, name, left, "left", node)
        other = _one(analysis, name, right, "right", node)
        if one is None or other is None:
            merged += [each for each in (one, other) if each is not None]
            continue
        mark_used(analysis, one.value.shape)
        mark_used(analysis, other.value.shape)
        compare(analysis, "=", one.value, other.value, one.value.shape.at)
        merged.append(Result(name, _merged(analysis, node, one, other)))
    rest = [column for column in (*ours, *theirs) if column.name not in names]
    return (*merged, *rest)


def _columns(side: Sequence[Source]) -> list[Result]:
    return [column for source in side if source.shows_columns for column in source.columns]


def _one(
    analysis: Analysis, name: str, sources: Sequence[Source], side: str, node: Node
) -> Result | None:
    columns = _columns(sources)
    found = [column for column in columns if column.name == name]
    at = _place(node)
    if not found and any(source.is_open for source in sources):
        return None
    if not found:
        message = f'column "{name}" specified in USING clause does not exist in {side} table'
        near = nearest(name, [column.name for column in columns])
        analysis.refuse(codes.UNKNOWN_COLUMN, message, at, near)
        return None
    if len(found) > 1:
        message = f'common column name "{name}" appears more than once in {side} table'
        analysis.refuse(codes.AMBIGUOUS_COLUMN, message, at)
    return found[0]


def _place(node: Node) -> int:
    form = node.rarg.WhichOneof("node")
    return int(getattr(getattr(node.rarg, form), "location", -1))


def _merged(analysis: Analysis, node: Node, one: Result, other: Result) -> Value:
    common = analysis.unify([one.value, other.value], "JOIN/USING")
    if node.jointype == _FULL:
        return Value(common, Shape(OTHER, "coalesce", (one.value.shape, other.value.shape)))
    kept = other.value if node.jointype == _RIGHT else one.value
    if kept.type == common:
        return kept
    return Value(common, Shape(OTHER, ("cast", common), (kept.shape,)))
