"""Functions in FROM: the columns they return, or are declared to."""

from __future__ import annotations

from collections.abc import Sequence

from metadata_assets.schema.semantics import problems as codes
from metadata_assets.schema.semantics.postgres.aliases import renamed
from metadata_assets.schema.semantics.postgres.analysis import Analysis, Node
from metadata_assets.schema.semantics.postgres.expressions import read
from metadata_assets.schema.semantics.postgres.namespace import Level, Source
from metadata_assets.schema.semantics.postgres.system import OPAQUE, RECORD
from metadata_assets.schema.semantics.postgres.types import cast_text, cast_type
from metadata_assets.schema.semantics.postgres.values import COLUMN, Result, Shape, Value
from metadata_assets.schema.tables import TableIndex


def read_function(analysis: Analysis, level: Level, node: Node) -> Source:
    """Understand a function in FROM, or ROWS FROM several."""
    number = analysis.new_source(level.depth)
    clause, level.clause = level.clause, "functions in FROM"
    columns: list[Result] = []
    is_open = False
    name = node.alias.aliasname or None
    for item in node.functions:
        call = item.list.items[0]
        definitions = [each for part in item.list.items[1:] for each in part.list.items]
        declared = node.coldeflist or definitions
        value = read(analysis, level, call)
        level.shapes.append(value.shape)
        called = _called(call)
        name = name or called
        if value.type == OPAQUE and not declared:
            # Which columns it returns is not told.
            is_open = True
            continue
        columns += _function_columns(analysis, node, value, called, number, declared)
    level.clause = clause
    if node.ordinality:
        columns.append(
            Result("ordinality", Value("int8", Shape(COLUMN, (number, None, "ordinality"))))
        )
    is_scalar = len(columns) == 1 and not node.coldeflist and not is_open
    source = Source(number, name, tuple(columns), level.depth, is_scalar=is_scalar, is_open=is_open)
    return renamed(analysis, source, node.alias)


def _called(call: Node) -> str:
    form = call.WhichOneof("node")
    if form == "func_call":
        return str(call.func_call.funcname[-1].string.sval)
    if form == "sqlvalue_function":
        return "current"
    return str(form)


def _function_columns(
    analysis: Analysis,
    node: Node,
    value: Value,
    called: str,
    number: int,
    declared: Sequence[Node],
) -> list[Result]:
    if declared:
        return [
            _column(
                number, each.column_def.colname, _declared_type(each.column_def, analysis.index)
            )
            for each in declared
        ]
    if value.type == RECORD and value.fields:
        return [_column(number, name, kind) for name, kind in value.fields]
    if value.type == RECORD:
        message = 'a column definition list is required for functions returning "record"'
        analysis.refuse(codes.OTHER, message, value.shape.at)
        return []
    # Its only column is named as it says itself, or else by the alias of the source.
    name = node.alias.aliasname if node.alias.aliasname and len(node.functions) == 1 else called
    if value.fields and len(value.fields) == 1:
        name = value.fields[0][0]
    return [_column(number, name, value.type)]


def _declared_type(definition: Node, index: TableIndex) -> tuple[str, str | None]:
    return cast_type(definition.type_name, index) or OPAQUE, cast_text(definition.type_name)


def _column(number: int, name: str, kind: str | tuple[str, str | None]) -> Result:
    type_name, text = kind if isinstance(kind, tuple) else (kind, None)
    return Result(name, Value(type_name, Shape(COLUMN, (number, None, name)), text))


def read_table_function(analysis: Analysis, level: Level, node: Node) -> Source:
    """XMLTABLE and JSON_TABLE: the columns they declare."""
    number = analysis.new_source(level.depth)
    for part in ("docexpr", "rowexpr"):
        if part in node.DESCRIPTOR.fields_by_name and node.HasField(part):
            read(analysis, level, getattr(node, part))
    if "context_item" in node.DESCRIPTOR.fields_by_name:
        read(analysis, level, node.context_item.raw_expr)
    columns = tuple(_declared_columns(number, node.columns, analysis.index))
    source = Source(number, node.alias.aliasname or None, columns, level.depth)
    return renamed(analysis, source, node.alias)


def _declared_columns(number: int, nodes: Sequence[Node], index: TableIndex) -> list[Result]:
    found: list[Result] = []
    for node in nodes:
        form = node.WhichOneof("node")
        part = getattr(node, form)
        if form == "json_table_column" and part.columns:
            found += _declared_columns(number, part.columns, index)
            continue
        name = part.name if form == "json_table_column" else part.colname
        is_ordinal = getattr(part, "for_ordinality", False) or not part.HasField("type_name")
        kind = "int4" if is_ordinal else cast_type(part.type_name, index) or OPAQUE
        found.append(_column(number, name, kind))
    return found
