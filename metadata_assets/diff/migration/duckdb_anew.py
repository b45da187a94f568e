"""Which tables DuckDB has to make anew: what its ALTER TABLE refuses, and whom keys tie to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
from metadata_assets.diff.migration.clauses import mentions
from metadata_assets.diff.migration.objects import Objects, TableRows, name_parts
from metadata_assets.diff.structure_changes import AddIndex, ChangeIndex, DropIndex, RenameIndex

OF_COMMENTS = (ChangeTableComment, ChangeColumnComment)
"""What COMMENT ON makes, whatever becomes of the table."""

OF_OURS = (ChangeAnnotation, ChangeSensitivity)
"""What no database holds."""

_BESIDE = (*OF_COMMENTS, *OF_OURS, AddIndex, ChangeIndex, DropIndex, RenameIndex)
_BY_ALTER = (
    *(AddColumn, ChangeAllowedValues, ChangeDefault, ChangeNullability),
    *(DropColumn, ReorderColumns, RetypeColumn),
)


def made_anew(
    before: Objects,
    after: Objects,
    changed: Mapping[str, Sequence[Change]],
    dropped: Sequence[str],
) -> list[str]:
    """Tables that ALTER cannot change, and those that reference one that goes for a moment."""
    anew = {fqdn for fqdn, table in before.tables.items() if table.is_renamed}
    for fqdn, changes in changed.items():
        inside = [change for change in changes if not isinstance(change, _BESIDE)]
        if inside and (
            _is_tied(before, after, fqdn)
            or not all(isinstance(change, _BY_ALTER) for change in inside)
            or _adds_generated(after.tables[fqdn], inside)
            or _disturbs_key(before.tables[fqdn], inside)
        ):
            anew.add(fqdn)
    grows = True
    while grows:
        tied = {
            owner
            for owner, table in before.tables.items()
            if owner in after.tables
            and any(
                key["referenced_table"] in anew or key["referenced_table"] in dropped
                for key in table.constraints
            )
        }
        grows = not tied <= anew
        anew |= tied
    return sorted(anew)


def is_renamed_anew(before: Objects, after: Objects, rename: RenameTable | RenameColumn) -> bool:
    """Whether an index or a foreign key depends on what is renamed, or it changes its schema."""
    fqdn = rename.table
    if isinstance(rename, RenameTable):
        fqdn = rename.to
        if name_parts(rename.table)[0] != name_parts(fqdn)[0]:
            return True
    return _is_tied(before, after, fqdn) or bool(before.tables[fqdn].indexes)


def _is_tied(before: Objects, after: Objects, fqdn: str) -> bool:
    """Whether a foreign key leads from or to it, or will: DuckDB alters no such table."""
    return any(
        key["referenced_table"] and fqdn in (owner, key["referenced_table"])
        for side in (before, after)
        for owner, table in side.tables.items()
        for key in table.constraints
    )


def _adds_generated(table: TableRows, changes: Sequence[Change]) -> bool:
    added = (change.column for change in changes if isinstance(change, AddColumn))
    return any(table.column(name)["generated_expr"] is not None for name in added)


def _disturbs_key(table: TableRows, changes: Sequence[Change]) -> bool:
    """Whether a column that goes or changes its type has a part in a key or expression.

    Nor does a column go that stands before one of a key.
    """
    names = {c.column for c in changes if isinstance(c, (DropColumn, RetypeColumn))}
    used = {part for key in table.constraints for part in key["columns"] or ()}
    generated = [c["generated_expr"] for c in table.columns if c["generated_expr"]]
    if names & used or any(mentions(text, name) for text in generated for name in names):
        return True
    going = {change.column for change in changes if isinstance(change, DropColumn)}
    places = {column["column_name"]: place for place, column in enumerate(table.columns)}
    last_of_keys = max((places[part] for part in used if part in places), default=-1)
    return any(places[name] < last_of_keys for name in going)
