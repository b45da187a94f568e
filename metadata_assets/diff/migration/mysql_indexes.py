"""Indexes that a server of MySQL or MariaDB made of its own accord, and drops so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from metadata_assets.diff.migration.mysql_clauses import MySQLClauses
from metadata_assets.diff.migration.objects import TableRows


def kept_indexes(
    clauses: MySQLClauses, was: TableRows, now: TableRows, added: Iterable[Sequence[str]]
) -> Iterator[str]:
    """Actions that keep the indexes of foreign keys where others cover them from now on.

    The server drops those then that it made for a foreign key, which the catalog does not tell.
    Made anew by the same ALTER, it is none of them.

    Args:
        clauses: Writes them.
        was: The table as it was.
        now: The table as it is.
        added: The columns of each key and index that is added.
    """
    covering = [list(columns) for columns in added]
    referencing = [key["columns"] for key in was.constraints if key["referenced_table"]]
    for index in now.indexes:
        columns = index["columns"]
        is_covered = any(each[: len(columns)] == columns for each in covering)
        if is_covered and columns in referencing and index in was.indexes:
            yield f"DROP INDEX {clauses.standard.name(index['index_name'])}"
            yield f"ADD {clauses.index(now, index)}"


def newly_indexed(was: TableRows, now: TableRows) -> list[list[str]]:
    """The columns of the keys and indexes that only the later table has."""
    known = dict(_indexed(was))
    return [columns for name, columns in _indexed(now) if known.get(name) != columns]


def _indexed(table: TableRows) -> Iterator[tuple[str, list[str]]]:
    for index in table.indexes:
        yield index["index_name"], index["columns"]
    for key in table.constraints:
        if key["constraint_type"] in ("primary_key", "unique"):
            yield key["constraint_name"], key["columns"]
