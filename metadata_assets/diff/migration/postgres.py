"""Migrations in PostgreSQL's SQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from metadata_assets.diff.changes import (
    Change,
    ChangeAnnotation,
    ChangeObjectType,
    ChangeTableComment,
    ChangeTableProperties,
)
from metadata_assets.diff.column_changes import (
    ChangeColumnComment,
    ChangeSensitivity,
    ColumnChange,
)
from metadata_assets.diff.migration.clauses import Clauses, added, properties_of
from metadata_assets.diff.migration.objects import Objects, Row
from metadata_assets.diff.migration.postgres_columns import PostgresColumns
from metadata_assets.diff.migration.postgres_comments import (
    constraint_comment,
    index_comment,
    table_comment,
)
from metadata_assets.diff.migration.postgres_partitions import partition_steps
from metadata_assets.diff.migration.postgres_types import type_steps
from metadata_assets.diff.migration.script import ByHand, Phase, Statement, Step
from metadata_assets.diff.migration.structures import structure_steps
from metadata_assets.diff.migration.writer import NOT_IN_THE_DATABASE, drop_untied, order_left
from metadata_assets.diff.structure_changes import ChangeConstraintComment, ChangeIndexComment
from metadata_assets.schema.clauses import comment_of, index_ending, index_parts

_PLAIN_TABLES = ("table", "partitioned_table")


@dataclass(frozen=True, slots=True)
class PostgresWriter:
    """Writes for PostgreSQL 14 and newer."""

    before: Objects
    after: Objects
    clauses: Clauses = field(default=Clauses("postgres"))

    @property
    def _columns(self) -> PostgresColumns:
        return PostgresColumns(self.clauses, self.before, self.after)

    def settings(self) -> Iterator[Step]:
        """None are needed."""
        return iter(())

    def rename_table(self, was: str, becomes: str) -> str:
        """Another name, another schema, or both."""
        schema, name = self.clauses.table(becomes).args["db"], self.clauses.table(becomes).this
        if schema == self.clauses.table(was).args["db"]:
            return self.clauses.rename_table(was, becomes)
        moved = self.clauses.alter(was, f"SET SCHEMA {schema.sql('postgres')}")
        if self.clauses.table(was).this == name:
            return moved
        here = f"{schema.sql('postgres')}.{self.clauses.table(was).this.sql('postgres')}"
        return f"{moved};\nALTER TABLE {here} RENAME TO {name.sql('postgres')}"

    def is_renamed_anew(self, _rename: Change) -> bool:
        """Never: ALTER TABLE renames all of them."""
        return False

    def types(self, changes: Sequence[Change]) -> Iterator[Step]:
        """Enums, domains, composites and ranges."""
        return type_steps(self.clauses, self.before, self.after, changes)

    def create_table(self, fqdn: str) -> Iterator[Step]:
        """The table, its keys, partitions, indexes and comments."""
        table = self.after.tables[fqdn]
        known = properties_of(table.row)
        if table.row["object_type"] not in _PLAIN_TABLES:
            why = f"a {table.row['object_type'].replace('_', ' ')} needs more than its columns"
            yield ByHand(added(table.row), why)
            return
        yield from self._columns.sequences(fqdn)
        ending = f" INHERITS ({', '.join(known['inherits'])})" if "inherits" in known else ""
        if "partition_key" in known:
            ending += f" PARTITION BY {known['partition_key']}"
        sql = self.clauses.create(
            fqdn, [self._columns.definition(c) for c in table.columns], ending
        )
        if known.get("unlogged"):
            sql = sql.replace("CREATE TABLE", "CREATE UNLOGGED TABLE", 1)
        yield Statement(Phase.CREATE_TABLES, sql)
        for partition in known.get("partitions", ()):
            name = self.clauses.full_name(fqdn)
            yield Statement(
                Phase.CREATE_TABLES,
                f"CREATE TABLE {partition['name']} PARTITION OF {name} {partition['bounds']}",
            )
        for constraint in table.constraints:
            is_reference = constraint["constraint_type"] == "foreign_key"
            phase = Phase.ADD_FOREIGN_KEYS if is_reference else Phase.ADD_KEYS
            yield Statement(phase, self.add_constraint(fqdn, constraint))
        yield from self._around(fqdn)

    def create_view(self, fqdn: str) -> Iterator[Step]:
        """The view, its indexes and comments."""
        yield Statement(
            Phase.CREATE_VIEWS, self.clauses.create_view(fqdn, self.after.tables[fqdn].row)
        )
        yield from self._around(fqdn, Phase.CREATE_VIEWS)

    def drop_foreign_key(self, fqdn: str, key: Row) -> str:
        """By its name."""
        return self.clauses.drop_constraint(fqdn, key["constraint_name"])

    def add_foreign_key(self, fqdn: str, key: Row) -> str:
        """As it is."""
        return self.add_constraint(fqdn, key)

    def change_tables(
        self, changed: Mapping[str, Sequence[Change]], dropped: Sequence[str]
    ) -> Iterator[Step]:
        """Table by table."""
        yield from drop_untied(self, dropped)
        for fqdn, changes in changed.items():
            yield from self._changed(fqdn, changes)

    def _changed(self, fqdn: str, changes: Sequence[Change]) -> Iterator[Step]:
        """Each change by its own ALTER."""
        if any(isinstance(change, ChangeObjectType) for change in changes):
            yield from self._made_anew(fqdn)
            return
        anew = self._columns.made_anew(fqdn, changes)
        for change in changes:
            if isinstance(change, ColumnChange) and change.column in anew:
                if isinstance(change, ChangeColumnComment):
                    yield self._columns.comment(fqdn, change.column, change.after)
                continue
            yield from self._steps(fqdn, change)
        for column in anew:
            yield from self._columns.remade(fqdn, column)
        yield from structure_steps(self, fqdn, changes, disturbed=anew)
        yield from order_left(self.before, self.after, fqdn, anew=anew)

    def create_index(self, fqdn: str, index: Row) -> str:
        """The index as far as the catalog knows it."""
        columns = {c["column_name"] for c in self.after.tables[fqdn].columns}
        parts = index_parts(
            [
                self.clauses.name(part) if part in columns else part if "(" in part else f"({part})"
                for part in index["columns"]
            ],
            index,
        )
        unique = "UNIQUE " if index["is_unique"] else ""
        name, table = self.clauses.name(index["index_name"]), self.clauses.full_name(fqdn)
        head = f"CREATE {unique}INDEX {name} ON {table} USING {index['method']}"
        created = f"{head} {parts}{index_ending(index, self.clauses.name)}"
        if comment_of(index) is None:
            return created
        return f"{created};\n{index_comment(self.clauses, fqdn, index)}"

    def drop_index(self, fqdn: str, index: Row) -> str:
        """By its name, in the table's schema."""
        return f"DROP INDEX {self.clauses.beside(fqdn, index['index_name'])}"

    def rename_index(self, fqdn: str, was: str, becomes: str) -> str | None:
        """By its name, in the table's schema."""
        return (
            f"ALTER INDEX {self.clauses.beside(fqdn, was)} RENAME TO {self.clauses.name(becomes)}"
        )

    def rename_constraint(self, fqdn: str, was: Row, becomes: Row) -> str | None:
        """By its name."""
        names = (self.clauses.name(side["constraint_name"]) for side in (was, becomes))
        return self.clauses.alter(fqdn, f"RENAME CONSTRAINT {next(names)} TO {next(names)}")

    def drop_constraint(self, fqdn: str, constraint: Row) -> str | None:
        """By its name."""
        return self.clauses.drop_constraint(fqdn, constraint["constraint_name"])

    def add_constraint(self, fqdn: str, constraint: Row) -> str:
        """As it is, with its comment."""
        added = self.clauses.alter(fqdn, f"ADD {self.clauses.constraint(constraint)}")
        if comment_of(constraint) is None:
            return added
        return f"{added};\n{constraint_comment(self.clauses, fqdn, constraint)}"

    def _around(self, fqdn: str, phase: Phase = Phase.ADD_INDEXES) -> Iterator[Step]:
        table = self.after.tables[fqdn]
        for index in table.indexes:
            yield Statement(phase, self.create_index(fqdn, index))
        if table.row["comment"]:
            text = table_comment(self.clauses, fqdn, table.row, table.row["comment"])
            yield Statement(Phase.COMMENTS, text)
        for column in table.columns:
            if column["comment"]:
                yield self._columns.comment(fqdn, column["column_name"], column["comment"])

    def _steps(self, fqdn: str, change: Change) -> Iterator[Step]:
        match change:
            case ChangeSensitivity():
                yield ByHand(change, NOT_IN_THE_DATABASE)
            case ColumnChange():
                yield from self._columns.steps(fqdn, change)
            case ChangeTableComment():
                row = self.after.tables[fqdn].row
                text = table_comment(self.clauses, fqdn, row, change.after)
                yield Statement(Phase.COMMENTS, text)
            case ChangeAnnotation(attribute="owner", after=str(owner)):
                text = self.clauses.alter(fqdn, f"OWNER TO {self.clauses.name(owner)}")
                yield Statement(Phase.COMMENTS, text)
            case ChangeAnnotation():
                yield ByHand(change, NOT_IN_THE_DATABASE)
            case ChangeConstraintComment():
                text = constraint_comment(self.clauses, fqdn, asdict(change.after))
                yield Statement(Phase.COMMENTS, text)
            case ChangeIndexComment():
                text = index_comment(self.clauses, fqdn, asdict(change.after))
                yield Statement(Phase.COMMENTS, text)
            case ChangeTableProperties():
                yield from partition_steps(self.clauses, fqdn, change)

    def _made_anew(self, fqdn: str) -> Iterator[Step]:
        """A table that becomes a partitioned one, or the other way: its rows move."""
        name = self.clauses.full_name(fqdn)
        saved = self.clauses.name(f"saved_{self.before.tables[fqdn].row['table_name']}")
        known = {c["column_name"] for c in self.before.tables[fqdn].columns}
        kept = self.clauses.names(
            column["column_name"]
            for column in self.after.tables[fqdn].columns
            if column["column_name"] in known and not column["generated_expr"]
        )
        yield Statement(
            Phase.SAVE_ROWS,
            f"CREATE TEMPORARY TABLE {saved} AS SELECT * FROM {name}",
            "Made anew: privileges, triggers and positions of sequences are not carried over.",
        )
        for owner, table in self.before.tables.items():
            for key in table.constraints:
                if key["referenced_table"] == fqdn and owner != fqdn:
                    yield Statement(Phase.DROP_FOREIGN_KEYS, self.drop_foreign_key(owner, key))
        yield Statement(Phase.DROP_TABLES, f"DROP TABLE {name}")
        yield from self.create_table(fqdn)
        selected = kept.strip("()")
        yield Statement(
            Phase.COPY_ROWS,
            f"INSERT INTO {name} {kept} OVERRIDING SYSTEM VALUE SELECT {selected} FROM {saved}",
        )
        yield Statement(Phase.COPY_ROWS, f"DROP TABLE {saved}")
        for owner, table in self.after.tables.items():
            for key in table.constraints:
                is_held = key["referenced_table"] == fqdn and owner != fqdn
                if is_held and owner in self.before.tables:
                    text = self.add_foreign_key(owner, key)
                    yield Statement(Phase.ADD_FOREIGN_KEYS, text)
