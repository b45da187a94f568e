"""The clauses of DDL in one dialect: names, columns, keys, indexes, and ALTER TABLE around them.

SQLGlot writes the statements and quotes the names; types, defaults and expressions are the engine's
own words and are kept as they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from metadata_assets.diff.changes import AddTable
from metadata_assets.diff.migration.objects import Row, name_parts
from metadata_assets.schema.clauses import (
    enforcement,
    key_clause,
    reference_clause,
    view_statement,
)
from metadata_assets.schema.identifiers import quoted


@dataclass(frozen=True, slots=True)
class Clauses:
    """Writes clauses.

    Attributes:
        dialect: The SQLGlot dialect.
        home_schemas: Schemas whose names are left out.
    """

    dialect: str
    home_schemas: frozenset[str] = frozenset()

    def name(self, name: str) -> str:
        """A name as SQL writes it."""
        return quoted(name, self.dialect)

    def names(self, names: Iterable[str]) -> str:
        """Names in parentheses."""
        return f"({', '.join(map(self.name, names))})"

    def literal(self, text: str | None) -> str:
        """A text as a literal; NULL for none."""
        return "NULL" if text is None else exp.Literal.string(text).sql(self.dialect)

    def table(self, fqdn: str) -> exp.Table:
        """A table, or anything else that a schema holds."""
        schema, name = name_parts(fqdn)
        db = None if schema in self.home_schemas else self._identifier(schema)
        return exp.Table(this=self._identifier(name), db=db)

    def full_name(self, fqdn: str) -> str:
        """A table's name with its schema."""
        return self.table(fqdn).sql(self.dialect)

    def beside(self, fqdn: str, name: str) -> str:
        """A name in the schema of a table."""
        node = exp.Table(this=self._identifier(name), db=self.table(fqdn).args["db"])
        return node.sql(self.dialect)

    def alter(self, fqdn: str, *actions: exp.Expr | str) -> str:
        """An ALTER TABLE."""
        nodes = [raw(action) if isinstance(action, str) else action for action in actions]
        return self._sql(exp.Alter(this=self.table(fqdn), kind="TABLE", actions=nodes))

    def rename_table(self, fqdn: str, to: str) -> str:
        """An ALTER TABLE that renames a table within its schema."""
        name = exp.Table(this=self._identifier(name_parts(to)[1]))
        return self.alter(fqdn, exp.AlterRename(this=name))

    def rename_column(self, fqdn: str, column: str, to: str) -> str:
        """An ALTER TABLE that renames a column."""
        names = (exp.Column(this=self._identifier(name)) for name in (column, to))
        return self.alter(fqdn, exp.RenameColumn(this=next(names), to=next(names)))

    def drop_column(self, fqdn: str, column: str) -> str:
        """An ALTER TABLE that drops a column."""
        return self.alter(fqdn, f"DROP COLUMN {self.name(column)}")

    def drop_constraint(self, fqdn: str, name: str) -> str:
        """An ALTER TABLE that drops a constraint."""
        return self.alter(fqdn, f"DROP CONSTRAINT {self.name(name)}")

    def alter_column(self, fqdn: str, column: str, **what: Any) -> str:
        """An ALTER TABLE that alters a column; `what` are arguments of SQLGlot's AlterColumn."""
        node = exp.AlterColumn(this=exp.Column(this=self._identifier(column)), **what)
        return self.alter(fqdn, node)

    def set_nullability(self, fqdn: str, column: str, *, nullable: bool | None) -> str:
        """An ALTER TABLE that lets a column be null, or no longer."""
        what = "DROP" if nullable else "SET"
        return self.alter(fqdn, f"ALTER COLUMN {self.name(column)} {what} NOT NULL")

    def create(self, fqdn: str, parts: Sequence[exp.Expr | str], ending: str = "") -> str:
        """A CREATE TABLE of columns and constraints."""
        nodes = [raw(part) if isinstance(part, str) else part for part in parts]
        schema = exp.Schema(this=self.table(fqdn), expressions=nodes)
        text = exp.Create(this=schema, kind="TABLE").sql(self.dialect, pretty=True)
        return f"{text}{ending}"

    def create_view(self, fqdn: str, row: Row, columns: Sequence[str] = ()) -> str:
        """A CREATE VIEW of what the catalog holds as its query, its columns named if wanted."""
        names = f" {self.names(columns)}" if columns else ""
        return view_statement(f"{self.full_name(fqdn)}{names}", row)

    def column(self, column: Row, clauses: Iterable[str]) -> exp.ColumnDef:
        """A column of its own type, with these clauses behind it."""
        words = " ".join(filter(None, (column["native_type"], *clauses)))
        # As one type: sqlglot, where compiled, takes no other node for the engine's own words.
        kind = exp.DataType(this=exp.DataType.Type.USERDEFINED, kind=words) if words else None
        return exp.ColumnDef(this=self._identifier(column["column_name"]), kind=kind)

    def constraint(self, constraint: Row) -> str:
        """A key or check, with its name where it has one."""
        kind, name = constraint["constraint_type"], constraint["constraint_name"]
        head = f"CONSTRAINT {self.name(name)} " if name else ""
        if kind == "exclusion":
            return f"{head}{constraint['expression']}"
        if kind == "check":
            said = check_clause(constraint["expression"])
        elif kind == "foreign_key":
            parent = self.full_name(constraint["referenced_table"])
            said = reference_clause(constraint, parent, self.name)
        else:
            said = key_clause(constraint, self.name)
        return f"{head}{said}{enforcement(constraint)}"

    def _identifier(self, name: str) -> exp.Identifier:
        return exp.to_identifier(name, quoted=self.name(name) != name)

    def _sql(self, node: exp.Expr) -> str:
        return node.sql(self.dialect)


def raw(text: str) -> exp.Var:
    """The engine's own words, as they are."""
    return exp.Var(this=text)


def check_clause(expression: str) -> str:
    """A check as the engine printed it: with or without its keyword, its parentheses."""
    text = expression.strip()
    if text[:5].upper() == "CHECK":
        return text
    return f"CHECK ({text})"


def added(row: Row) -> AddTable:
    """The addition of a table, for a script that cannot make it."""
    return AddTable(row["table_fqdn"], row["object_type"])


def mentions(text: str, name: str) -> bool:
    """Whether an expression mentions a name, as a word."""
    return re.search(rf"(?i)(?<![\w$]){re.escape(name)}(?![\w$])", text) is not None


def properties_of(row: Row) -> dict[str, Any]:
    """What only this engine knows of a table or column."""
    found: dict[str, Any] = json.loads(row["properties"] or "{}")
    return found
