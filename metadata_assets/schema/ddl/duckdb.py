"""What DuckDB's DDL holds, and what it cannot."""

from __future__ import annotations

import json
from collections.abc import Sequence

from metadata_assets.schema.ddl.described import Row, TableRows
from metadata_assets.schema.ddl.writer import Writer, literal


class DuckDBWriter(Writer):
    """Writes DuckDB."""

    adds_foreign_keys = False

    def constraint_name(self, constraint: Row) -> str:
        """No name: DuckDB makes one up, whichever it is given."""
        del constraint
        return ""

    def modifiers(self, column: Row) -> list[str]:
        """COLLATE."""
        is_named = self.is_native and column["collation"]
        return [f"COLLATE {column['collation']}" if is_named else ""]

    def generated(self, table: TableRows, column: Row) -> str | None:
        """Generated columns are virtual here."""
        said = super().generated(table, column)
        return said and f"{said.removesuffix('STORED').removesuffix('VIRTUAL')}VIRTUAL"

    def with_actions(self, key: Row) -> Row:
        """None: DuckDB refuses them."""
        return {**key, "on_delete": None, "on_update": None}

    def may_reference(self, table: TableRows, constraint: Row) -> bool:
        """DuckDB wants the types on both sides to be the same, too."""
        parent = self._tables[constraint["referenced_table"]]
        theirs = {column["column_name"]: self.type(column) for column in parent.columns}
        ours = {column["column_name"]: self.type(column) for column in table.columns}
        named = constraint["referenced_columns"] or parent.primary_key
        pairs = zip(constraint["columns"], named, strict=False)
        is_alike = all(ours[one] == theirs.get(other) for one, other in pairs)
        return is_alike and super().may_reference(table, constraint)

    def comments(self, table: TableRows) -> list[str]:
        """COMMENT ON the table and its columns."""
        kind = "VIEW" if table.is_view else "TABLE"
        name = self.table(table.fqdn)
        comment = table.row["comment"]
        said = [f"COMMENT ON {kind} {name} IS {literal(comment)}"] if comment else []
        return said + [
            f"COMMENT ON COLUMN {name}.{self.quoted(column['column_name'])} "
            f"IS {literal(column['comment'])}"
            for column in table.columns
            if column["comment"]
        ]

    def types(self, rows: Sequence[Row]) -> list[tuple[Row, str]]:
        """CREATE TYPE of the enums and aliases."""
        return [(row, self._type(row)) for row in rows]

    def _type(self, row: Row) -> str:
        name = f"{self.quoted(row['schema_name'])}.{self.quoted(row['type_name'])}"
        if row["kind"] == "enum":
            return f"CREATE TYPE {name} AS ENUM ({', '.join(map(literal, row['labels']))})"
        return f"CREATE TYPE {name} AS {row['base_type']}"

    def sequences(self, tables: Sequence[TableRows]) -> list[str]:
        """CREATE SEQUENCE of those that defaults draw from."""
        found = {
            (named["name"], named.get("increment", 1))
            for table in tables
            for column in table.columns
            for named in [json.loads(column["properties"] or "{}").get("sequence")]
            if named
        }
        return [
            f"CREATE SEQUENCE IF NOT EXISTS {name} INCREMENT BY {increment}"
            for name, increment in sorted(found)
        ]
