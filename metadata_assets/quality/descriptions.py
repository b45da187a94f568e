"""Descriptions as people edit them: a row a table or column, by whatever name they know it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from metadata_assets.catalog.annotations import ANNOTATIONS
from metadata_assets.catalog.engine import query
from metadata_assets.catalog.model import Catalog
from metadata_assets.errors import ConfigurationError
from metadata_assets.quality.places import Place, Places

# What was annotated since the last sync is not yet in the catalog.
_PLACES = """
WITH places AS (
  SELECT table_fqdn, NULL AS column_name, '' AS data_type, comment, 0 AS ordinal FROM tables
  UNION ALL
  SELECT table_fqdn, column_name, coalesce(native_type, ''), comment, ordinal FROM columns
)
SELECT p.table_fqdn AS table, coalesce(p.column_name, '') AS column, p.data_type,
  coalesce(a.description, p.comment, '') AS text
FROM places p
LEFT JOIN annotations a
  ON a.table_fqdn = p.table_fqdn AND a.column_name IS NOT DISTINCT FROM p.column_name
ORDER BY p.table_fqdn, p.ordinal
"""

CELL = 32_767
"""A cell of Excel holds so many characters."""

SHORTEST_CUT = CELL // 7 - 1
"""What is left, at the least, of a text that no cell holds, should it be all escapes."""


@dataclass(frozen=True, slots=True)
class Description:
    """What somebody says of a table or column.

    Attributes:
        table: The table, by FQDN or by its name where that is enough.
        column: The column; empty for the table.
        text: The description; empty where nothing is said.
        data_type: The column's type as they know it; empty where they do not tell.
        line: The row of their file, from 1; 0 where it stands in none.
    """

    table: str
    column: str
    text: str
    data_type: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Matched:
    """Descriptions found their tables and columns.

    Attributes:
        said: What is new, by table FQDN and column; None for the table.
        unchanged: How many say what is said already, or nothing.
        problems: What names nothing there is, or more than one thing, or contradicts itself.
        stale: Columns whose type is another than their describer knows.
    """

    said: Mapping[tuple[str, str | None], str]
    unchanged: int
    problems: tuple[str, ...]
    stale: tuple[str, ...]


def places_of(catalog: Catalog, annotations: pa.Table | None = None) -> Places:
    """Every table and column, with what is said of it now.

    Args:
        catalog: As the last sync read it.
        annotations: What people say by now, columns of `ANNOTATIONS`; nothing new by default.
    """
    rows = query(
        _PLACES,
        tables=catalog.tables,
        columns=catalog.columns,
        annotations=ANNOTATIONS.schema.empty_table() if annotations is None else annotations,
    ).to_pylist()
    return Places(tuple(Place(**row) for row in rows))


def exported(places: Places) -> list[Description]:
    """A row for every table and column, with what is said of it now."""
    return [Description(one.table, one.column, one.text, one.data_type) for one in places.known]


def from_mapping(updates: Mapping[str, Any]) -> list[Description]:
    """Descriptions of a mapping.

    Args:
        updates: By table, `table_description` and `columns`, the latter by name.
    """
    return [
        Description(table, column, text)
        for table, of in updates.items()
        for column, text in (
            ("", of.get("table_description") or ""),
            *(of.get("columns") or {}).items(),
        )
    ]


def matched(descriptions: Iterable[Description], places: Places) -> Matched:
    """Find what descriptions are about.

    Args:
        descriptions: The descriptions.
        places: What they may be about.
    """
    said: dict[tuple[str, str | None], Description] = {}
    problems: list[str] = []
    stale: list[str] = []
    unchanged = 0
    for one in descriptions:
        found = places.find(one.table, one.column)
        if isinstance(found, str):
            problems.append(_at(one, found))
            continue
        name = f"{found.table}.{found.column}" if found.column else found.table
        if one.data_type and one.data_type.casefold() != found.data_type.casefold():
            stale.append(f"{name} is {found.data_type}, not {one.data_type}")
        text = one.text.strip()
        before = said.get((found.table, found.column or None))
        if not text or _is_said(text, found.text.strip()) or (before and before.text == text):
            unchanged += 1
        elif before:
            problems.append(_at(one, f"{name} has another description too{_in_row(before)}"))
        else:
            said[found.table, found.column or None] = replace(one, text=text)
    new = {place: one.text for place, one in said.items()}
    return Matched(new, unchanged, tuple(problems), tuple(stale))


def place_of(table: str, column: str, places: Places, *, where: str) -> tuple[str, str | None]:
    """The FQDN and the column that names mean; None for the table itself.

    Raises:
        ConfigurationError: They mean nothing, or more than one thing.
    """
    found = places.find(table, column)
    if isinstance(found, str):
        raise ConfigurationError(found, where=where)
    return found.table, found.column or None


def _is_said(text: str, said: str) -> bool:
    new, old = (one.replace("\r\n", "\n") for one in (text, said))
    # What a cell has no room for is no edit of whoever sends it back.
    return new == old or (len(said) > CELL and len(new) > SHORTEST_CUT and old.startswith(new))


def _at(one: Description, problem: str) -> str:
    return f"row {one.line}: {problem}" if one.line else problem


def _in_row(one: Description) -> str:
    return f", in row {one.line}" if one.line else ""
