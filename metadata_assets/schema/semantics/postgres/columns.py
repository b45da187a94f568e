"""Column references: which column of which source a name means, and what else it may mean."""

from __future__ import annotations

from collections.abc import Iterator

from metadata_assets.schema.semantics import problems as codes
from metadata_assets.schema.semantics.postgres.analysis import Analysis, Node, opaque
from metadata_assets.schema.semantics.postgres.namespace import Level, Source, row_shape
from metadata_assets.schema.semantics.postgres.system import RECORD
from metadata_assets.schema.semantics.postgres.values import COLUMN, Result, Shape, Value
from metadata_assets.schema.semantics.problems import nearest

_SYSTEM_COLUMNS = {
    "tableoid": "oid",
    "ctid": "tid",
    "xmin": "xid",
    "xmax": "xid",
    "cmin": "cid",
    "cmax": "cid",
}


def read_column(analysis: Analysis, level: Level, node: Node) -> Value:
    """Understand a reference to a column, or to a whole row of a source."""
    names = [each.string.sval for each in node.fields if each.WhichOneof("node") == "string"]
    if len(names) < len(node.fields):
        return _whole_row(analysis, level, names, node.location)
    if len(names) == 1:
        return _unqualified(analysis, level, names[0], node.location)
    source = find_source(level, names[:-1])
    if source is None:
        return _without_source(analysis, level, names, node.location)
    return _of_source(analysis, source, names[-1], node.location)


def find_source(level: Level, names: list[str]) -> Source | None:
    """The source of a name, the innermost first; with its schema if this is named too."""
    *qualifiers, name = names
    for each in level.outwards():
        for source in each.sources:
            if not source.shows_name or source.name != name:
                continue
            if qualifiers and source.schema != qualifiers[-1]:
                continue
            if source.lateral_only and not source.lateral_ok:
                continue
            return source
    return None


def use(analysis: Analysis, column: Result, at: int) -> Value:
    """A column's value where it is named."""
    mark_used(analysis, column.value.shape)
    value = column.value
    shape = Shape(value.shape.kind, value.shape.label, value.shape.parts, at)
    return Value(value.type, shape, value.text, fields=value.fields)


def mark_used(analysis: Analysis, shape: Shape) -> None:
    """Note every column of a table that a shape stands for."""
    for each in shape.walk():
        if each.kind == COLUMN:
            _number, fqdn, name = each.label
            if fqdn is not None:
                analysis.use_column(fqdn, name)


def _unqualified(analysis: Analysis, level: Level, name: str, at: int) -> Value:
    for each in level.outwards():
        homes = [
            (source, column)
            for source in each.sources
            if source.shows_columns and not (source.lateral_only and not source.lateral_ok)
            for column in source.named(name)
        ]
        if len(homes) > 1:
            suggestions = [f"{source.name}.{name}" for source, _ in homes if source.name]
            message = f'column reference "{name}" is ambiguous'
            return analysis.refused(codes.AMBIGUOUS_COLUMN, message, at, suggestions)
        if homes:
            return use(analysis, homes[0][1], at)
        if any(source.is_open and source.shows_columns for source in each.sources):
            return opaque(at)
        if name in _SYSTEM_COLUMNS:
            homes_of_rows = [
                source for source in each.sources if source.is_relation and source.shows_columns
            ]
            if len(homes_of_rows) == 1:
                return _of_source(analysis, homes_of_rows[0], name, at)
    source_named = find_source(level, [name])
    if source_named is not None:
        return _row_of(analysis, source_named, at)
    message = f'column "{name}" does not exist'
    near = nearest(name, _visible_columns(level))
    return analysis.refused(codes.UNKNOWN_COLUMN, message, at, near)


def _of_source(analysis: Analysis, source: Source, name: str, at: int) -> Value:
    columns = source.named(name)
    if len(columns) > 1:
        message = f'column reference "{name}" is ambiguous'
        return analysis.refused(codes.AMBIGUOUS_COLUMN, message, at)
    if columns:
        return use(analysis, columns[0], at)
    if source.is_open:
        return opaque(at)
    if source.is_relation and name in _SYSTEM_COLUMNS:
        label = (source.number, None, name)
        return Value(_SYSTEM_COLUMNS[name], Shape(COLUMN, label, (), at))
    message = f"column {source.name}.{name} does not exist"
    near = nearest(name, [column.name for column in source.columns])
    return analysis.refused(codes.UNKNOWN_COLUMN, message, at, near)


def _without_source(analysis: Analysis, level: Level, names: list[str], at: int) -> Value:
    if len(names) == 2:
        # A field of a column of a composite type may be written so where a table could not be.
        for each in level.outwards():
            for source in each.sources:
                if source.name == names[0] and source.lateral_only:
                    message = f'invalid reference to FROM-clause entry for table "{names[0]}"'
                    return analysis.refused(codes.UNKNOWN_TABLE, message, at)
    message = f'missing FROM-clause entry for table "{names[-2]}"'
    hidden = [
        source.name
        for each in level.outwards()
        for source in each.sources
        if source.table is not None
        and source.name is not None
        and source.table.name == names[-2]
        and source.name != names[-2]
    ]
    near = (*hidden, *nearest(names[-2], list(_visible_sources(level))))
    return analysis.refused(codes.UNKNOWN_TABLE, message, at, dict.fromkeys(near))


def _whole_row(analysis: Analysis, level: Level, names: list[str], at: int) -> Value:
    """`t.*` where a value is wanted: in count(t.*), row(t.*)."""
    if not names:
        return opaque(at)
    source = find_source(level, names)
    if source is None:
        return _without_source(analysis, level, [*names, "*"], at)
    return _row_of(analysis, source, at)


def _row_of(analysis: Analysis, source: Source, at: int) -> Value:
    for column in source.columns:
        mark_used(analysis, column.value.shape)
    if source.is_scalar:
        return use(analysis, source.columns[0], at)
    fields = tuple((column.name, column.value.type) for column in source.columns)
    text = source.table.name if source.table else None
    return Value(RECORD, row_shape(source, at), text, fields=fields)


def _visible_sources(level: Level) -> Iterator[str]:
    for each in level.outwards():
        for source in each.sources:
            if source.shows_name and source.name:
                yield source.name


def _visible_columns(level: Level) -> Iterator[str]:
    for each in level.outwards():
        for source in each.sources:
            if source.shows_columns:
                yield from (column.name for column in source.columns)
