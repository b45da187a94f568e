"""INSERT, UPDATE, DELETE and MERGE: their target, what is assigned to it, and RETURNING."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from metadata_assets.schema.semantics import problems as codes
from metadata_assets.schema.semantics.postgres.analysis import Analysis, Node
from metadata_assets.schema.semantics.postgres.coercion import ASSIGNMENT, can_coerce
from metadata_assets.schema.semantics.postgres.expressions import read
from metadata_assets.schema.semantics.postgres.namespace import Level, Source
from metadata_assets.schema.semantics.postgres.select import read_where
from metadata_assets.schema.semantics.postgres.sources import (
    read_from,
    read_source,
    read_table,
)
from metadata_assets.schema.semantics.postgres.targets import read_targets
from metadata_assets.schema.semantics.postgres.types import spelled
from metadata_assets.schema.semantics.postgres.values import Read, Result, Value
from metadata_assets.schema.semantics.problems import nearest

_DEFAULT = "set_to_default"


def read_insert(analysis: Analysis, level: Level, node: Node) -> Read:
    """Understand INSERT."""
    target = read_table(analysis, Level(parent=level.parent), node.relation)
    wanted = _columns(analysis, target, [each.res_target for each in node.cols])
    select = node.select_stmt.select_stmt
    if select.values_lists and not select.HasField("with_clause"):
        level.clause = "INSERT" if len(select.values_lists) == 1 else "VALUES"
        for row in select.values_lists:
            _assign_row(analysis, level, wanted, row.list.items, target)
    elif node.HasField("select_stmt"):
        found = analysis.read_query(analysis, node.select_stmt, level)
        if not found.is_open:
            _assign_values(analysis, wanted, [each.value for each in found.columns], target)
    level.sources = [target]
    if node.HasField("on_conflict_clause"):
        _on_conflict(analysis, level, target, node.on_conflict_clause)
    level.sources = [target]
    return _returning(analysis, level, node)


def read_update(analysis: Analysis, level: Level, node: Node) -> Read:
    """Understand UPDATE."""
    target = read_table(analysis, level, node.relation)
    level.sources = [target]
    read_from(analysis, level, node.from_clause)
    _set(analysis, level, target, node.target_list)
    read_where(analysis, level, node)
    return _returning(analysis, level, node)


def read_delete(analysis: Analysis, level: Level, node: Node) -> Read:
    """Understand DELETE."""
    level.sources = [read_table(analysis, level, node.relation)]
    read_from(analysis, level, node.using_clause)
    read_where(analysis, level, node)
    return _returning(analysis, level, node)


def read_merge(analysis: Analysis, level: Level, node: Node) -> Read:
    """Understand MERGE."""
    target = read_table(analysis, level, node.relation)
    origin = read_source(analysis, level, node.source_relation)
    level.sources = [target, *origin]
    level.clause = "JOIN conditions"
    condition = read(analysis, level, node.join_condition)
    analysis.require(condition, "bool", "argument of JOIN/ON")
    for each in node.merge_when_clauses:
        action = each.merge_when_clause
        if action.HasField("condition"):
            level.clause = "MERGE WHEN conditions"
            analysis.require(read(analysis, level, action.condition), "bool", "argument of WHEN")
        if action.values:
            level.sources = origin
            wanted = _columns(analysis, target, [one.res_target for one in action.target_list])
            _assign_row(analysis, level, wanted, action.values, target)
            level.sources = [target, *origin]
        else:
            _set(analysis, level, target, action.target_list)
    return _returning(analysis, level, node)


def _columns(analysis: Analysis, target: Source, nodes: Sequence[Node]) -> list[Result]:
    """The columns to be assigned to: those named, or all."""
    if not nodes:
        return list(target.columns)
    found = []
    for node in nodes:
        column = _column(analysis, target, node)
        if column is None:
            continue
        if column in found and not node.indirection:
            message = f'column "{node.name}" specified more than once'
            analysis.refuse(codes.OTHER, message, node.location)
        found.append(column)
    return found


def _column(analysis: Analysis, target: Source, node: Node) -> Result | None:
    named = target.named(node.name)
    if named:
        return named[0]
    if not target.is_open:
        message = f'column "{node.name}" of relation "{target.name}" does not exist'
        near = nearest(node.name, [column.name for column in target.columns])
        analysis.refuse(codes.UNKNOWN_COLUMN, message, node.location, near)
    return None


def _assign_row(
    analysis: Analysis, level: Level, wanted: list[Result], nodes: Sequence[Node], target: Source
) -> None:
    values = [
        None if each.WhichOneof("node") == _DEFAULT else read(analysis, level, each)
        for each in nodes
    ]
    _assign_values(analysis, wanted, values, target)


def _assign_values(
    analysis: Analysis, wanted: list[Result], values: Sequence[Value | None], target: Source
) -> None:
    if len(values) > len(wanted) and not target.is_open:
        extra = values[len(wanted)]
        message = "INSERT has more expressions than target columns"
        analysis.refuse(codes.OTHER, message, extra.shape.at if extra else -1)
    for column, value in zip(wanted, values, strict=False):
        if value is not None:
            _assign(analysis, column, value)


def _assign(analysis: Analysis, column: Result, value: Value) -> None:
    wanted = column.value.type
    if not can_coerce(value.type, wanted, ASSIGNMENT):
        message = (
            f'column "{column.name}" is of type {spelled(wanted)} but expression is of type '
            f"{spelled(value.type)}"
        )
        analysis.refuse(codes.TYPES, message, value.shape.at)
    analysis.settle(value, wanted)


def _set(analysis: Analysis, level: Level, target: Source, nodes: Sequence[Node]) -> None:
    level.clause = "UPDATE"
    assigned: set[str] = set()
    for each in nodes:
        node = each.res_target
        column = _column(analysis, target, node)
        if column is not None and column.name in assigned and not node.indirection:
            message = f'multiple assignments to same column "{node.name}"'
            analysis.refuse(codes.OTHER, message, node.location)
        assigned.add(node.name)
        form = node.val.WhichOneof("node")
        if form == _DEFAULT:
            continue
        if form == "multi_assign_ref":
            if node.val.multi_assign_ref.colno == 1:
                read(analysis, level, node.val.multi_assign_ref.source)
            continue
        value = read(analysis, level, node.val)
        if column is not None and not node.indirection:
            _assign(analysis, column, value)


def _on_conflict(analysis: Analysis, level: Level, target: Source, node: Node) -> None:
    for each in node.infer.index_elems:
        element = each.index_elem
        if element.name:
            named = target.named(element.name)
            if not named and not target.is_open:
                message = f'column "{element.name}" does not exist'
                near = nearest(element.name, [column.name for column in target.columns])
                analysis.refuse(codes.UNKNOWN_COLUMN, message, node.location, near)
        else:
            read(analysis, level, element.expr)
    number = analysis.new_source(level.depth)
    excluded = replace(target, number=number, name="excluded", shows_columns=False)
    level.sources = [target, excluded]
    _set(analysis, level, target, node.target_list)
    read_where(analysis, level, node)


def _returning(analysis: Analysis, level: Level, node: Node) -> Read:
    level.clause = "RETURNING"
    columns, is_open = read_targets(analysis, level, node.returning_clause.exprs)
    level.shapes += [column.value.shape for column in columns]
    return Read(tuple(columns), tuple(level.shapes), is_open)
