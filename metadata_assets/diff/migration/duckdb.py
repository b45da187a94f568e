"""Migrations in DuckDB's SQL: what its ALTER TABLE cannot say makes the table anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from metadata_assets.diff.changes import (
    Change,
    ChangeTableComment,
    RenameTable,
)
from metadata_assets.diff.column_changes import (
    AddColumn,
    ChangeAllowedValues,
    ChangeColumnComment,
    ChangeDefault,
    ChangeNullability,
    DropColumn,
    RenameColumn,
    RetypeColumn,
)
from metadata_assets.diff.migration.clauses import Clauses, raw
from metadata_assets.diff.migration.duckdb_anew import (
    OF_COMMENTS,
    OF_OURS,
    is_renamed_anew,
    made_anew,
)
from metadata_assets.diff.migration.duckdb_clauses import DuckDBClauses
from metadata_assets.diff.migration.objects import Objects, Row
from metadata_assets.diff.migration.rebuild import rebuilt
from metadata_assets.diff.migration.script import ByHand, Phase, Statement, Step
from metadata_assets.diff.migration.writer import (
    NOT_IN_THE_DATABASE,
    drop_table,
    order_left,
    parents_first,
)
from metadata_assets.diff.structure_changes import (
    AddType,
    ChangeType,
    DropType,
)


@dataclass(frozen=True, slots=True)
class DuckDBWriter:
    """Writes for DuckDB 1.4 and newer."""

    before: Objects
    after: Objects
    clauses: Clauses = field(default=Clauses("duckdb", frozenset({"main"})))

    @property
    def _own(self) -> DuckDBClauses:
        return DuckDBClauses(self.clauses, self.after)

    def settings(self) -> Iterator[Step]:
        """None are needed."""
        return iter(())

    def rename_table(self, was: str, becomes: str) -> str:
        """Another name."""
        return self.clauses.rename_table(was, becomes)

    def is_renamed_anew(self, rename: RenameTable | RenameColumn) -> bool:
        """Where an index or a foreign key depends on it, or it goes to another schema."""
        return is_renamed_anew(self.before, self.after, rename)

    def types(self, changes: Sequence[Change]) -> Iterator[Step]:
        """Named types; columns hold a copy of theirs, and are changed by themselves."""
        for change in changes:
            name = self.clauses.full_name(change.table)
            match change:
                case AddType():
                    yield from self._own.create_type(change.table, Phase.TYPES)
                case DropType():
                    yield Statement(Phase.DROP_TYPES, f"DROP TYPE {name}")
                case ChangeType(attribute="comment"):
                    text = self.clauses.literal(self.after.types[change.table]["comment"])
                    yield Statement(Phase.COMMENTS, f"COMMENT ON TYPE {name} IS {text}")
                case ChangeType():
                    yield Statement(Phase.DROP_TYPES, f"DROP TYPE {name}")
                    yield from self._own.create_type(change.table, Phase.DROP_TYPES)

    def create_table(self, fqdn: str) -> Iterator[Step]:
        """The table with its keys, its indexes and comments."""
        table = self.after.tables[fqdn]
        yield from self._own.sequences(fqdn)
        parts: list[exp.Expr | str] = [self._own.column(column) for column in table.columns]
        parts += [
            # DuckDB names keys by itself.
            self.clauses.constraint({**constraint, "constraint_name": None})
            for constraint in table.constraints
        ]
        yield Statement(Phase.CREATE_TABLES, self.clauses.create(fqdn, parts), makes=fqdn)
        for index in table.indexes:
            yield Statement(Phase.ADD_INDEXES, self._own.create_index(fqdn, index))
        yield from self._own.comments(fqdn)

    def create_view(self, fqdn: str) -> Iterator[Step]:
        """The view, its columns named as they are, and its comments."""
        table = self.after.tables[fqdn]
        columns = [column["column_name"] for column in table.columns]
        sql = self.clauses.create_view(fqdn, table.row, columns)
        yield Statement(Phase.CREATE_VIEWS, sql)
        yield from self._own.comments(fqdn)

    def drop_foreign_key(self, _fqdn: str, _key: Row) -> str | None:
        """Only with its table."""
        return None

    def add_foreign_key(self, _fqdn: str, _key: Row) -> str | None:
        """Only with its table."""
        return None

    def change_tables(
        self, changed: Mapping[str, Sequence[Change]], dropped: Sequence[str]
    ) -> Iterator[Step]:
        """By ALTER where it can, else the table made anew, and the tables its keys tie it to."""
        anew = made_anew(self.before, self.after, changed, dropped)
        for fqdn, changes in changed.items():
            for change in changes:
                if isinstance(change, OF_OURS):
                    yield ByHand(change, NOT_IN_THE_DATABASE)
                elif isinstance(change, OF_COMMENTS):
                    yield from self._commented(change)
            if fqdn not in anew:
                yield from self._altered(fqdn, changes)
        steps = list(rebuilt(anew, self.before, self.after, self.clauses, self.create_table))
        # A table that goes may be tied to one that is made anew: each before what it references.
        going = reversed(parents_first(self.before, [*anew, *dropped]))
        yield from (
            drop_table(self.clauses, self.before.tables[fqdn].earlier_name or fqdn)
            for fqdn in going
        )
        yield from (
            step
            for step in steps
            if not (isinstance(step, Statement) and step.phase is Phase.DROP_TABLES)
        )

    def _altered(self, fqdn: str, changes: Sequence[Change]) -> Iterator[Step]:
        steps = [step for change in changes for step in self._steps(fqdn, change)]
        yield from order_left(self.before, self.after, fqdn)
        was, now = self.before.tables[fqdn].indexes, self.after.tables[fqdn].indexes
        # DuckDB alters no table that has an index.
        disturbs = any(isinstance(step, Statement) for step in steps)
        for index in was:
            if disturbs or index not in now:
                yield self._own.drop_index(fqdn, index)
        yield from steps
        for index in now:
            if disturbs or index not in was:
                yield Statement(Phase.ADD_INDEXES, self._own.create_index(fqdn, index))

    def _steps(self, fqdn: str, change: Change) -> Iterator[Step]:
        alter = self.clauses.alter_column
        match change:
            case AddColumn():
                yield from self._own.sequences(fqdn, change.column)
                column = self.after.tables[fqdn].column(change.column)
                # It adds no column with a constraint.
                definition = self._own.column({**column, "nullable": True})
                yield Statement(Phase.ADD_COLUMNS, self.clauses.alter(fqdn, definition))
                if column["nullable"] is False:
                    text = self.clauses.set_nullability(fqdn, change.column, nullable=False)
                    yield Statement(Phase.ALTER_COLUMNS, text)
                if column["comment"]:
                    yield self._own.column_comment(fqdn, change.column, column["comment"])
            case DropColumn():
                text = self.clauses.drop_column(fqdn, change.column)
                yield Statement(Phase.DROP_COLUMNS, text)
            case RetypeColumn() | ChangeAllowedValues():
                kind = self.after.tables[fqdn].column(change.column)["native_type"]
                text = alter(fqdn, change.column, dtype=raw(kind))
                yield Statement(Phase.ALTER_COLUMNS, text)
            case ChangeNullability():
                text = self.clauses.set_nullability(fqdn, change.column, nullable=change.after)
                yield Statement(Phase.ALTER_COLUMNS, text)
            case ChangeDefault(after=None):
                yield Statement(Phase.ALTER_COLUMNS, alter(fqdn, change.column, drop=True))
            case ChangeDefault(after=str(default)):
                yield from self._own.sequences(fqdn, change.column)
                text = alter(fqdn, change.column, default=raw(default))
                yield Statement(Phase.ALTER_COLUMNS, text)

    def _commented(self, change: Change) -> Iterator[Step]:
        match change:
            case ChangeTableComment():
                yield self._own.comment(change.table, change.after)
            case ChangeColumnComment():
                yield self._own.column_comment(change.table, change.column, change.after)
