"""Compare two versions of one source's catalog and say what changed.

Facts only: whether a change is grave is decided in `severity`, what it touches in `impact`. The
comparison itself is plain joins in DuckDB; Python sees nothing but what differs. Nothing here reads
or writes storage.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from typing import Any

from metadata_assets.catalog.engine import opened_engine
from metadata_assets.catalog.model import Catalog
from metadata_assets.catalog.withhold import withhold_like
from metadata_assets.diff.changes import (
    AddTable,
    Change,
    ChangeAnnotation,
    ChangeDefinition,
    ChangeObjectType,
    ChangeTableComment,
    ChangeTableProperties,
    DropTable,
    ReorderColumns,
)
from metadata_assets.diff.compare_columns import column_changes
from metadata_assets.diff.compare_structures import (
    constraint_changes,
    index_changes,
    type_changes,
)
from metadata_assets.diff.following import Follow, Renames, with_followers
from metadata_assets.diff.renames import with_renamed_columns
from metadata_assets.diff.table_renames import with_renamed_tables

_ANNOTATIONS = ("business_domain", "grain_description", "owner", "status")
_DIFFERENCES = {
    "changed_tables": "tables",
    "changed_columns": "columns",
    "reordered_tables": "columns",
    "changed_constraints": "constraints",
    "changed_indexes": "indexes",
    "changed_types": "types",
}
"""Each query, and the part of the catalog it compares."""

_UNCOMPARED = {"row_estimate", "bytes", "content_hash"}


def compare(before: Catalog, after: Catalog, dialect: str) -> tuple[Change, ...]:
    """Everything that differs between two catalogs of one source.

    What `after` lists as unreadable and does not show is not dropped: it is unknown.

    Args:
        before: The earlier catalog.
        after: The later one.
        dialect: The sqlglot dialect of the source, to tell a widened type from a narrowed one.

    Returns:
        The changes, ordered by table, then from the table itself to its columns, keys, indexes.
    """
    before = withhold_like(before, after)
    rows = _differences(before, after)
    tables = with_renamed_tables(list(_table_changes(rows["changed_tables"])), before, after)
    columns = with_renamed_columns(
        list(column_changes(rows["changed_columns"], dialect)), before, after, dialect
    )
    renames = Renames.among((*tables, *columns))
    changes: list[Change | Follow] = [
        *tables,
        *columns,
        *_reorderings(rows["reordered_tables"]),
        *constraint_changes(rows["changed_constraints"], renames),
        *index_changes(rows["changed_indexes"], renames),
        *type_changes(rows["changed_types"]),
    ]
    # A stable sort: within a table the parts keep the order above.
    return tuple(sorted(with_followers(changes), key=lambda change: change.table))


def _differences(before: Catalog, after: Catalog) -> dict[str, list[dict[str, Any]]]:
    """The rows of each query; parts that are equal throughout are not queried."""
    differing = {part for part in _DIFFERENCES.values() if not _is_equal(before, after, part)}
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in _DIFFERENCES}
    if not differing:
        return found
    with opened_engine() as engine:
        for part in differing | {"tables"}:
            engine.register(**{f"before_{part}": getattr(before, part)})
            engine.register(**{f"after_{part}": getattr(after, part)})
        engine.register(unreadable=after.unreadable)
        engine.register(common=engine.query(_sql("common_tables")))
        for name, part in _DIFFERENCES.items():
            if part in differing:
                found[name] = engine.query(_sql(name)).to_pylist()
    return found


def _is_equal(before: Catalog, after: Catalog, part: str) -> bool:
    one, other = getattr(before, part), getattr(after, part)
    compared = [name for name in one.column_names if name not in _UNCOMPARED]
    is_equal: bool = one.select(compared).equals(other.select(compared))
    return is_equal


def _sql(name: str) -> str:
    return resources.files(__package__).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def _table_changes(rows: Iterable[Mapping[str, Any]]) -> Iterator[Change]:
    for row in rows:
        table, before, after = row["table_fqdn"], row["before"], row["after"]
        if not row["was_there"]:
            yield AddTable(table, after["object_type"])
        elif not row["is_there"]:
            yield DropTable(table, before["object_type"])
        else:
            yield from _edits(table, before, after)


def _edits(table: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    kinds = {
        "object_type": ChangeObjectType,
        "definition": ChangeDefinition,
        "comment": ChangeTableComment,
        "properties": ChangeTableProperties,
    }
    for field, kind in kinds.items():
        if before[field] != after[field]:
            yield kind(table, before[field], after[field])
    for field in _ANNOTATIONS:
        if before[field] != after[field]:
            yield ChangeAnnotation(table, before[field], after[field], field)


def _reorderings(rows: Iterable[Mapping[str, Any]]) -> Iterator[Change]:
    for row in rows:
        yield ReorderColumns(row["table_fqdn"], tuple(row["before"]), tuple(row["after"]))
