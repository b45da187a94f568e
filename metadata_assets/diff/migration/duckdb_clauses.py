"""DuckDB's statements for single things: columns, indexes, types, sequences, comments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from metadata_assets.diff.migration.clauses import Clauses, properties_of
from metadata_assets.diff.migration.objects import Objects, Row
from metadata_assets.diff.migration.script import Phase, Statement, Step


@dataclass(frozen=True, slots=True)
class DuckDBClauses:
    """Writes them for the later version's objects."""

    clauses: Clauses
    after: Objects

    def sequences(self, fqdn: str, *columns: str) -> Iterator[Step]:
        """Those that columns count by."""
        for column in self.after.tables[fqdn].columns:
            known = properties_of(column).get("sequence")
            if known and (not columns or column["column_name"] in columns):
                name = self.clauses.full_name(known["name"])
                step = known["increment"]
                sql = f"CREATE SEQUENCE IF NOT EXISTS {name} INCREMENT BY {step}"
                yield Statement(Phase.TYPES, sql)

    def create_type(self, fqdn: str, phase: Phase) -> Iterator[Step]:
        """A named type."""
        name, row = self.clauses.full_name(fqdn), self.after.types[fqdn]
        labels = ", ".join(self.clauses.literal(label) for label in row["labels"] or ())
        kind = f"ENUM ({labels})" if row["kind"] == "enum" else row["base_type"]
        yield Statement(phase, f"CREATE TYPE {name} AS {kind}")
        if row["comment"]:
            text = self.clauses.literal(row["comment"])
            yield Statement(Phase.COMMENTS, f"COMMENT ON TYPE {name} IS {text}")

    def create_index(self, fqdn: str, index: Row) -> str:
        """An index."""
        names = {column["column_name"] for column in self.after.tables[fqdn].columns}
        parts = ", ".join(
            self.clauses.name(part) if part in names else f"({part})" for part in index["columns"]
        )
        unique = "UNIQUE " if index["is_unique"] else ""
        name, table = self.clauses.name(index["index_name"]), self.clauses.full_name(fqdn)
        return f"CREATE {unique}INDEX {name} ON {table} ({parts})"

    def drop_index(self, fqdn: str, index: Row) -> Statement:
        """An index that goes, by its name in the schema of its table."""
        name = self.clauses.beside(fqdn, index["index_name"])
        return Statement(Phase.DROP_INDEXES, f"DROP INDEX {name}")

    def column(self, column: Row) -> exp.Expr:
        """A column with its clauses."""
        generated, default = column["generated_expr"], column["default_expr"]
        return self.clauses.column(
            column,
            [
                f"COLLATE {column['collation']}" if column["collation"] else "",
                f"GENERATED ALWAYS AS ({generated})" if generated else "",
                f"DEFAULT {default}" if default else "",
                "NOT NULL" if column["nullable"] is False else "",
            ],
        )

    def comments(self, fqdn: str) -> Iterator[Step]:
        """The comments of a table or view, and of its columns."""
        table = self.after.tables[fqdn]
        if table.row["comment"]:
            yield self.comment(fqdn, table.row["comment"])
        for column in table.columns:
            if column["comment"]:
                yield self.column_comment(fqdn, column["column_name"], column["comment"])

    def comment(self, fqdn: str, comment: str | None) -> Statement:
        """The comment of a table or view."""
        word = "VIEW" if self.after.tables[fqdn].is_view else "TABLE"
        name, text = self.clauses.full_name(fqdn), self.clauses.literal(comment)
        return Statement(Phase.COMMENTS, f"COMMENT ON {word} {name} IS {text}")

    def column_comment(self, fqdn: str, column: str, comment: str | None) -> Statement:
        """The comment of a column."""
        name = f"{self.clauses.full_name(fqdn)}.{self.clauses.name(column)}"
        text = self.clauses.literal(comment)
        return Statement(Phase.COMMENTS, f"COMMENT ON COLUMN {name} IS {text}")
