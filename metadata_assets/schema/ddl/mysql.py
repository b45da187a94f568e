"""What the DDL of MySQL and MariaDB holds beyond every other's."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence

from metadata_assets.catalog.withhold import WITHHELD
from metadata_assets.schema.clauses import Quote, index_ending, index_parts, partition_clause
from metadata_assets.schema.ddl.described import Row, TableRows
from metadata_assets.schema.ddl.writer import Writer, literal

_SEQUENCE = re.compile(r"(?i)\b(?:next|last)val\(((?:`(?:[^`]|``)+`\.)?`(?:[^`]|``)+`)\)")
_METHODS = {"FULLTEXT": "FULLTEXT", "SPATIAL": "SPATIAL", "RTREE": "SPATIAL"}


class MySQLWriter(Writer):
    """Writes MySQL and MariaDB; a schema is a database there, so statements name none."""

    has_schemas = False

    def after_table(self, table: TableRows) -> str:
        """Engine, collation, comment and partitions."""
        if not self.is_native:
            return f" COMMENT={_text(table.row['comment'])}" if table.row["comment"] else ""
        told = table.properties
        parts = [
            f"ENGINE={told['engine']}" if told.get("engine") else "",
            f"COLLATE={told['collation']}" if told.get("collation") else "",
            f"COMMENT={_text(table.row['comment'])}" if table.row["comment"] else "",
            "WITH SYSTEM VERSIONING" if told.get("system_versioned") else "",
            self._partitions(table),
        ]
        return "".join(f" {part}" for part in parts if part)

    def _partitions(self, table: TableRows) -> str:
        said = partition_clause(table.properties, self.quoted)
        if WITHHELD in said:
            self.omit(table, "", "is partitioned by personal data, whose bounds are withheld")
            return ""
        return said

    def modifiers(self, column: Row) -> list[str]:
        """COLLATE."""
        is_named = self.is_native and column["collation"]
        return [f"COLLATE {column['collation']}" if is_named else ""]

    def default(self, table: TableRows, column: Row) -> str | None:
        """The default, in parentheses where it is no literal."""
        text = column["default_expr"]
        said = super().default(table, column)
        if text is None and self.is_native and column["nullable"]:
            # TIMESTAMP is given a default of its own unless it is told otherwise.
            said = "NULL DEFAULT NULL"
        return " ".join(filter(None, (said, self._on_update(column)))) or None

    @staticmethod
    def _on_update(column: Row) -> str:
        on_update = json.loads(column["properties"] or "{}").get("on_update")
        return f"ON UPDATE {on_update}" if on_update else ""

    def after_column(self, table: TableRows, column: Row) -> list[str]:
        """AUTO_INCREMENT, INVISIBLE, the comment and its own check; JSON brings that of its own."""
        checks = [
            self.check(table, constraint)
            for constraint in table.constraints
            if is_own_check(column, constraint) and column["native_type"] != "json"
        ]
        return [
            "AUTO_INCREMENT" if column["identity"] else "",
            "INVISIBLE" if '"invisible"' in (column["properties"] or "") else "",
            "WITHOUT SYSTEM VERSIONING" if is_without_versions(column) else "",
            f"COMMENT {_text(column['comment'])}" if column["comment"] else "",
            *filter(None, checks),
        ]

    def constraint(self, table: TableRows, constraint: Row) -> str | None:
        """A key or check; a column's own check stands with the column."""
        is_own = any(is_own_check(column, constraint) for column in table.columns)
        is_said = self.is_native and constraint["constraint_type"] == "check" and is_own
        can_be = is_said and self.check(table, constraint) is not None
        return "" if can_be else super().constraint(table, constraint)

    def with_actions(self, key: Row) -> Row:
        """Both: where nothing is said, MariaDB takes RESTRICT."""
        said = {event: key[event] or "NO ACTION" for event in ("on_delete", "on_update")}
        return {**key, **said}

    def constraint_name(self, constraint: Row) -> str:
        """The name, which a primary key has none of."""
        if constraint["constraint_type"] == "primary_key":
            return ""
        return super().constraint_name(constraint)

    def indexes_within(self, table: TableRows) -> list[str]:
        """Its own: a column that counts, or the foreign key of another table, needs one at once."""
        if not self.is_native:
            return []
        names = {column["column_name"] for column in table.columns}
        return [
            index_clause(index, names, self.quoted)
            for index in table.indexes
            if not any(WITHHELD in part for part in index["columns"])
        ]

    def index(self, table: TableRows, index: Row, name: str) -> str | None:
        """CREATE INDEX of what comes from elsewhere."""
        return None if self.is_native else super().index(table, index, name)

    def sequences(self, tables: Sequence[TableRows]) -> list[str]:
        """CREATE SEQUENCE of those that defaults draw from."""
        names = {
            name
            for table in tables
            for column in table.columns
            for name in sequences_in(column["default_expr"])
        }
        return [f"CREATE SEQUENCE IF NOT EXISTS {name}" for name in sorted(names)]


def index_clause(index: Row, columns: Collection[str], quote: Quote) -> str:
    """An index, within CREATE TABLE or after ADD.

    Args:
        index: The row of the catalog; a prefix stands behind its column.
        columns: The names of its table's columns; anything else in it is an expression.
        quote: Writes a name.
    """
    parts = []
    for part in index["columns"]:
        column, parenthesis, prefix = part.rpartition("(")
        if part in columns:
            parts.append(quote(part))
        elif column in columns and prefix.rstrip(")").isdigit():
            parts.append(f"{quote(column)}{parenthesis}{prefix}")
        else:
            parts.append(f"({part})")
    method = str(index["method"] or "").upper()
    kind = _METHODS.get(method, "UNIQUE" if index["is_unique"] else "")
    head = f"{kind} INDEX {quote(index['index_name'])}".lstrip()
    using = " USING HASH" if method == "HASH" else ""
    return f"{head}{using} {index_parts(parts, index)}{index_ending(index, quote)}"


def is_own_check(column: Row, constraint: Row) -> bool:
    """Whether a check was declared with a column: it goes by the column's name."""
    names = [constraint["constraint_name"], *(constraint["columns"] or ())]
    return constraint["constraint_type"] == "check" and names == [column["column_name"]] * 2


def is_without_versions(column: Row) -> bool:
    """Whether a table of which all versions are kept keeps none for changes of this column."""
    return '"system_versioned":false' in (column["properties"] or "")


def sequences_in(default: str | None) -> list[str]:
    """The sequences that a default draws from, as it names them."""
    return _SEQUENCE.findall(default or "")


def _text(text: str) -> str:
    return literal(text.replace("\\", "\\\\"))
