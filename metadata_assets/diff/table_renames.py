"""Renamed tables, inferred: a dropped and an added table that are probably one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from metadata_assets.catalog.engine import query
from metadata_assets.catalog.model import Catalog
from metadata_assets.diff.changes import AddTable, Change, DropTable, RenameTable
from metadata_assets.diff.matching import Likeness, chosen, name_likeness


def with_renamed_tables(changes: Sequence[Change], before: Catalog, after: Catalog) -> list[Change]:
    """The changes, with what is probably a rename in place of its drop and addition.

    Args:
        changes: Changes of tables.
        before: The earlier catalog.
        after: The later one.

    Returns:
        The changes; a rename comes where the drop was.
    """
    dropped = {change.table: change for change in changes if isinstance(change, DropTable)}
    added = {change.table: change for change in changes if isinstance(change, AddTable)}
    if not dropped or not added:
        return list(changes)
    likenesses = query(
        resources.files(__package__).joinpath("sql", "table_likeness.sql").read_text("utf-8"),
        dropped=_of(before.tables, list(dropped)),
        added=_of(after.tables, list(added)),
        before_columns=before.columns,
        after_columns=after.columns,
        before_constraints=before.constraints,
        after_constraints=after.constraints,
    )
    candidates = [
        Likeness(row["dropped"], row["added"], tuple(_evidence(row)))
        for row in likenesses.to_pylist()
    ]
    renames = {match.dropped: match for match in chosen(candidates)}
    arrived = {match.added for match in renames.values()}
    return [
        _rename(dropped[change.table], added[renames[change.table].added], renames[change.table])
        if isinstance(change, DropTable) and change.table in renames
        else change
        for change in changes
        if not (isinstance(change, AddTable) and change.table in arrived)
    ]


def _evidence(row: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    yield (
        f"{row['shared']} of {row['width']} columns are the same",
        0.5 * row["shared"] / row["width"],
    )
    likeness = name_likeness(row["was_named"], row["is_named"])
    if likeness == 1.0:
        yield "same name in another schema", 0.35
    elif likeness >= 0.5:
        yield "similar name", 0.3 * likeness
    if row["has_same_comment"]:
        yield "same comment", 0.2
    if row["has_as_many_rows"]:
        yield "as many rows", 0.1
    if row["is_followed"]:
        yield "foreign keys follow", 0.15
    # Views of unlike things have columns of the same tables; that of a like thing is its query.
    if row["has_same_query"]:
        yield "same query", 0.1
    elif row["shared"] == row["width"] and row["width"] > 2 and row["has_no_query"]:
        yield "no column differs", 0.1


def _rename(dropped: DropTable, added: AddTable, match: Likeness) -> RenameTable:
    return RenameTable(dropped.table, added.table, match.confidence, match.reasons, dropped, added)


def _of(tables: pa.Table, names: Sequence[str]) -> pa.Table:
    return tables.filter(pc.is_in(tables.column("table_fqdn"), pa.array(names, pa.string())))
