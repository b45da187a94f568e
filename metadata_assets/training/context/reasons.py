"""Why a table or column was chosen, in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from metadata_assets.training.context.documents import Document
from metadata_assets.training.context.joins import Join
from metadata_assets.training.context.ranking import Ranking

_TOLD_OF_FIELD = {"name": "its name", "text": "its columns or descriptions", "schema": "its schema"}


def table_reasons(document: Document, ranking: Ranking) -> tuple[str, ...]:
    """What of a question a table answers to; nothing where only its surroundings do.

    Args:
        document: The table's.
        ranking: Of the question.
    """
    asked = ranking.asked
    reasons = [
        f"golden question: {question}"
        for question, tables in ranking.answered.items()
        if document.table in tables
    ]
    reasons += [
        f"glossary: {meaning.term}"
        for meaning in ranking.meanings
        if document.table in meaning.tables
        or any(table == document.table for table, _ in meaning.columns)
    ]
    told: set[str] = set()
    for field, where in _TOLD_OF_FIELD.items():
        found = _common(asked, document.fields[field]) - told
        told |= found
        if found:
            reasons.append(f"{where}: {', '.join(sorted(found))}")
    if any(_common(asked, column["values"]) for column in document.column_fields):
        reasons.append("its values")
    if not ranking.answered and (found := _common(asked, document.fields["questions"])):
        reasons.append(f"golden questions: {', '.join(sorted(found))}")
    return tuple(reasons)


def join_reasons(joins: Sequence[Join], beside: Collection[str]) -> tuple[str, ...]:
    """Why a table belongs to those told already: a foreign key, or else a column of one name.

    Args:
        joins: Of the table.
        beside: The tables told already.
    """
    near = sorted((join for join in joins if join.other in beside), key=lambda j: not j.is_declared)
    if not near:
        return ()
    join = near[0]
    if join.is_declared:
        return (f"joined with {join.other}",)
    return (f"shares {', '.join(join.columns)} with {join.other}",)


def column_reasons(
    column: tuple[str, str],
    fields: Mapping[str, list[str]],
    ranking: Ranking,
    *,
    is_key: bool,
) -> tuple[str, ...]:
    """What of a question a column answers to.

    Args:
        column: Its table's FQDN, and its name.
        fields: Its part of the table's document.
        ranking: Of the question.
        is_key: Whether it is kept for that alone.
    """
    asked = ranking.asked
    reasons = [
        f"glossary: {meaning.term}" for meaning in ranking.meanings if column in meaning.columns
    ]
    if found := _common(asked, fields["text"]):
        reasons.append(f"words: {', '.join(sorted(found))}")
    if found := _common(asked, fields["values"]):
        reasons.append(f"values: {', '.join(sorted(found))}")
    if is_key:
        reasons.append("key")
    return tuple(reasons)


def _common(asked: Collection[str], field: Collection[str]) -> set[str]:
    return set(asked).intersection(field)
