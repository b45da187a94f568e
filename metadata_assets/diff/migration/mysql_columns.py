"""What ALTER TABLE of MySQL and MariaDB does to columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set

from metadata_assets.diff.changes import Change, ReorderColumns
from metadata_assets.diff.column_changes import (
    AddColumn,
    ChangeColumnProperties,
    ChangeGenerated,
    ChangeSensitivity,
    ColumnChange,
    DropColumn,
)
from metadata_assets.diff.migration.clauses import properties_of
from metadata_assets.diff.migration.mysql_clauses import MySQLClauses
from metadata_assets.diff.migration.objects import Row, TableRows

_TEXT = re.compile(r"(?i)^(char|varchar|tinytext|text|mediumtext|longtext|enum|set)\b")


def column_actions(
    clauses: MySQLClauses,
    was: TableRows,
    table: TableRows,
    changes: Sequence[Change],
    checked: Set[str],
) -> Iterator[str]:
    """What ALTER TABLE does to the columns of a table, in order.

    Args:
        clauses: Writes it.
        was: The table as it was.
        table: The table as it is.
        changes: Its changes; those of other kinds are passed over.
        checked: The columns whose own checks come or go.
    """
    added = {change.column for change in changes if isinstance(change, AddColumn)}
    dropped = {change.column for change in changes if isinstance(change, DropColumn)}
    changed = {
        change.column
        for change in changes
        if isinstance(change, ColumnChange) and not isinstance(change, ChangeSensitivity)
    }
    changed = (changed | checked) - added
    remade = {
        change.column
        for change in changes
        if isinstance(change, (ChangeColumnProperties, ChangeGenerated))
        and _is_computed_otherwise(was.column(change.column), table.column(change.column))
    }
    if properties_of(was.row).get("collation") != properties_of(table.row).get("collation"):
        # A column without a collation of its own takes the table's when it is modified.
        changed |= {
            column["column_name"] for column in table.columns if _TEXT.match(column["native_type"])
        } - added
    if any(isinstance(change, ReorderColumns) for change in changes):
        changed |= {column["column_name"] for column in table.columns} - added
    for name in dropped:
        yield f"DROP COLUMN {clauses.standard.name(name)}"
    before: str | None = None
    standing = [c["column_name"] for c in was.columns if c["column_name"] not in dropped]
    for column in table.columns:
        name = column["column_name"]
        place = f" AFTER {clauses.standard.name(before)}" if before else " FIRST"
        if name in remade:
            yield f"DROP COLUMN {clauses.standard.name(name)}"
        if name in added | remade:
            yield f"ADD COLUMN {clauses.column(table, column).sql('mysql')}{place}"
        elif name in changed and name in standing:
            yield f"MODIFY COLUMN {clauses.column(table, column).sql('mysql')}{place}"
        before = name


def _is_computed_otherwise(was: Row, now: Row) -> bool:
    """Whether it becomes, or no longer is, a virtual column: MODIFY cannot do that."""
    kinds = {properties_of(side).get("generated") for side in (was, now)}
    return len(kinds) > 1 and "virtual" in kinds
