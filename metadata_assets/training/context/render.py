"""How chosen tables are told to a model: as DDL, in a compact notation, or as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from metadata_assets.schema.identifiers import quoted, quoted_fqdn

Format = Literal["ddl", "compact", "json"]

MAX_TOKENS = 2000
"""What is told where nobody says how much."""

_LONG_COMMENT = 200
"""So many characters are told of a comment, where a table does not fit otherwise."""

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
class ToldReference:
    """A foreign key to a chosen table: own columns, the table's FQDN, its columns."""

    columns: tuple[str, ...]
    table: str
    other_columns: tuple[str, ...]


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
        references: The foreign keys to chosen tables.
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
    references: tuple[ToldReference, ...]
    score: float
    reasons: tuple[str, ...]


def tokens_of(text: str) -> int:
    """About how many tokens a text is."""
    return math.ceil(len(text) / _CHARACTERS_A_TOKEN)


def abridged(table: ToldTable) -> ToldTable:
    """A table whose comments are cut where they are very long; the same where none is."""
    comments = (table.comment, *(column.comment for column in table.columns))
    if not any(comment and len(comment) > _LONG_COMMENT for comment in comments):
        return table
    return replace(
        table,
        comment=_cut(table.comment),
        columns=tuple(replace(column, comment=_cut(column.comment)) for column in table.columns),
    )


def render_table(table: ToldTable, form: Format, dialect: str) -> str:
    """One table as text."""
    return _RENDERERS[form](table, dialect)


def separator(form: Format) -> str:
    """What stands between two tables."""
    return ",\n" if form == "json" else "\n"


def room_for(max_tokens: int, form: Format) -> int:
    """The characters that so many tokens have for tables, each counted with a separator."""
    return max_tokens * _CHARACTERS_A_TOKEN - len(enclosed("", form)) + len(separator(form))


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
        f"  FOREIGN KEY ({_listed(key.columns, dialect)}) REFERENCES "
        f"{quoted_fqdn(key.table, dialect)} ({_listed(key.other_columns, dialect)}),"
        for key in table.references
    ]
    kind = "VIEW" if "view" in table.object_type else "TABLE"
    body = "\n".join(lines)
    return f"CREATE {kind} {_name(table, dialect)} ({_remark(table.comment)}\n{body}\n);"


def _compact(table: ToldTable, dialect: str) -> str:
    references = {
        own: f"{key.table}.{theirs}"
        for key in table.references
        for own, theirs in zip(key.columns, key.other_columns, strict=False)
    }
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
        "references": [
            " AND ".join(
                f"{own} = {key.table}.{theirs}"
                for own, theirs in zip(key.columns, key.other_columns, strict=False)
            )
            for key in table.references
        ],
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


def _listed(names: Sequence[str], dialect: str) -> str:
    return ", ".join(quoted(name, dialect) for name in names)


def _name(table: ToldTable, dialect: str) -> str:
    return f"{quoted(table.schema_name, dialect)}.{quoted(table.table_name, dialect)}"


def _remark(comment: str | None) -> str:
    return f" -- {_line(comment)}" if comment else ""


def _cut(comment: str | None) -> str | None:
    if comment is None or len(comment) <= _LONG_COMMENT:
        return comment
    return f"{comment[:_LONG_COMMENT].rstrip()}…"


def _line(comment: str | None) -> str:
    return " ".join((comment or "").split())
