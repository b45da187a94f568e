"""Descriptions as people edit them: a row a table or column, by whatever name they know it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from metadata_assets.catalog.engine import query
from metadata_assets.catalog.model import Catalog
from metadata_assets.errors import ConfigurationError
from metadata_assets.schema.semantics.problems import nearest

_EXPORTED = """
SELECT t.table_fqdn AS table_name, '' AS column_name, '' AS data_type,
  coalesce(t.comment, '') AS column_description, 0 AS ordinal
FROM tables t
UNION ALL
SELECT c.table_fqdn, c.column_name, coalesce(c.native_type, ''), coalesce(c.comment, ''), c.ordinal
FROM columns c
ORDER BY table_name, ordinal
"""


@dataclass(frozen=True, slots=True)
class Description:
    """What somebody says of a table or column.

    Attributes:
        table: The table, by FQDN or by its name where that is enough.
        column: The column; empty for the table.
        text: The description; empty where nothing is said.
        data_type: The column's type as they know it; empty where they do not tell.
        line: Where it stands in their file; 0 where it stands in none.
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
        problems: What names nothing there is, or more than one thing.
        stale: Columns whose type is another than their describer knows.
    """

    said: Mapping[tuple[str, str | None], str]
    unchanged: int
    problems: tuple[str, ...]
    stale: tuple[str, ...]


def exported(catalog: Catalog) -> list[Description]:
    """A row for every table and column, with what is said of it now."""
    rows = query(_EXPORTED, tables=catalog.tables, columns=catalog.columns).to_pylist()
    return [
        Description(
            row["table_name"], row["column_name"], row["column_description"], row["data_type"]
        )
        for row in rows
    ]


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


def matched(descriptions: Iterable[Description], catalog: Catalog) -> Matched:
    """Find what descriptions are about.

    Args:
        descriptions: The descriptions.
        catalog: What their source holds.
    """
    names = _Names(exported(catalog))
    said: dict[tuple[str, str | None], str] = {}
    problems: list[str] = []
    stale: list[str] = []
    unchanged = 0
    for one in descriptions:
        found = names.find(one)
        if isinstance(found, str):
            problems.append(f"line {one.line}: {found}" if one.line else found)
            continue
        if one.data_type and one.data_type.casefold() != found.data_type.casefold():
            stale.append(f"{found.table}.{found.column} is {found.data_type}, not {one.data_type}")
        text = one.text.strip()
        if not text or text == found.text.strip():
            unchanged += 1
        else:
            said[found.table, found.column or None] = text
    return Matched(said, unchanged, tuple(problems), tuple(stale))


def place_of(table: str, column: str, catalog: Catalog, *, where: str) -> tuple[str, str | None]:
    """The FQDN and the column that names mean; None for the table itself.

    Raises:
        ConfigurationError: They mean nothing, or more than one thing.
    """
    found = _Names(exported(catalog)).find(Description(table, column, ""))
    if isinstance(found, str):
        raise ConfigurationError(found, where=where)
    return found.table, found.column or None


@dataclass(frozen=True)
class _Names:
    """Tables and columns by every name they may be called."""

    known: Sequence[Description]

    @cached_property
    def _tables(self) -> Mapping[str, list[str]]:
        """FQDNs by FQDN and by bare name, exact and without case."""
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for fqdn in dict.fromkeys(one.table for one in self.known):
            bare = fqdn.rpartition(".")[2].strip('"')
            for name in (fqdn, fqdn.casefold(), bare, bare.casefold()):
                found[name][fqdn] = None
        return {name: list(fqdns) for name, fqdns in found.items()}

    @cached_property
    def _columns(self) -> Mapping[str, Mapping[str, Description]]:
        found: dict[str, dict[str, Description]] = defaultdict(dict)
        for one in self.known:
            found[one.table][one.column] = one
        return found

    def find(self, asked: Description) -> Description | str:
        """The table or column that is meant, as it is; or why none is."""
        name = asked.table.strip()
        tables = self._tables.get(name) or self._tables.get(name.casefold()) or []
        if name in self._columns:
            tables = [name]
        if len(tables) != 1:
            if tables:
                return f"{name} may be {' or '.join(tables)}; write the schema too"
            return f"there is no table {name}{_hint(name, self._tables)}"
        columns = self._columns[tables[0]]
        wanted = asked.column.strip()
        if wanted in columns:
            return columns[wanted]
        alike = [one for one in columns if one.casefold() == wanted.casefold()]
        if len(alike) == 1:
            return columns[alike[0]]
        return f"{tables[0]} has no column {wanted}{_hint(wanted, filter(None, columns))}"


def _hint(name: str, known: Iterable[str]) -> str:
    near = nearest(name, known)
    return f"; did you mean {', '.join(near)}?" if near else ""
