"""Migrations in DuckDB's SQL: what its ALTER TABLE cannot say makes the table anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from metadata_assets.diff.changes import (
    Change,
    ChangeAnnotation,
    ChangeTableComment,
    RenameTable,
    ReorderColumns,
)
from metadata_assets.diff.column_changes import (
    AddColumn,
    ChangeAllowedValues,
    ChangeColumnComment,
    ChangeDefault,
    ChangeNullability,
    ChangeSensitivity,
    DropColumn,
    RenameColumn,
    RetypeColumn,
)
from metadata_assets.diff.migration.clauses import Clauses, mentions, raw
from metadata_assets.diff.migration.duckdb_clauses import DuckDBClauses
from metadata_assets.diff.migration.objects import Objects, Row, name_parts
from metadata_assets.diff.migration.rebuild import rebuilt
from metadata_assets.diff.migration.script import ByHand, Phase, Statement, Step
from metadata_assets.diff.migration.writer import (
    NOT_IN_THE_DATABASE,
    drop_table,
    order_left,
    parents_first,
)
from metadata_assets.diff.structure_changes import (
    AddIndex,
    AddType,
    ChangeIndex,
    ChangeType,
    DropIndex,
    DropType,
    RenameIndex,
)

_OF_INDEXES = (AddIndex, ChangeIndex, DropIndex, RenameIndex)
_OF_COMMENTS = (ChangeTableComment, ChangeColumnComment)
_OF_OURS = (ChangeAnnotation, ChangeSensitivity)
_BY_ALTER = (
    *(AddColumn, ChangeAllowedValues, ChangeDefault, ChangeNullability),
    *(DropColumn, ReorderColumns, RetypeColumn),
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
        fqdn = rename.table
        if isinstance(rename, RenameTable):
            fqdn = rename.to
            if name_parts(rename.table)[0] != name_parts(fqdn)[0]:
                return True
        return self._is_tied(fqdn) or bool(self.before.tables[fqdn].indexes)

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
        yield Statement(Phase.CREATE_TABLES, self.clauses.create(fqdn, parts))
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
        anew = self._made_anew(changed, dropped)
        for fqdn, changes in changed.items():
            for change in changes:
                if isinstance(change, _OF_OURS):
                    yield ByHand(change, NOT_IN_THE_DATABASE)
                elif isinstance(change, _OF_COMMENTS):
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

    def _made_anew(
        self, changed: Mapping[str, Sequence[Change]], dropped: Sequence[str]
    ) -> list[str]:
        """Tables that ALTER cannot change, and those that reference one that goes for a moment."""
        structural = {
            fqdn
            for fqdn, changes in changed.items()
            if any(not isinstance(c, (*_OF_COMMENTS, *_OF_OURS, *_OF_INDEXES)) for c in changes)
        }
        anew = {
            fqdn
            for fqdn in structural
            if self._is_tied(fqdn)
            or any(
                not isinstance(c, (*_BY_ALTER, *_OF_COMMENTS, *_OF_OURS, *_OF_INDEXES))
                or self._is_computed(fqdn, c)
                for c in changed[fqdn]
            )
            or self._is_of_a_key(fqdn, changed[fqdn])
        } | {fqdn for fqdn, table in self.before.tables.items() if table.is_renamed}
        grows = True
        while grows:
            tied = {
                owner
                for owner, table in self.before.tables.items()
                if owner in self.after.tables
                and any(
                    key["referenced_table"] in anew or key["referenced_table"] in dropped
                    for key in table.constraints
                )
            }
            grows = not tied <= anew
            anew |= tied
        return sorted(anew)

    def _is_tied(self, fqdn: str) -> bool:
        """Whether a foreign key leads from or to it: DuckDB alters no such table."""
        return any(
            key["referenced_table"] and fqdn in (owner, key["referenced_table"])
            for owner, table in self.before.tables.items()
            for key in table.constraints
        )

    def _is_computed(self, fqdn: str, change: Change) -> bool:
        if not isinstance(change, AddColumn):
            return False
        return self.after.tables[fqdn].column(change.column)["generated_expr"] is not None

    def _is_of_a_key(self, fqdn: str, changes: Sequence[Change]) -> bool:
        """Whether a column that goes or changes its type has a part in a key or expression."""
        names = {c.column for c in changes if isinstance(c, (DropColumn, RetypeColumn))}
        table = self.before.tables[fqdn]
        used = {part for key in table.constraints for part in key["columns"] or ()}
        generated = [c["generated_expr"] for c in table.columns if c["generated_expr"]]
        mentioned = {name for name in names if any(mentions(text, name) for text in generated)}
        return bool(names & used or mentioned)

    def _altered(self, fqdn: str, changes: Sequence[Change]) -> Iterator[Step]:
        steps = [step for change in changes for step in self._steps(fqdn, change)]
        yield from order_left(self.before, self.after, fqdn)
        was, now = self.before.tables[fqdn].indexes, self.after.tables[fqdn].indexes
        # DuckDB alters no table that has an index.
        disturbs = any(isinstance(step, Statement) for step in steps)
        for index in was:
            if disturbs or index not in now:
                name = self.clauses.name(index["index_name"])
                yield Statement(Phase.DROP_INDEXES, f"DROP INDEX {name}")
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
