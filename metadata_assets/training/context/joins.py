"""Which tables of a source are joined, and by which columns.

By foreign keys; and where a schema declares none of its own for them, by columns of one name that
look like keys, as in most warehouses.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

from metadata_assets.catalog.engine import query
from metadata_assets.catalog.model import Catalog

_EDGES = """
WITH named AS (
  SELECT t.schema_name, c.table_fqdn, c.column_name, lower(c.column_name) AS name
  FROM columns c JOIN tables t USING (table_fqdn)
  WHERE regexp_matches(lower(c.column_name), '(id|key|code|no|num|number)$')
),
shared AS (  -- a name that many tables have joins none of them: created_by_id
  SELECT schema_name, name FROM named GROUP BY ALL HAVING count(*) BETWEEN 2 AND 6
)
SELECT table_fqdn AS one, columns AS one_columns, referenced_table AS other,
  referenced_columns AS other_columns, true AS is_declared
FROM constraints
WHERE constraint_type = 'foreign_key' AND referenced_table IN (SELECT table_fqdn FROM tables)
UNION ALL
SELECT a.table_fqdn, [a.column_name], b.table_fqdn, [b.column_name], false
FROM named a JOIN shared USING (schema_name, name)
JOIN named b ON b.schema_name = a.schema_name AND b.name = a.name AND a.table_fqdn < b.table_fqdn
ORDER BY ALL
"""

_PRIMARY_KEYS = """
SELECT table_fqdn, flatten(list(columns)) AS columns FROM constraints
WHERE constraint_type = 'primary_key' GROUP BY table_fqdn
"""

_LONGEST_PATH = 4
"""Joins between two tables; what is further apart is not meant to be joined."""


@dataclass(frozen=True, slots=True)
class Join:
    """How a table is joined with another.

    Attributes:
        columns: Its columns.
        other: The other table's FQDN.
        other_columns: Theirs.
        is_declared: Whether by a foreign key, not just by a name.
        is_own: Whether the foreign key is its own, not the other's.
    """

    columns: tuple[str, ...]
    other: str
    other_columns: tuple[str, ...]
    is_declared: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class Joins:
    """The joins of a source's tables, and their primary keys, by FQDN."""

    of: dict[str, list[Join]]
    primary_keys: dict[str, frozenset[str]]

    def neighbours(self, table: str) -> list[str]:
        """The tables it is joined with."""
        return list(dict.fromkeys(join.other for join in self.of.get(table, ())))

    def keys(self, table: str, others: Iterable[str]) -> frozenset[str]:
        """Its primary key, and the columns it is joined by with some other tables."""
        wanted = set(others)
        joining = (
            column
            for join in self.of.get(table, ())
            if join.other in wanted
            for column in join.columns
        )
        return self.primary_keys.get(table, frozenset()) | frozenset(joining)

    def path(self, one: str, other: str) -> list[str]:
        """The tables in between on the shortest way from one to another; none where there is none.

        Foreign keys alone make a way: columns of one name may mean anything.
        """
        came_from: dict[str, str] = {one: one}
        frontier = deque([(one, 0)])
        while frontier:
            table, length = frontier.popleft()
            if table == other:
                break
            if length == _LONGEST_PATH:
                continue
            for join in self.of.get(table, ()):
                if join.is_declared and join.other not in came_from:
                    came_from[join.other] = table
                    frontier.append((join.other, length + 1))
        if other not in came_from:
            return []
        between = []
        table = came_from[other]
        while table != one:
            between.append(table)
            table = came_from[table]
        return between[::-1]


def joins_of(catalog: Catalog) -> Joins:
    """The joins of a catalog."""
    edges = query(
        _EDGES, tables=catalog.tables, columns=catalog.columns, constraints=catalog.constraints
    )
    of: dict[str, list[Join]] = {}
    for edge in edges.to_pylist():
        one, other = tuple(edge["one_columns"]), tuple(edge["other_columns"] or ())
        declared = edge["is_declared"]
        of.setdefault(edge["one"], []).append(Join(one, edge["other"], other, declared, declared))
        if edge["one"] != edge["other"]:
            of.setdefault(edge["other"], []).append(Join(other, edge["one"], one, declared, False))
    keys: pa.Table = query(_PRIMARY_KEYS, constraints=catalog.constraints)
    return Joins(of, {row["table_fqdn"]: frozenset(row["columns"]) for row in keys.to_pylist()})
