"""FROM: tables, CTEs, subqueries, functions and joins, and which of them may see which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from metadata_assets.schema.semantics import problems as codes
from metadata_assets.schema.semantics.postgres.aliases import renamed
from metadata_assets.schema.semantics.postgres.analysis import Analysis, Node
from metadata_assets.schema.semantics.postgres.expressions import read
from metadata_assets.schema.semantics.postgres.joins import joined
from metadata_assets.schema.semantics.postgres.namespace import (
    Level,
    Source,
    hidden,
    lateral,
    settled,
)
from metadata_assets.schema.semantics.postgres.set_functions import (
    read_function,
    read_table_function,
)
from metadata_assets.schema.semantics.postgres.system import UNKNOWN, system
from metadata_assets.schema.semantics.postgres.types import (
    column_type,
    native_type,
)
from metadata_assets.schema.semantics.postgres.values import COLUMN, Result, Shape, Value
from metadata_assets.schema.tables import Table


def read_from(analysis: Analysis, level: Level, nodes: Sequence[Node]) -> None:
    """Understand FROM: afterwards the level's sources are those it names."""
    for node in nodes:
        own = read_source(analysis, level, node)
        _refuse_twice(analysis, level.sources, own, node)
        level.sources = [*level.sources, *lateral(own, allowed=True)]
    level.sources = settled(level.sources)


def read_source(analysis: Analysis, level: Level, node: Node) -> list[Source]:
    """Understand one item of FROM; returns what may be named of it."""
    form = node.WhichOneof("node")
    part = getattr(node, form)
    if form == "range_var":
        return [read_table(analysis, level, part)]
    if form == "range_subselect":
        return [_subquery(analysis, level, part)]
    if form == "range_function":
        return [read_function(analysis, level, part)]
    if form == "join_expr":
        return _join(analysis, level, part)
    if form == "range_table_sample":
        for each in part.args:
            read(analysis, level, each)
        return read_source(analysis, level, part.relation)
    return [read_table_function(analysis, level, part)]


def read_table(analysis: Analysis, level: Level, node: Node) -> Source:
    """Understand a table's name: a CTE, a table of the schema, or one of the system's."""
    number = analysis.new_source(level.depth)
    alias = node.alias.aliasname or None
    name, schema = node.relname, node.schemaname or None
    common = level.common_table(name) if schema is None else None
    if common is not None:
        inner = _renumbered(common.columns, number)
        if common.columns is None:
            message = f'WITH query "{name}" does not have a RETURNING clause'
            analysis.refuse(codes.OTHER, message, node.location)
        source = Source(number, alias or name, inner, level.depth, is_open=common.is_open)
        return renamed(analysis, source, node.alias)
    table = analysis.index.find(schema, name)
    columns = (
        _system_columns(schema, name, number) if table is None else _table_columns(table, number)
    )
    if table is not None:
        analysis.use_table(table.fqdn)
    if columns is None:
        full = f"{schema}.{name}" if schema else name
        message = f'relation "{full}" does not exist'
        near = analysis.index.nearest_tables(name)
        analysis.refuse(codes.UNKNOWN_TABLE, message, node.location, near)
        return Source(number, alias or name, (), level.depth, is_open=True)
    source = Source(
        number=number,
        name=alias or name,
        columns=columns,
        depth=level.depth,
        schema=None if alias else schema or (table.schema if table else "pg_catalog"),
        table=table,
        is_relation=True,
    )
    return renamed(analysis, source, node.alias)


@lru_cache(maxsize=1 << 10)  # 0.1 ms of 0.6 for two tables of 20 columns
def _table_columns(table: Table, number: int) -> tuple[Result, ...]:
    return tuple(
        Result(
            column.name,
            Value(
                column_type(column),
                Shape(COLUMN, (number, table.fqdn, column.name)),
                column.native_type,
            ),
        )
        for column in table.columns
    )


def _system_columns(schema: str | None, name: str, number: int) -> tuple[Result, ...] | None:
    found = system().relations.get((schema or "pg_catalog", name))
    if found is None:
        return None
    return tuple(
        Result(column, Value(native_type(text, text), Shape(COLUMN, (number, None, column)), text))
        for column, text in found
    )


def _renumbered(columns: Sequence[Result] | None, number: int) -> tuple[Result, ...]:
    """The columns of an inner query, as columns of the source that it is."""
    return tuple(
        Result(
            column.name,
            replace(
                column.value,
                type="text" if column.value.type == UNKNOWN else column.value.type,
                shape=Shape(COLUMN, (number, None, (position, column.name))),
                literal=None,
            ),
        )
        for position, column in enumerate(columns or ())
    )


def _subquery(analysis: Analysis, level: Level, node: Node) -> Source:
    number = analysis.new_source(level.depth)
    inner = _seen_from_inside(level, is_lateral=node.lateral)
    found = analysis.read_query(analysis, node.subquery, inner)
    name = node.alias.aliasname or None
    level.shapes += found.shapes
    source = Source(
        number,
        name,
        _renumbered(found.columns, number),
        level.depth,
        shows_name=name is not None,
        is_open=found.is_open,
    )
    return renamed(analysis, source, node.alias)


def _seen_from_inside(level: Level, *, is_lateral: bool) -> Level:
    """The level around a subquery in FROM: without LATERAL it sees none of its neighbours."""
    visible = level.sources if is_lateral else []
    seen = replace(level, sources=visible)
    # Aggregates of the outer query inside its own FROM are refused, not counted.
    seen.clause = "FROM clause of their own query level"
    return seen


def _join(analysis: Analysis, level: Level, node: Node) -> list[Source]:
    before = level.sources
    left = read_source(analysis, level, node.larg)
    # A RIGHT or FULL join has no rows on its left for a LATERAL right side to see.
    allowed = node.jointype in (1, 2)
    level.sources = [*before, *lateral(left, allowed=allowed)]
    right = read_source(analysis, level, node.rarg)
    level.sources = before
    _refuse_twice(analysis, left, right, node.rarg)
    columns = joined(analysis, node, left, right)
    if node.HasField("quals"):
        clause, sources = level.clause, level.sources
        level.clause = "JOIN conditions"
        level.sources = [*left, *right]
        condition = read(analysis, level, node.quals)
        level.shapes.append(condition.shape)
        level.clause, level.sources = clause, sources
        analysis.require(condition, "bool", "argument of JOIN/ON")
    number = analysis.new_source(level.depth)
    alias = node.alias.aliasname or None
    join = Source(
        number,
        alias,
        columns,
        level.depth,
        shows_name=alias is not None,
        is_open=any(source.is_open and source.shows_columns for source in (*left, *right)),
    )
    join = renamed(analysis, join, node.alias)
    if alias is not None:
        return [join]
    return [*hidden([*left, *right]), join]


def _refuse_twice(
    analysis: Analysis, known: Sequence[Source], new: Sequence[Source], node: Node
) -> None:
    names = {
        (each.name, each.table.fqdn if each.schema and each.table else None)
        for each in known
        if each.shows_name
    }
    bare = {name for name, _ in names}
    for each in new:
        if not each.shows_name or each.name is None or each.name not in bare:
            continue
        own = each.table.fqdn if each.schema and each.table else None
        if (each.name, own) in names or (each.name, None) in names or own is None:
            message = f'table name "{each.name}" specified more than once'
            part = getattr(node, node.WhichOneof("node"))
            at = getattr(part, "location", -1)
            analysis.refuse(codes.AMBIGUOUS_COLUMN, message, at)
