"""What the writers of all engines share: the steps of one changed table, in that engine's SQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from metadata_assets.diff.changes import Change, RenameTable, ReorderColumns
from metadata_assets.diff.column_changes import RenameColumn
from metadata_assets.diff.migration.clauses import Clauses, properties_of
from metadata_assets.diff.migration.objects import Objects, Row
from metadata_assets.diff.migration.script import ByHand, Phase, Statement, Step

NOT_IN_THE_DATABASE = "kept by this project, not by the database: nothing to run"


class Writer(Protocol):
    """Writes a migration in one engine's SQL. The earlier objects go by their later names."""

    @property
    def before(self) -> Objects:
        """The objects as they were."""
        ...

    @property
    def after(self) -> Objects:
        """The objects as they are."""
        ...

    @property
    def clauses(self) -> Clauses:
        """Writes the engine's SQL."""
        ...

    def settings(self) -> Iterator[Step]:
        """What must be set around the script."""
        ...

    def rename_table(self, was: str, becomes: str) -> str:
        """The statement that renames a table."""
        ...

    def is_renamed_anew(self, rename: RenameTable | RenameColumn) -> bool:
        """Whether a table cannot be renamed, nor a column of it, but is made anew."""
        ...

    def types(self, changes: Sequence[Change]) -> Iterator[Step]:
        """The steps of the changes of user-defined types."""
        ...

    def create_table(self, fqdn: str) -> Iterator[Step]:
        """The steps that make a table, its indexes and comments."""
        ...

    def change_tables(
        self, changed: Mapping[str, Sequence[Change]], dropped: Sequence[str]
    ) -> Iterator[Step]:
        """The steps of the tables that go, and of what changed in those that stay."""
        ...

    def create_view(self, fqdn: str) -> Iterator[Step]:
        """The steps that make a view, its indexes and comments."""
        ...

    def drop_foreign_key(self, fqdn: str, key: Row) -> str | None:
        """The statement that drops a foreign key; None where only its table takes it along."""
        ...

    def add_foreign_key(self, fqdn: str, key: Row) -> str | None:
        """The statement that adds a foreign key; None where only its table brings it."""
        ...


def drop_view(clauses: Clauses, fqdn: str, row: Row) -> Statement:
    """The statement that drops a view."""
    kind = row["object_type"].replace("_", " ").upper()
    return Statement(Phase.DROP_VIEWS, f"DROP {kind} {clauses.full_name(fqdn)}")


def drop_table(clauses: Clauses, fqdn: str) -> Statement:
    """The statement that drops a table."""
    return Statement(Phase.DROP_TABLES, f"DROP TABLE {clauses.full_name(fqdn)}")


def order_left(
    before: Objects, after: Objects, fqdn: str, *, anew: Sequence[str] = ()
) -> Iterator[ByHand]:
    """That the columns stand in another order in the end, where new ones can only come last.

    Args:
        before: The objects as they were.
        after: The objects as they are.
        fqdn: The table.
        anew: Columns that go and come back.
    """
    was = [column["column_name"] for column in before.tables[fqdn].columns]
    wanted = tuple(column["column_name"] for column in after.tables[fqdn].columns)
    kept = [name for name in was if name in wanted and name not in anew]
    made = (*kept, *(name for name in wanted if name not in kept))
    if made != wanted:
        why = "new columns come last here; only a table made anew has them in this order"
        yield ByHand(ReorderColumns(fqdn, made, wanted), why)


def drop_untied(writer: Writer, dropped: Iterable[str]) -> Iterator[Step]:
    """Drop tables, their foreign keys first, so that the order of going does not matter."""
    for fqdn in sorted(dropped):
        for key in writer.before.tables[fqdn].constraints:
            if key["constraint_type"] == "foreign_key":
                sql = writer.drop_foreign_key(fqdn, key)
                if sql is not None:
                    yield Statement(Phase.DROP_FOREIGN_KEYS, sql)
        drop = drop_table(writer.clauses, fqdn)
        # A child table of the old kind of partitioning has rules of its parent depend on it.
        is_child = "inherits" in properties_of(writer.before.tables[fqdn].row)
        yield replace(drop, sql=f"{drop.sql} CASCADE") if is_child else drop


def parents_first(objects: Objects, fqdns: Iterable[str]) -> list[str]:
    """Tables in an order in which each comes after those it references; cycles as they come."""
    wanted = sorted(set(fqdns))
    ordered: dict[str, None] = {}

    def place(fqdn: str, below: frozenset[str]) -> None:
        if fqdn in ordered or fqdn in below:
            return
        for constraint in objects.tables[fqdn].constraints:
            parent = constraint["referenced_table"]
            if parent in wanted:
                place(parent, below | {fqdn})
        ordered[fqdn] = None

    for fqdn in wanted:
        place(fqdn, frozenset())
    return list(ordered)
