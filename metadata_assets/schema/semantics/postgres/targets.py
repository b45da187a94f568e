"""The select list: stars, values, and the names PostgreSQL gives to columns without one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from metadata_assets.schema.semantics import problems as codes
from metadata_assets.schema.semantics.postgres.analysis import Analysis, Node
from metadata_assets.schema.semantics.postgres.columns import find_source, mark_used
from metadata_assets.schema.semantics.postgres.expressions import read
from metadata_assets.schema.semantics.postgres.namespace import Level, Source
from metadata_assets.schema.semantics.postgres.values import OTHER, Result, Shape, Value
from metadata_assets.schema.semantics.problems import nearest

_UNNAMED = "?column?"
_FORMS = {
    "a_array_expr": "array",
    "coalesce_expr": "coalesce",
    "grouping_func": "grouping",
    "row_expr": "row",
    "xml_serialize": "xmlserialize",
}
_SQL_VALUES = (
    *("", "current_date", "current_time", "current_time", "current_timestamp"),
    *("current_timestamp", "localtime", "localtime", "localtimestamp", "localtimestamp"),
    *("current_role", "current_user", "user", "session_user", "current_catalog", "current_schema"),
)
_EXISTS, _SCALAR, _ARRAY = 1, 5, 7
_NULLIF = 6


def read_targets(
    analysis: Analysis, level: Level, nodes: Sequence[Node]
) -> tuple[list[Result], bool]:
    """Understand a select list.

    Returns:
        Its columns, stars expanded, and whether there are more that cannot be told.
    """
    found: list[Result] = []
    is_open = False
    for node in nodes:
        target = node.res_target
        form = target.val.WhichOneof("node")
        if form == "column_ref" and _is_star(target.val.column_ref.fields):
            starred = _starred(analysis, level, target.val.column_ref)
            is_open |= any(source.is_open for source in starred)
            for source in starred:
                found += _all_of(analysis, source, target.val.column_ref.location)
        elif form == "a_indirection" and _is_star(target.val.a_indirection.indirection):
            value = read(analysis, level, target.val.a_indirection.arg)
            shape = Shape(OTHER, "field", (value.shape,), value.shape.at)
            found += [Result(name, Value(kind, shape)) for name, kind in value.fields or ()]
            is_open |= value.fields is None
        else:
            name = target.name or figured_name(target.val)
            found.append(Result(name, read(analysis, level, target.val)))
    return found, is_open


def _is_star(fields: Sequence[Node]) -> bool:
    return bool(fields) and fields[-1].WhichOneof("node") == "a_star"


def _starred(analysis: Analysis, level: Level, node: Node) -> list[Source]:
    names = [each.string.sval for each in node.fields if each.WhichOneof("node") == "string"]
    if names:
        source = find_source(level, names)
        if source is None:
            message = f'missing FROM-clause entry for table "{names[-1]}"'
            visible = [each.name for each in level.sources if each.name and each.shows_name]
            near = nearest(names[-1], visible)
            analysis.refuse(codes.UNKNOWN_TABLE, message, node.location, near)
            return []
        return [source]
    if not level.sources:
        message = "SELECT * with no tables specified is not valid"
        analysis.refuse(codes.OTHER, message, node.location)
    return [source for source in level.sources if source.shows_columns]


def _all_of(analysis: Analysis, source: Source, at: int) -> list[Result]:
    found = []
    for column in source.columns:
        value = column.value
        mark_used(analysis, value.shape)
        shape = Shape(value.shape.kind, value.shape.label, value.shape.parts, at)
        placed = Value(value.type, shape, value.text, fields=value.fields)
        found.append(Result(column.name, placed))
    return found


def figured_name(node: Node) -> str:
    """The name of a result column that is given none."""
    return _figured(node) or _UNNAMED


def _figured(node: Node) -> str | None:
    form = node.WhichOneof("node")
    part = getattr(node, form)
    named = _NAMED_BY.get(form)
    return named(part) if named else _FORMS.get(form)


def _last_name(fields: Sequence[Node]) -> str | None:
    names = [str(each.string.sval) for each in fields if each.WhichOneof("node") == "string"]
    return names[-1] if names else None


def _figured_of_cast(part: Node) -> str:
    return _figured(part.arg) or str(part.type_name.names[-1].string.sval)


def _figured_of_case(part: Node) -> str:
    return (_figured(part.defresult) if part.HasField("defresult") else None) or "case"


def _figured_of_query(part: Node) -> str | None:
    if part.sub_link_type == _EXISTS:
        return "exists"
    if part.sub_link_type == _ARRAY:
        return "array"
    if part.sub_link_type != _SCALAR:
        return None
    select = part.subselect.select_stmt
    while select.HasField("larg"):
        select = select.larg
    if not select.target_list:
        return "column1" if select.values_lists else None
    target = select.target_list[0].res_target
    return target.name or _figured(target.val)


_NAMED_BY: Mapping[str, Callable[[Node], str | None]] = {
    "a_expr": lambda part: "nullif" if part.kind == _NULLIF else None,
    "a_indirection": lambda part: _last_name(part.indirection) or _figured(part.arg),
    "case_expr": _figured_of_case,
    "collate_clause": lambda part: _figured(part.arg),
    "column_ref": lambda part: _last_name(part.fields),
    "func_call": lambda part: _last_name(part.funcname),
    "min_max_expr": lambda part: "greatest" if part.op == 1 else "least",
    "sqlvalue_function": lambda part: _SQL_VALUES[part.op],
    "sub_link": _figured_of_query,
    "type_cast": _figured_of_cast,
}
