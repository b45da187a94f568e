"""Arrays and rows, and what is taken out of them."""

from __future__ import annotations

from metadata_assets.schema.semantics import problems as codes
from metadata_assets.schema.semantics.postgres.analysis import Analysis, Node
from metadata_assets.schema.semantics.postgres.coercion import (
    EXPLICIT,
    array_of,
    can_coerce,
    element_of,
)
from metadata_assets.schema.semantics.postgres.namespace import Level
from metadata_assets.schema.semantics.postgres.operators import Reader
from metadata_assets.schema.semantics.postgres.system import OPAQUE, RECORD
from metadata_assets.schema.semantics.postgres.types import spelled
from metadata_assets.schema.semantics.postgres.values import Value, shape_of

_RAW_ELEMENTS = {"point": "float8", "box": "point", "lseg": "point", "name": "char"}


def read_array(
    analysis: Analysis, level: Level, node: Node, read: Reader, wanted: str | None = None
) -> Value:
    """ARRAY[…], of the type that it is cast to or of that of its elements."""
    values = []
    for each in node.elements:
        if each.WhichOneof("node") == "a_array_expr":
            values.append(read_array(analysis, level, each.a_array_expr, read, wanted))
        else:
            values.append(read(analysis, level, each))
    shape = shape_of("array", values, node.location)
    if wanted is not None:
        for value in values:
            inner = wanted if element_of(value.type) else element_of(wanted) or OPAQUE
            if not can_coerce(value.type, inner, EXPLICIT):
                message = f"cannot cast type {spelled(value.type)} to {spelled(inner)}"
                analysis.refuse(codes.TYPES, message, value.shape.at)
            analysis.settle(value, inner)
        return Value(wanted, shape)
    if not values:
        return analysis.refused(codes.TYPES, "cannot determine type of empty array", node.location)
    return Value(array_of(analysis.unify(values, "ARRAY")), shape)


def read_row(analysis: Analysis, level: Level, node: Node, read: Reader) -> Value:
    """ROW(…), whose fields have no names of their own."""
    values = [read(analysis, level, each) for each in node.args]
    fields = tuple((f"f{n}", value.type) for n, value in enumerate(values, start=1))
    return Value(RECORD, shape_of("row", values, node.location), fields=fields)


def read_indirection(analysis: Analysis, level: Level, node: Node, read: Reader) -> Value:
    """An element, a slice or a field: `a[1]`, `a[1:2]`, `(r).f`."""
    value = read(analysis, level, node.arg)
    kind, parts = value.type, [value]
    fields = value.fields
    for step in node.indirection:
        form = step.WhichOneof("node")
        if form == "a_indices":
            for bound in ("lidx", "uidx"):
                if step.a_indices.HasField(bound):
                    parts.append(read(analysis, level, getattr(step.a_indices, bound)))
            if kind in (OPAQUE, "jsonb") or step.a_indices.is_slice:
                continue
            element = element_of(kind) or _RAW_ELEMENTS.get(kind)
            if element is None:
                message = f"cannot subscript type {spelled(kind)} because it does not support it"
                return analysis.refused(codes.TYPES, message, value.shape.at)
            kind = element
        elif form == "string":
            known = dict(fields or ())
            if fields is not None and kind == RECORD and step.string.sval not in known:
                message = f'could not identify column "{step.string.sval}" in record data type'
                return analysis.refused(codes.UNKNOWN_COLUMN, message, value.shape.at)
            if kind not in (OPAQUE, RECORD):
                message = (
                    f"column notation .{step.string.sval} applied to type {spelled(kind)}, "
                    "which is not a composite type"
                )
                return analysis.refused(codes.TYPES, message, value.shape.at)
            kind, fields = known.get(step.string.sval, OPAQUE), None
        else:
            kind, fields = OPAQUE, None
    steps = str(node.indirection[-1].string.sval) if node.indirection else ""
    return Value(kind, shape_of(("indirection", steps), parts, value.shape.at))
