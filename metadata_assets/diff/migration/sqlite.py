"""Migrations in SQLite's SQL: what its ALTER TABLE cannot say makes the table anew."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from metadata_assets.diff.changes import Change, ChangeAnnotation, ChangeObjectType
from metadata_assets.diff.column_changes import AddColumn, ChangeSensitivity, DropColumn
from metadata_assets.diff.migration.clauses import Clauses, added, mentions, properties_of
from metadata_assets.diff.migration.objects import Objects, Row, name_parts
from metadata_assets.diff.migration.rebuild import rebuilt
from metadata_assets.diff.migration.script import ByHand, Phase, Statement, Step
from metadata_assets.diff.migration.structures import structure_steps
from metadata_assets.diff.migration.writer import NOT_IN_THE_DATABASE, drop_table, parents_first
from metadata_assets.diff.structure_changes import AddIndex, ChangeIndex, DropIndex, RenameIndex
from metadata_assets.schema.clauses import index_parts

_LITERAL = re.compile(
    r"""(?ix) [-+]?\s*(\d[\d.]*(e[-+]?\d+)?|0x[0-9a-f]+|\.\d+) | x?'(?:[^']|'')*' | "(?:[^"]|"")*"
      | NULL | TRUE | FALSE | CURRENT_(?:DATE|TIME|TIMESTAMP) | \(.*\) | [a-z_]\w*"""
)
_OF_INDEXES = (AddIndex, ChangeIndex, DropIndex, RenameIndex)


@dataclass(frozen=True, slots=True)
class SQLiteWriter:
    """Writes for SQLite 3.35 and newer."""

    before: Objects
    after: Objects
    clauses: Clauses = field(default=Clauses("sqlite", frozenset({"main"})))

    def settings(self) -> Iterator[Step]:
        """A table that is made anew must not take its children with it."""
        yield Statement(Phase.SETTINGS, "PRAGMA foreign_keys = OFF")
        yield Statement(
            Phase.RESET, "PRAGMA foreign_key_check", "Should return no row; then switch keys on."
        )

    def rename_table(self, was: str, becomes: str) -> str:
        """Another name; by way of a third where only the case differs."""
        if was.lower() != becomes.lower():
            return self.clauses.rename_table(was, becomes)
        name = name_parts(becomes)[1].replace('"', '""')
        between = f'main."renamed {name}"'
        steps = ((was, between), (between, becomes))
        return ";\n".join(self.clauses.rename_table(*step) for step in steps)

    def is_renamed_anew(self, _rename: Change) -> bool:
        """Never: ALTER TABLE renames all of them."""
        return False

    def types(self, changes: Sequence[Change]) -> Iterator[Step]:
        """There are none."""
        assert not changes
        return iter(())

    def create_table(self, fqdn: str) -> Iterator[Step]:
        """The table with its keys, and its indexes."""
        table = self.after.tables[fqdn]
        if table.row["object_type"] != "table":
            yield ByHand(added(table.row), "only its module knows how it is made")
            return
        known = properties_of(table.row)
        parts: list[exp.Expr | str] = [
            self.clauses.column(column, self._column_clauses(column)) for column in table.columns
        ]
        counts = any(column["identity"] for column in table.columns)
        parts += [
            self.clauses.constraint(constraint)
            for constraint in table.constraints
            if not (counts and constraint["constraint_type"] == "primary_key")
        ]
        options = {"strict": "STRICT", "without_rowid": "WITHOUT ROWID"}
        chosen = ", ".join(word for name, word in options.items() if known.get(name))
        sql = self.clauses.create(fqdn, parts, f" {chosen}" if chosen else "")
        yield Statement(Phase.CREATE_TABLES, sql)
        for index in table.indexes:
            yield Statement(Phase.ADD_INDEXES, self.create_index(fqdn, index))

    def create_view(self, fqdn: str) -> Iterator[Step]:
        """The view, its columns named as they are."""
        table = self.after.tables[fqdn]
        columns = [column["column_name"] for column in table.columns]
        sql = self.clauses.create_view(fqdn, table.row, columns)
        yield Statement(Phase.CREATE_VIEWS, sql)

    def drop_foreign_key(self, _fqdn: str, _key: Row) -> str | None:
        """Only with its table."""
        return None

    def add_foreign_key(self, _fqdn: str, _key: Row) -> str | None:
        """Only with its table."""
        return None

    def change_tables(
        self, changed: Mapping[str, Sequence[Change]], dropped: Sequence[str]
    ) -> Iterator[Step]:
        """By ALTER where it can, else the table made anew."""
        for fqdn in reversed(parents_first(self.before, dropped)):
            yield drop_table(self.clauses, fqdn)
        anew = []
        for fqdn, changes in changed.items():
            kept = [c for c in changes if isinstance(c, (ChangeAnnotation, ChangeSensitivity))]
            yield from (ByHand(change, NOT_IN_THE_DATABASE) for change in kept)
            rest = [change for change in changes if change not in kept]
            if any(isinstance(change, ChangeObjectType) for change in rest) or self._is_virtual(
                fqdn
            ):
                yield from (ByHand(change, "only its module can") for change in rest)
            elif not self._can_alter(fqdn, rest):
                anew.append(fqdn)
            else:
                yield from self._altered(fqdn, rest)
        yield from rebuilt(anew, self.before, self.after, self.clauses, self.create_table)

    def create_index(self, fqdn: str, index: Row) -> str:
        """The index."""
        names = {column["column_name"] for column in self.after.tables[fqdn].columns}
        parts = index_parts(
            [self.clauses.name(part) if part in names else part for part in index["columns"]],
            index,
        )
        unique = "UNIQUE " if index["is_unique"] else ""
        where = f" WHERE {index['predicate']}" if index["predicate"] else ""
        name, table = self.clauses.name(index["index_name"]), self.clauses.full_name(fqdn)
        return f"CREATE {unique}INDEX {name} ON {table} {parts}{where}"

    def drop_index(self, _fqdn: str, index: Row) -> str:
        """By its name."""
        return f"DROP INDEX {self.clauses.name(index['index_name'])}"

    def rename_index(self, _fqdn: str, _was: str, _becomes: str) -> str | None:
        """SQLite renames no index."""
        return None

    def add_constraint(self, _fqdn: str, _constraint: Row) -> str | None:
        """Only with its table."""
        return None

    def drop_constraint(self, _fqdn: str, _constraint: Row) -> str | None:
        """Only with its table."""
        return None

    def rename_constraint(self, _fqdn: str, _was: Row, _becomes: Row) -> str | None:
        """Only with its table."""
        return None

    def _is_virtual(self, fqdn: str) -> bool:
        return any(
            side.tables[fqdn].row["object_type"] != "table" for side in (self.before, self.after)
        )

    def _can_alter(self, fqdn: str, changes: Sequence[Change]) -> bool:
        was = [column["column_name"] for column in self.before.tables[fqdn].columns]
        now = [column["column_name"] for column in self.after.tables[fqdn].columns]
        kept = [name for name in was if name in now]
        return now[: len(kept)] == kept and all(
            isinstance(change, _OF_INDEXES)
            or (isinstance(change, AddColumn) and self._can_add(fqdn, change.column))
            or (isinstance(change, DropColumn) and self._can_drop(fqdn, change.column))
            for change in changes
        )

    def _can_add(self, fqdn: str, name: str) -> bool:
        column = self.after.tables[fqdn].column(name)
        default = column["default_expr"]
        is_constant = not default or not re.match(r"(?i)\(|CURRENT_", self._default(default))
        has_value = column["nullable"] is not False or (default and default.upper() != "NULL")
        return is_constant and bool(has_value) and not column["generated_expr"]

    def _can_drop(self, fqdn: str, name: str) -> bool:
        table = self.before.tables[fqdn]
        used = [part for k in table.constraints for part in k["columns"] or ()]
        texts = [k["expression"] for k in table.constraints if k["expression"]]
        texts += [c["generated_expr"] for c in table.columns if c["generated_expr"]]
        for index in table.indexes:
            texts += [*index["columns"], index["predicate"] or ""]
        return name not in used and not any(mentions(text, name) for text in texts)

    def _altered(self, fqdn: str, changes: Sequence[Change]) -> Iterator[Step]:
        for change in changes:
            if isinstance(change, AddColumn):
                column = self.after.tables[fqdn].column(change.column)
                definition = self.clauses.column(column, self._column_clauses(column))
                sql = self.clauses.alter(fqdn, definition)
                yield Statement(Phase.ADD_COLUMNS, sql)
            elif isinstance(change, DropColumn):
                sql = self.clauses.drop_column(fqdn, change.column)
                yield Statement(Phase.DROP_COLUMNS, sql)
        yield from structure_steps(self, fqdn, changes)

    def _column_clauses(self, column: Row) -> list[str]:
        default, generated = column["default_expr"], column["generated_expr"]
        how = properties_of(column).get("generated", "virtual").upper()
        return [
            "PRIMARY KEY AUTOINCREMENT" if column["identity"] else "",
            f"COLLATE {column['collation']}" if column["collation"] else "",
            "NOT NULL" if column["nullable"] is False else "",
            f"DEFAULT {self._default(default)}" if default else "",
            f"GENERATED ALWAYS AS ({generated}) {how}" if generated else "",
        ]

    def _default(self, default: str) -> str:
        # The pragma shows an expression without the parentheses it was declared in.
        return default if _LITERAL.fullmatch(default.strip()) else f"({default})"
