"""INSERT, UPDATE, DELETE and MERGE: their target, what is assigned to it, and RETURNING."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

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
    wanted = _wanted(analysis, target, [each.res_target for each in node.cols])
    select = node.select_stmt.select_stmt
    if select.values_lists and not select.HasField("with_clause"):
        level.clause = "INSERT" if len(select.values_lists) == 1 else "VALUES"
        for row in select.values_lists:
            _assign_row(analysis, level, wanted, row.list.items)
    elif node.HasField("select_stmt"):
        found = analysis.read_query(analysis, node.select_stmt, level)
        if not found.is_open:
            _assign_values(analysis, wanted, [each.value for each in found.columns])
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
            wanted = _wanted(analysis, target, [one.res_target for one in action.target_list])
            _assign_row(analysis, level, wanted, action.values)
            level.sources = [target, *origin]
        else:
            _set(analysis, level, target, action.target_list)
    return _returning(analysis, level, node)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The columns to be assigned to: those named, or all."""

    columns: list[Result]
    is_listed: bool
    is_open: bool
    at: int


def _wanted(analysis: Analysis, target: Source, nodes: Sequence[Node]) -> _Wanted:
    if not nodes:
        return _Wanted(list(target.columns), False, target.is_open, -1)
    found: list[Result] = []
    for node in nodes:
        column = _column(analysis, target, node)
        if column is None:
            continue
        if column in found and not node.indirection:
            message = f'column "{node.name}" specified more than once'
            analysis.refuse(codes.OTHER, message, node.location)
        found.append(column)
    is_open = len(found) < len(nodes) or target.is_open
    return _Wanted(found, not is_open, is_open, nodes[0].location)


def _column(analysis: Analysis, target: Source, node: Node) -> Result | None:
    named = target.named(node.name)
    if named:
        return named[0]
    if not target.is_open:
        message = f'column "{node.name}" of relation "{target.name}" does not exist'
        near = nearest(node.name, [column.name for column in target.columns])
        analysis.refuse(codes.UNKNOWN_COLUMN, message, node.location, near)
    return None


def _assign_row(analysis: Analysis, level: Level, wanted: _Wanted, nodes: Sequence[Node]) -> None:
    values = [
        None if each.WhichOneof("node") == _DEFAULT else read(analysis, level, each)
        for each in nodes
    ]
    _assign_values(analysis, wanted, values)


def _assign_values(analysis: Analysis, wanted: _Wanted, values: Sequence[Value | None]) -> None:
    columns = wanted.columns
    if len(values) > len(columns) and not wanted.is_open:
        extra = values[len(columns)]
        message = "INSERT has more expressions than target columns"
        analysis.refuse(codes.OTHER, message, extra.shape.at if extra else -1)
    if len(values) < len(columns) and wanted.is_listed:
        message = "INSERT has more target columns than expressions"
        analysis.refuse(codes.OTHER, message, wanted.at)
    for column, value in zip(columns, values, strict=False):
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
                _read_several(analysis, level, node.val.multi_assign_ref)
            continue
        value = read(analysis, level, node.val)
        if column is not None and not node.indirection:
            _assign(analysis, column, value)


def _read_several(analysis: Analysis, level: Level, node: Node) -> None:
    """`SET (a, b) = …`: a row, or a query of as many columns."""
    form = node.source.WhichOneof("node")
    if form == "sub_link":
        found = analysis.read_query(analysis, node.source.sub_link.subselect, level)
        count, is_open = len(found.columns), found.is_open
    elif form == "row_expr":
        for each in node.source.row_expr.args:
            if each.WhichOneof("node") != _DEFAULT:
                read(analysis, level, each)
        count, is_open = len(node.source.row_expr.args), False
    else:
        read(analysis, level, node.source)
        return
    if count != node.ncolumns and not is_open:
        message = "number of columns does not match number of values"
        analysis.refuse(codes.OTHER, message, -1)


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
