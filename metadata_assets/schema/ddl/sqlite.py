"""What SQLite's DDL holds, and what it cannot."""

from __future__ import annotations

from collections.abc import Collection

from metadata_assets.schema.ddl.described import Row, TableRows
from metadata_assets.schema.ddl.writer import Writer


class SQLiteWriter(Writer):
    """Writes SQLite."""

    has_schemas = False
    adds_foreign_keys = False
    knows_parents_later = True

    def create_table(self, table: TableRows, *, later: Collection[int] = ()) -> str:
        """CREATE TABLE, or CREATE VIRTUAL TABLE by the names of the columns that are not hidden."""
        module = table.properties.get("module") if self.is_native else None
        if module is None:
            return super().create_table(table, later=later)
        names = [
            self.quoted(column["column_name"])
            for column in table.columns
            if '"hidden"' not in (column["properties"] or "")
        ]
        name = self.table(table.fqdn)
        return f"CREATE VIRTUAL TABLE {name} USING {module}({', '.join(names)})"

    def after_table(self, table: TableRows) -> str:
        """STRICT and WITHOUT ROWID."""
        flags = {"strict": "STRICT", "without_rowid": "WITHOUT ROWID"}
        said = [word for flag, word in flags.items() if self.is_native and flag in table.properties]
        return f" {', '.join(said)}" if said else ""

    def modifiers(self, column: Row) -> list[str]:
        """COLLATE."""
        is_named = self.is_native and column["collation"]
        return [f"COLLATE {column['collation']}" if is_named else ""]

    def default(self, table: TableRows, column: Row) -> str | None:
        """The default in parentheses, which SQLite takes off again."""
        said = super().default(table, column)
        return said and (f"DEFAULT ({said.removeprefix('DEFAULT ')})" if self.is_native else said)

    def after_column(self, table: TableRows, column: Row) -> list[str]:
        """The key of a table whose numbers are never used again."""
        del table
        is_numbered = column["identity"] == "auto_increment" and self.is_native
        return ["PRIMARY KEY AUTOINCREMENT"] if is_numbered else []

    def constraint(self, table: TableRows, constraint: Row) -> str | None:
        """A key or check, unless it stands at its column."""
        is_key = constraint["constraint_type"] == "primary_key"
        if is_key and self.is_native and any(column["identity"] for column in table.columns):
            return ""
        return super().constraint(table, constraint)

    def create_view(self, table: TableRows) -> str | None:
        """CREATE VIEW with its columns by name, which its query may not give."""
        query = table.row["definition"]
        if not query or not self.is_native:
            return super().create_view(table)
        names = self.listed([column["column_name"] for column in table.columns])
        return f"CREATE VIEW {self.table(table.fqdn)} {names} AS\n{query}"
