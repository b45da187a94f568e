"""WITH: queries by name, each seeing those before it, a recursive one itself."""

from __future__ import annotations

from dataclasses import replace

from metadata_assets.schema.semantics import problems as codes
from metadata_assets.schema.semantics.postgres.analysis import Analysis, Node
from metadata_assets.schema.semantics.postgres.namespace import CommonTable, Level
from metadata_assets.schema.semantics.postgres.system import OPAQUE, UNKNOWN
from metadata_assets.schema.semantics.postgres.types import spelled
from metadata_assets.schema.semantics.postgres.values import OTHER, Read, Result, Shape, Value

_NONE, _UNION = 1, 2


def read_with(analysis: Analysis, level: Level, node: Node) -> None:
    """Understand WITH: afterwards the level knows its queries by name."""
    for each in node.ctes:
        query = each.common_table_expr
        if query.ctename in level.common_tables:
            message = f'WITH query name "{query.ctename}" specified more than once'
            analysis.refuse(codes.AMBIGUOUS_COLUMN, message, query.location)
        names = [name.string.sval for name in query.aliascolnames]
        if node.recursive and _names(query.ctequery, query.ctename):
            found = _recursive(analysis, level, query, names)
        else:
            found = analysis.read_query(analysis, query.ctequery, level)
        columns = (*_renamed(analysis, query, found, names), *_of_search(query))
        returns_nothing = _is_modifying(query.ctequery) and not found.columns
        level.shapes += found.shapes
        level.common_tables[query.ctename] = CommonTable(
            query.ctename, None if returns_nothing else columns, found.is_open
        )


def _is_modifying(node: Node) -> bool:
    return bool(node.WhichOneof("node") != "select_stmt")


def _renamed(analysis: Analysis, query: Node, found: Read, names: list[str]) -> tuple[Result, ...]:
    if len(names) > len(found.columns) and not found.is_open:
        message = (
            f'WITH query "{query.ctename}" has {len(found.columns)} columns available '
            f"but {len(names)} columns specified"
        )
        analysis.refuse(codes.OTHER, message, query.location)
    return tuple(
        replace(column, name=names[place]) if place < len(names) else column
        for place, column in enumerate(found.columns)
    )


def _of_search(query: Node) -> list[Result]:
    """The columns that SEARCH and CYCLE add."""
    names = []
    if query.HasField("search_clause"):
        names.append(query.search_clause.search_seq_column)
    if query.HasField("cycle_clause"):
        names += [query.cycle_clause.cycle_mark_column, query.cycle_clause.cycle_path_column]
    return [Result(name, Value(OPAQUE, Shape(OTHER, ("added", name)))) for name in names]


def _recursive(analysis: Analysis, level: Level, query: Node, names: list[str]) -> Read:
    select = query.ctequery.select_stmt
    if select.op != _UNION:
        message = (
            f'recursive query "{query.ctename}" does not have the form '
            "non-recursive-term UNION [ALL] recursive-term"
        )
        analysis.refuse(codes.OTHER, message, query.location)
        return Read((), (), is_open=True)
    around = Level(parent=level)
    if select.HasField("with_clause"):
        read_with(analysis, around, select.with_clause)
    if _names(select.larg, query.ctename):
        message = (
            f'recursive reference to query "{query.ctename}" must not appear within its '
            "non-recursive term"
        )
        analysis.refuse(codes.OTHER, message, query.location)
        return Read((), (), is_open=True)
    first = analysis.read_query(analysis, select.larg, around)
    columns = tuple(
        replace(column, value=replace(column.value, type=_settled(column), literal=None))
        for column in _renamed(analysis, query, first, names)
    )
    added = tuple(_of_search(query))
    known = CommonTable(query.ctename, (*columns, *added), first.is_open)
    around.common_tables[query.ctename] = known
    second = analysis.read_query(analysis, select.rarg, around)
    _match(analysis, query, columns, second)
    return Read(first.columns, (*first.shapes, *second.shapes), first.is_open)


def _settled(column: Result) -> str:
    return "text" if column.value.type == UNKNOWN else column.value.type


def _match(analysis: Analysis, query: Node, columns: tuple[Result, ...], second: Read) -> None:
    """The recursive term must have the types of the other one: these are not adapted to it."""
    if second.is_open:
        return
    if len(columns) != len(second.columns):
        message = "each UNION query must have the same number of columns"
        analysis.refuse(codes.SET_OPERATION, message, query.location)
    for place, (one, other) in enumerate(zip(columns, second.columns, strict=False), start=1):
        kind = analysis.unify([one.value, other.value], "UNION")
        if OPAQUE not in (kind, one.value.type) and kind != one.value.type:
            message = (
                f'recursive query "{query.ctename}" column {place} has type '
                f"{spelled(one.value.type)} in non-recursive term but type {spelled(kind)} overall"
            )
            analysis.refuse(codes.TYPES, message, one.value.shape.at)


def _names(node: Node, name: str) -> bool:
    """Whether a query names a table of a name without schema, anywhere within it."""
    if node.DESCRIPTOR.name == "RangeVar":
        return bool(node.relname == name and not node.schemaname)
    for field, found in node.ListFields():
        if field.message_type is None:
            continue
        for each in found if field.is_repeated else [found]:
            if _names(each, name):
                return True
    return False
