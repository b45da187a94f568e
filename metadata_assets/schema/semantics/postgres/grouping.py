"""What may stand beside an aggregate: what is grouped by, and what that decides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from metadata_assets.schema.semantics import problems as codes
from metadata_assets.schema.semantics.postgres.analysis import Analysis
from metadata_assets.schema.semantics.postgres.namespace import Level
from metadata_assets.schema.semantics.postgres.values import AGGREGATE, COLUMN, QUERY, Shape


def refuse_ungrouped(
    analysis: Analysis,
    level: Level,
    groups: Sequence[Shape],
    expressions: Iterable[Shape],
    *,
    by_key: bool,
) -> None:
    """Refuse columns that neither are grouped by nor stand in an aggregate.

    Args:
        analysis: The statement.
        level: The query.
        groups: What it groups by.
        expressions: What is computed after grouping.
        by_key: Whether a primary key that is grouped by decides the other columns of its table;
            not so with several grouping sets.
    """
    decided = _decided_sources(analysis, groups) if by_key else set()
    told: set[object] = set()
    for expression in expressions:
        for column, is_inner in _ungrouped(analysis, level, groups, expression, inner=False):
            if column.label[0] in decided or column.label in told:
                continue
            told.add(column.label)
            analysis.refuse(codes.GROUPING, _message(level, column, is_inner=is_inner), column.at)


def _message(level: Level, column: Shape, *, is_inner: bool) -> str:
    number, _, name = column.label
    source = next((each.name for each in level.sources if each.number == number), None)
    plain = name[1] if isinstance(name, tuple) else name
    full = f"{source}.{plain}" if source else plain
    if is_inner:
        return f'subquery uses ungrouped column "{full}" from outer query'
    return f'column "{full}" must appear in the GROUP BY clause or be used in an aggregate function'


def _ungrouped(
    analysis: Analysis, level: Level, groups: Sequence[Shape], shape: Shape, *, inner: bool
) -> Iterable[tuple[Shape, bool]]:
    if shape in groups:
        return
    if shape.kind == COLUMN:
        if analysis.depths[shape.label[0]] == level.depth:
            yield shape, inner
        return
    if shape.kind == AGGREGATE and not shape.belongs_to(level.depth):
        return
    for part in shape.parts:
        yield from _ungrouped(analysis, level, groups, part, inner=inner or shape.kind == QUERY)


def _decided_sources(analysis: Analysis, groups: Sequence[Shape]) -> set[int]:
    """The sources of which a whole primary key is grouped by."""
    keys: dict[int, set[str]] = {}
    tables: dict[int, str] = {}
    for shape in groups:
        if shape.kind == COLUMN and shape.label[1] is not None:
            number, fqdn, name = shape.label
            keys.setdefault(number, set()).add(name)
            tables[number] = fqdn
    found = set()
    for number, names in keys.items():
        key = analysis.index.table(tables[number]).primary_key
        if key and names.issuperset(key):
            found.add(number)
    return found
