"""Migrations in the SQL of MySQL and MariaDB."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from sqlglot import exp

from metadata_assets.diff.changes import (
    Change,
    ChangeAnnotation,
    ChangeObjectType,
    ChangeTableComment,
    ChangeTableProperties,
)
from metadata_assets.diff.column_changes import (
    ChangeSensitivity,
    ColumnChange,
)
from metadata_assets.diff.migration.clauses import Clauses, properties_of
from metadata_assets.diff.migration.mysql_clauses import MySQLClauses
from metadata_assets.diff.migration.mysql_columns import column_actions
from metadata_assets.diff.migration.mysql_indexes import kept_indexes, newly_indexed
from metadata_assets.diff.migration.objects import Objects, Row
from metadata_assets.diff.migration.script import ByHand, Phase, Statement, Step
from metadata_assets.diff.migration.structures import structure_steps
from metadata_assets.diff.migration.writer import NOT_IN_THE_DATABASE, drop_untied
from metadata_assets.diff.structure_changes import AddConstraint, ChangeIndex, DropConstraint
from metadata_assets.schema.clauses import partition_clause

_BY_HAND = "ALTER TABLE … PARTITION BY moves every row: write it with the ranges you want"


@dataclass(frozen=True, slots=True)
class MySQLWriter:
    """Writes for MySQL 8 and MariaDB 10.5 and newer."""

    before: Objects
    after: Objects
    clauses: Clauses = field(default=Clauses("mysql"))

    @property
    def _own(self) -> MySQLClauses:
        return MySQLClauses(self.clauses)

    def settings(self) -> Iterator[Step]:
        """None: without foreign_key_checks MariaDB makes a NO ACTION of each RESTRICT."""
        return iter(())

    def rename_table(self, was: str, becomes: str) -> str:
        """Another name, another database, or both."""
        return f"RENAME TABLE {self.clauses.full_name(was)} TO {self.clauses.full_name(becomes)}"

    def is_renamed_anew(self, _rename: Change) -> bool:
        """Never: ALTER TABLE renames all of them."""
        return False

    def types(self, changes: Sequence[Change]) -> Iterator[Step]:
        """There are none."""
        assert not changes
        return iter(())

    def create_table(self, fqdn: str) -> Iterator[Step]:
        """The table with its keys and indexes, which a column that counts needs at once."""
        table = self.after.tables[fqdn]
        known = properties_of(table.row)
        yield from self._own.sequences(table.columns)
        parts: list[exp.Expr | str] = [self._own.column(table, column) for column in table.columns]
        parts += [
            self._own.key(constraint)
            for constraint in table.constraints
            if constraint["constraint_type"] != "foreign_key"
            and not self._own.is_of_a_column(table, constraint)
        ]
        parts += [self._own.index(table, index) for index in table.indexes]
        ending = "".join(
            (
                f" ENGINE={known['engine']}" if "engine" in known else "",
                self._own.collated(known.get("collation")),
                f" COMMENT={self._own.text(table.row['comment'])}" if table.row["comment"] else "",
                " WITH SYSTEM VERSIONING" if "system_versioned" in known else "",
                f" {partition_clause(known, self.clauses.name)}".rstrip(),
            )
        )
        yield Statement(Phase.CREATE_TABLES, self.clauses.create(fqdn, parts, ending))
        for constraint in table.constraints:
            if constraint["constraint_type"] == "foreign_key":
                sql = self.add_foreign_key(fqdn, constraint)
                yield Statement(Phase.ADD_FOREIGN_KEYS, sql)

    def create_view(self, fqdn: str) -> Iterator[Step]:
        """The view."""
        sql = self.clauses.create_view(fqdn, self.after.tables[fqdn].row)
        yield Statement(Phase.CREATE_VIEWS, sql)

    def drop_foreign_key(self, fqdn: str, key: Row) -> str:
        """By its name."""
        name = self.clauses.name(key["constraint_name"])
        return self.clauses.alter(fqdn, f"DROP FOREIGN KEY {name}")

    def add_foreign_key(self, fqdn: str, key: Row) -> str:
        """As it is; where nothing is said, MariaDB takes RESTRICT."""
        said = {event: key[event] or "NO ACTION" for event in ("on_delete", "on_update")}
        was, now = self.before.tables.get(fqdn), self.after.tables[fqdn]
        kept = kept_indexes(self._own, was, now, [key["columns"]]) if was else ()
        return self.clauses.alter(fqdn, *kept, f"ADD {self.clauses.constraint({**key, **said})}")

    def change_tables(
        self, changed: Mapping[str, Sequence[Change]], dropped: Sequence[str]
    ) -> Iterator[Step]:
        """Table by table."""
        yield from drop_untied(self, dropped)
        for fqdn, changes in changed.items():
            yield from self._changed(fqdn, changes)

    def _changed(self, fqdn: str, changes: Sequence[Change]) -> Iterator[Step]:
        """Columns, keys and indexes in one ALTER: a column that counts needs its key at once."""
        checked = {
            change.constraint.constraint_name or ""
            for change in changes
            if isinstance(change, (AddConstraint, DropConstraint))
            and self._is_of_a_column(fqdn, change)
        }
        structures = structure_steps(
            self,
            fqdn,
            [
                change
                for change in changes
                if not self._is_of_a_column(fqdn, change) and not self._visibility(change)
            ],
        )
        aside = (Phase.DROP_FOREIGN_KEYS, Phase.ADD_FOREIGN_KEYS)
        first: list[str] = []
        last: list[str] = []
        for step in (*self._table_steps(changes), *structures):
            if isinstance(step, ByHand) or step.phase in aside:
                yield step
            else:
                is_drop = step.phase in (Phase.DROP_KEYS, Phase.DROP_INDEXES)
                (first if is_drop else last).append(step.sql)
        named = {change.column for change in changes if isinstance(change, ColumnChange)}
        columns = [c for c in self.after.tables[fqdn].columns if c["column_name"] in named]
        yield from self._own.sequences(columns)
        was, now = self.before.tables[fqdn], self.after.tables[fqdn]
        actions = [
            *first,
            *column_actions(self._own, was, now, changes, checked),
            *last,
            *kept_indexes(self._own, was, now, newly_indexed(was, now)),
        ]
        if actions:
            yield Statement(Phase.ALTER_COLUMNS, self.clauses.alter(fqdn, *actions))

    def create_index(self, fqdn: str, index: Row) -> str:
        """As an action of ALTER TABLE."""
        return f"ADD {self._own.index(self.after.tables[fqdn], index)}"

    def drop_index(self, _fqdn: str, index: Row) -> str:
        """As an action of ALTER TABLE."""
        return f"DROP INDEX {self.clauses.name(index['index_name'])}"

    def rename_index(self, _fqdn: str, was: str, becomes: str) -> str | None:
        """As an action of ALTER TABLE."""
        return f"RENAME INDEX {self.clauses.name(was)} TO {self.clauses.name(becomes)}"

    def add_constraint(self, fqdn: str, constraint: Row) -> str | None:
        """A foreign key by a statement of its own, others as an action."""
        if constraint["constraint_type"] == "foreign_key":
            return self.add_foreign_key(fqdn, constraint)
        return f"ADD {self._own.key(constraint)}"

    def drop_constraint(self, fqdn: str, constraint: Row) -> str | None:
        """A foreign key by a statement of its own, others as an action."""
        if constraint["constraint_type"] == "foreign_key":
            return self.drop_foreign_key(fqdn, constraint)
        if constraint["constraint_type"] == "primary_key":
            return "DROP PRIMARY KEY"
        if constraint["constraint_type"] == "unique":
            return f"DROP INDEX {self.clauses.name(constraint['constraint_name'])}"
        return f"DROP CONSTRAINT {self.clauses.name(constraint['constraint_name'])}"

    def rename_constraint(self, fqdn: str, was: Row, becomes: Row) -> str | None:
        """A unique key is an index; others are made anew."""
        if was["constraint_type"] != "unique":
            return None
        return self.rename_index(fqdn, was["constraint_name"], becomes["constraint_name"])

    def _is_of_a_column(self, fqdn: str, change: Change) -> bool:
        """Whether it is a check that was, or is, declared with a column."""
        match change:
            case AddConstraint():
                return self._own.is_of_a_column(self.after.tables[fqdn], asdict(change.constraint))
            case DropConstraint():
                return self._own.is_of_a_column(self.before.tables[fqdn], asdict(change.constraint))
        return False

    def _visibility(self, change: Change) -> str | None:
        """The action of an index that is only hidden or shown."""
        if not isinstance(change, ChangeIndex):
            return None
        return self._own.visibility(change.before, change.after)

    def _table_steps(self, changes: Sequence[Change]) -> Iterator[Step]:
        for change in changes:
            match change:
                case ChangeTableComment():
                    action = f"COMMENT={self._own.text(change.after or '')}"
                    yield Statement(Phase.ALTER_COLUMNS, action)
                case ChangeTableProperties():
                    yield from self._kept_otherwise(change)
                case ChangeIndex() if hidden := self._visibility(change):
                    yield Statement(Phase.ALTER_COLUMNS, hidden)
                case ChangeAnnotation() | ChangeSensitivity():
                    yield ByHand(change, NOT_IN_THE_DATABASE)
                case ChangeObjectType():
                    yield ByHand(change, _BY_HAND)
                case _:
                    pass

    def _kept_otherwise(self, change: ChangeTableProperties) -> Iterator[Step]:
        was, now = (properties_of({"properties": side}) for side in (change.before, change.after))
        if now.get("engine") and was.get("engine") != now["engine"]:
            yield Statement(Phase.ALTER_COLUMNS, f"ENGINE={now['engine']}")
        if now.get("collation") and was.get("collation") != now["collation"]:
            action = self._own.collated(now["collation"]).strip()
            yield Statement(Phase.ALTER_COLUMNS, action)
        if was.get("system_versioned") != now.get("system_versioned"):
            what = "ADD" if now.get("system_versioned") else "DROP"
            yield Statement(Phase.ALTER_COLUMNS, f"{what} SYSTEM VERSIONING")
        rest = {"partition_key", "partitions"}
        if any(was.get(name) != now.get(name) for name in rest):
            yield ByHand(change, _BY_HAND)
