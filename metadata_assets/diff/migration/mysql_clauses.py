"""The clauses of MySQL and MariaDB that are not those of others: columns, keys, indexes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace

from sqlglot import exp

from metadata_assets.diff.definitions import IndexDefinition
from metadata_assets.diff.migration.clauses import Clauses, check_clause, properties_of
from metadata_assets.diff.migration.objects import Row, TableRows
from metadata_assets.diff.migration.script import Phase, Statement, Step
from metadata_assets.schema.clauses import key_clause, without
from metadata_assets.schema.ddl.mysql import (
    index_clause,
    is_own_check,
    is_without_versions,
    sequences_in,
)

_SHOWN = {"IGNORED": "NOT IGNORED", "INVISIBLE": "VISIBLE"}


@dataclass(frozen=True, slots=True)
class MySQLClauses:
    """Writes them."""

    standard: Clauses = field(default=Clauses("mysql"))

    def column(self, table: TableRows, column: Row) -> exp.Expr:
        """A column with its clauses."""
        return self.standard.column(column, self._column_clauses(table, column))

    def key(self, constraint: Row) -> str:
        """A key or check, within CREATE TABLE or after ADD."""
        if constraint["constraint_type"] == "primary_key":
            # It has no name of its own.
            return key_clause(constraint, self.standard.name)
        return self.standard.constraint(constraint)

    def index(self, table: TableRows, index: Row) -> str:
        """An index, within CREATE TABLE or after ADD."""
        names = {column["column_name"] for column in table.columns}
        return index_clause(index, names, self.standard.name)

    def visibility(self, was: IndexDefinition, now: IndexDefinition) -> str | None:
        """The action that hides an index, or no longer; None where more of it differs."""
        properties = (without(each.properties, "visibility") for each in (was, now))
        if replace(was, properties=next(properties)) != replace(now, properties=next(properties)):
            return None
        before, after = (properties_of(asdict(each)).get("visibility") for each in (was, now))
        return f"ALTER INDEX {self.standard.name(now.index_name)} {after or _SHOWN[str(before)]}"

    def collated(self, collation: str | None) -> str:
        """The table option of a collation."""
        if not collation:
            return ""
        return f" DEFAULT CHARACTER SET {collation.split('_')[0]} COLLATE {collation}"

    def sequences(self, columns: Iterable[Row]) -> Iterator[Step]:
        """Those that defaults of columns draw from; the catalog knows them only from there."""
        for column in columns:
            for name in sequences_in(column["default_expr"]):
                yield Statement(Phase.TYPES, f"CREATE SEQUENCE IF NOT EXISTS {name}")

    def is_of_a_column(self, table: TableRows, constraint: Row) -> bool:
        """Whether it is a check declared with one of the columns."""
        return any(is_own_check(column, constraint) for column in table.columns)

    def text(self, text: str | None) -> str:
        """A text as a literal."""
        return self.standard.literal(text)

    def _column_clauses(self, table: TableRows, column: Row) -> list[str]:
        known = properties_of(column)
        generated = column["generated_expr"]
        checks = [
            check_clause(constraint["expression"])
            for constraint in table.constraints
            if self.is_of_a_column(table, constraint)
            and constraint["constraint_name"] == column["column_name"]
            and column["native_type"] != "json"
        ]
        nullability = "NOT NULL" if column["nullable"] is False else "NULL"
        return [
            self._collated_column(column["collation"]),
            f"GENERATED ALWAYS AS ({generated}) {known.get('generated', 'virtual').upper()}"
            if generated
            else nullability,
            f"DEFAULT {column['default_expr']}" if column["default_expr"] else "",
            f"ON UPDATE {known['on_update']}" if known.get("on_update") else "",
            "AUTO_INCREMENT" if column["identity"] == "auto_increment" else "",
            "INVISIBLE" if known.get("invisible") else "",
            "WITHOUT SYSTEM VERSIONING" if is_without_versions(column) else "",
            f"COMMENT {self.text(column['comment'])}" if column["comment"] else "",
            *checks,
        ]

    def _collated_column(self, collation: str | None) -> str:
        if not collation:
            return ""
        return f"CHARACTER SET {collation.split('_')[0]} COLLATE {collation}"
