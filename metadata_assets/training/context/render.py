"""How chosen tables are told to a model: as DDL, in a compact notation, or as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from metadata_assets.schema.identifiers import quoted

Format = Literal["ddl", "compact", "json"]

MAX_TOKENS = 2000
"""What is told where nobody says how much."""

_CHARACTERS_A_TOKEN = 4
"""The usual rule of thumb of GPT-like tokenizers for English and SQL."""


@dataclass(frozen=True, slots=True)
class ToldColumn:
    """A column that was chosen, and why."""

    name: str
    native_type: str
    comment: str | None
    is_primary_key: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToldTable:
    """A table that was chosen, and why.

    Attributes:
        fqdn: Its FQDN.
        schema_name: Its schema.
        table_name: Its name.
        object_type: What it is.
        comment: What is said of it.
        columns: The chosen columns, in their order.
        column_count: How many it has in all.
        references: The foreign keys to chosen tables: own column, table's FQDN, its column.
        score: How well it fits, comparable within one answer.
        reasons: Why it was chosen.
    """

    fqdn: str
    schema_name: str
    table_name: str
    object_type: str
    comment: str | None
    columns: tuple[ToldColumn, ...]
    column_count: int
    references: tuple[tuple[str, str, str], ...]
    score: float
    reasons: tuple[str, ...]


def tokens_of(text: str) -> int:
    """About how many tokens a text is."""
    return math.ceil(len(text) / _CHARACTERS_A_TOKEN)


def render_table(table: ToldTable, form: Format, dialect: str) -> str:
    """One table as text."""
    return _RENDERERS[form](table, dialect)


def separator(form: Format) -> str:
    """What stands between two tables."""
    return ",\n" if form == "json" else "\n"


def enclosed(text: str, form: Format) -> str:
    """The tables, rendered and joined, as one document."""
    return f"[{text}]" if form == "json" else text


def _ddl(table: ToldTable, dialect: str) -> str:
    lines = [
        f"  {quoted(column.name, dialect)} {column.native_type}"
        f"{' PRIMARY KEY' if column.is_primary_key and _has_simple_key(table) else ''},"
        f"{_remark(column.comment)}"
        for column in table.columns
    ]
    if not _has_simple_key(table):
        keys = [quoted(c.name, dialect) for c in table.columns if c.is_primary_key]
        lines += [f"  PRIMARY KEY ({', '.join(keys)}),"] if keys else []
    lines += [
        f"  FOREIGN KEY ({quoted(own, dialect)}) REFERENCES {other} ({quoted(theirs, dialect)}),"
        for own, other, theirs in table.references
    ]
    kind = "VIEW" if "view" in table.object_type else "TABLE"
    body = "\n".join(lines)
    return f"CREATE {kind} {_name(table, dialect)} ({_remark(table.comment)}\n{body}\n);"


def _compact(table: ToldTable, dialect: str) -> str:
    references = {own: f"{other}.{theirs}" for own, other, theirs in table.references}
    columns = ", ".join(
        f"{quoted(column.name, dialect)} {column.native_type}"
        + (" pk" if column.is_primary_key else "")
        + (f" -> {references[column.name]}" if column.name in references else "")
        + (f" '{_line(column.comment)}'" if column.comment else "")
        for column in table.columns
    )
    return f"{_name(table, dialect)}({columns}){_remark(table.comment)}"


def _json(table: ToldTable, _dialect: str) -> str:
    told = {
        "table": table.fqdn,
        "comment": table.comment,
        "columns": [
            {"name": c.name, "type": c.native_type, "comment": c.comment, "pk": c.is_primary_key}
            for c in table.columns
        ],
        "references": [f"{own} = {other}.{theirs}" for own, other, theirs in table.references],
    }
    return json.dumps(_without_nothing(told), ensure_ascii=False)


_RENDERERS: Mapping[Format, Callable[[ToldTable, str], str]] = {
    "ddl": _ddl,
    "compact": _compact,
    "json": _json,
}


def _without_nothing(value: object) -> object:
    if isinstance(value, list):
        return [_without_nothing(member) for member in value]
    if isinstance(value, dict):
        return {key: _without_nothing(member) for key, member in value.items() if member}
    return value


def _has_simple_key(table: ToldTable) -> bool:
    return sum(column.is_primary_key for column in table.columns) == 1


def _name(table: ToldTable, dialect: str) -> str:
    return f"{quoted(table.schema_name, dialect)}.{quoted(table.table_name, dialect)}"


def _remark(comment: str | None) -> str:
    return f" -- {_line(comment)}" if comment else ""


def _line(comment: str | None) -> str:
    return " ".join((comment or "").split())
