"""What is told of each table of a source: its columns, types and comments, from its catalog."""

from __future__ import annotations

from dataclasses import dataclass

from metadata_assets.catalog.engine import query
from metadata_assets.catalog.model import Catalog

_FACTS = """
SELECT t.table_fqdn, t.schema_name, t.table_name, t.object_type,
  nullif(concat_ws(' ', t.comment, t.grain_description), '') AS comment,
  coalesce(list({'name': c.column_name, 'type': c.native_type, 'comment': c.comment}
    ORDER BY c.ordinal) FILTER (c.column_name IS NOT NULL), []) AS columns
FROM tables t LEFT JOIN columns c USING (table_fqdn)
GROUP BY ALL ORDER BY t.table_fqdn
"""


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """A column by its name, native type and comment."""

    name: str
    native_type: str
    comment: str | None


@dataclass(frozen=True, slots=True)
class TableFacts:
    """A table and its columns in their order."""

    fqdn: str
    schema_name: str
    table_name: str
    object_type: str
    comment: str | None
    columns: tuple[ColumnFacts, ...]


def facts_of(catalog: Catalog) -> list[TableFacts]:
    """The facts of every table, by FQDN."""
    rows = query(_FACTS, tables=catalog.tables, columns=catalog.columns).to_pylist()
    return [
        TableFacts(
            row["table_fqdn"],
            row["schema_name"],
            row["table_name"],
            row["object_type"],
            row["comment"],
            tuple(ColumnFacts(c["name"], c["type"], c["comment"]) for c in row["columns"]),
        )
        for row in rows
    ]
