"""Values: every form of expression, what it is made of, and its type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from metadata_assets.schema.semantics import problems as codes
from metadata_assets.schema.semantics.postgres import operators
from metadata_assets.schema.semantics.postgres.analysis import Analysis, Node, opaque
from metadata_assets.schema.semantics.postgres.calls import read_call
from metadata_assets.schema.semantics.postgres.coercion import (
    EXPLICIT,
    can_coerce,
    element_of,
)
from metadata_assets.schema.semantics.postgres.columns import read_column
from metadata_assets.schema.semantics.postgres.constants import (
    read_constant,
    read_parameter,
    read_sql_value,
)
from metadata_assets.schema.semantics.postgres.containers import (
    read_array,
    read_indirection,
    read_row,
)
from metadata_assets.schema.semantics.postgres.namespace import Level
from metadata_assets.schema.semantics.postgres.sublinks import read_sublink
from metadata_assets.schema.semantics.postgres.system import OPAQUE
from metadata_assets.schema.semantics.postgres.types import cast_text, cast_type, spelled
from metadata_assets.schema.semantics.postgres.values import (
    AGGREGATE,
    OTHER,
    Shape,
    Value,
    shape_of,
)


def read(analysis: Analysis, level: Level, node: Node) -> Value:
    """Understand an expression.

    What is wrong with it is recorded, and its value then fits everywhere.
    """
    form = node.WhichOneof("node")
    if form is None:
        return opaque()
    reader = _READERS.get(form, _unknown_form)
    return reader(analysis, level, getattr(node, form))


def read_all(analysis: Analysis, level: Level, nodes: Iterable[Node]) -> list[Value]:
    """Understand several expressions."""
    return [read(analysis, level, node) for node in nodes]


def _cast(analysis: Analysis, level: Level, node: Node) -> Value:
    wanted = cast_type(node.type_name, analysis.index)
    at = node.location if node.location >= 0 else node.type_name.location
    if wanted is None:
        name = node.type_name.names[-1].string.sval
        return analysis.refused(
            codes.TYPES, f'type "{name}" does not exist', node.type_name.location
        )
    if node.arg.WhichOneof("node") == "a_array_expr" and element_of(wanted):
        value = read_array(analysis, level, node.arg.a_array_expr, read, wanted)
    else:
        value = read(analysis, level, node.arg)
    if not can_coerce(value.type, wanted, EXPLICIT):
        message = f"cannot cast type {spelled(value.type)} to {spelled(wanted)}"
        return analysis.refused(codes.TYPES, message, at)
    analysis.settle(value, wanted)
    text = cast_text(node.type_name)
    if value.type == wanted and text is None:
        # No cast at all: it is grouped by where the value is.
        return Value(wanted, value.shape)
    shape = Shape(OTHER, ("cast", wanted), (value.shape,), value.shape.at)
    return Value(wanted, shape, text)


def _boolean(analysis: Analysis, level: Level, node: Node) -> Value:
    name = ("", "AND", "OR", "NOT")[node.boolop]
    values = read_all(analysis, level, node.args)
    for value in values:
        analysis.require(value, "bool", f"argument of {name}")
    return Value("bool", shape_of(name, values, node.location))


def _null_test(analysis: Analysis, level: Level, node: Node) -> Value:
    value = read(analysis, level, node.arg)
    return Value("bool", shape_of(("null test", node.nulltesttype), [value], node.location))


def _boolean_test(analysis: Analysis, level: Level, node: Node) -> Value:
    value = read(analysis, level, node.arg)
    analysis.require(value, "bool", "argument of IS TRUE")
    return Value("bool", shape_of(("boolean test", node.booltesttype), [value], node.location))


def _operator(analysis: Analysis, level: Level, node: Node) -> Value:
    return operators.read_operator(analysis, level, node, read)


def _case(analysis: Analysis, level: Level, node: Node) -> Value:
    tested = read(analysis, level, node.arg) if node.HasField("arg") else None
    conditions, results = [], []
    for each in node.args:
        condition = read(analysis, level, each.case_when.expr)
        conditions.append(condition)
        if tested is None:
            analysis.require(condition, "bool", "argument of CASE/WHEN")
        else:
            operators.compare(analysis, "=", tested, condition, each.case_when.location)
        results.append(read(analysis, level, each.case_when.result))
    if node.HasField("defresult"):
        # First, as PostgreSQL's choice of the common type begins with it.
        results.insert(0, read(analysis, level, node.defresult))
    found = analysis.unify(results, "CASE")
    values = [*([tested] if tested else []), *conditions, *results]
    _refuse_sets(analysis, values, "CASE")
    return Value(found, shape_of("case", values, node.location))


def _coalesce(analysis: Analysis, level: Level, node: Node) -> Value:
    values = read_all(analysis, level, node.args)
    _refuse_sets(analysis, values, "COALESCE")
    return Value(analysis.unify(values, "COALESCE"), shape_of("coalesce", values, node.location))


def _refuse_sets(analysis: Analysis, values: list[Value], what: str) -> None:
    for value in values:
        if value.shape.returns_set():
            message = f"set-returning functions are not allowed in {what}"
            analysis.refuse(codes.OTHER, message, value.shape.at)


def _greatest(analysis: Analysis, level: Level, node: Node) -> Value:
    name = "GREATEST" if node.op == 1 else "LEAST"
    values = read_all(analysis, level, node.args)
    return Value(analysis.unify(values, name), shape_of(name, values, node.location))


def _array(analysis: Analysis, level: Level, node: Node) -> Value:
    return read_array(analysis, level, node, read)


def _row(analysis: Analysis, level: Level, node: Node) -> Value:
    return read_row(analysis, level, node, read)


def _indirection(analysis: Analysis, level: Level, node: Node) -> Value:
    return read_indirection(analysis, level, node, read)


def _collate(analysis: Analysis, level: Level, node: Node) -> Value:
    value = read(analysis, level, node.arg)
    return Value(value.type, shape_of("collate", [value], node.location), value.text)


def _grouping(analysis: Analysis, level: Level, node: Node) -> Value:
    # Its arguments are grouping expressions, not values: nothing to check them by.
    read_all(analysis, level, node.args)
    level.has_aggregates = True
    return Value("int4", Shape(OTHER, "grouping", (), node.location))


def _named_argument(analysis: Analysis, level: Level, node: Node) -> Value:
    return read(analysis, level, node.arg)


def _column(analysis: Analysis, level: Level, node: Node) -> Value:
    return read_column(analysis, level, node)


def _call(analysis: Analysis, level: Level, node: Node) -> Value:
    return read_call(analysis, level, node, read)


def _sublink(analysis: Analysis, level: Level, node: Node) -> Value:
    return read_sublink(analysis, level, node, read)


def _unknown_form(analysis: Analysis, level: Level, node: Node) -> Value:
    """A form without rules of its own (the newer ones of SQL/JSON): its parts still are read."""
    values = []
    for part, found in node.ListFields():
        if part.message_type is None:
            continue
        for each in found if part.is_repeated else [found]:
            if part.message_type.name == "Node":
                values.append(read(analysis, level, each))
            elif part.message_type.name not in ("TypeName", "JsonOutput", "JsonFormat"):
                values.append(_unknown_form(analysis, level, each))
    if "Agg" in node.DESCRIPTOR.name:
        level.has_aggregates = True
        return Value(OPAQUE, Shape(AGGREGATE, (level.depth, node.DESCRIPTOR.name)))
    return opaque(-1, tuple(value.shape for value in values))


def _of_type(kind: str, *parts: str) -> Callable[[Analysis, Level, Node], Value]:
    """A reader of a form whose type is always the same, for the arguments in some of its fields."""

    def reader(analysis: Analysis, level: Level, node: Node) -> Value:
        values = []
        for part in parts:
            found = getattr(node, part)
            if not hasattr(found, "DESCRIPTOR"):
                values += read_all(analysis, level, found)
            elif node.HasField(part):
                values.append(read(analysis, level, found))
        return Value(kind, shape_of(kind, values, getattr(node, "location", -1)))

    return reader


_READERS: Mapping[str | None, Callable[[Analysis, Level, Node], Value]] = {
    "a_const": read_constant,
    "a_expr": _operator,
    "a_array_expr": _array,
    "a_indirection": _indirection,
    "bool_expr": _boolean,
    "boolean_test": _boolean_test,
    "case_expr": _case,
    "coalesce_expr": _coalesce,
    "collate_clause": _collate,
    "column_ref": _column,
    "func_call": _call,
    "grouping_func": _grouping,
    "json_is_predicate": _of_type("bool", "expr"),
    "min_max_expr": _greatest,
    "named_arg_expr": _named_argument,
    "null_test": _null_test,
    "param_ref": read_parameter,
    "row_expr": _row,
    "sqlvalue_function": read_sql_value,
    "sub_link": _sublink,
    "type_cast": _cast,
    "xml_expr": _of_type("xml", "args"),
    "xml_serialize": _of_type("text", "expr"),
}
