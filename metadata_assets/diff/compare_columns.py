"""The rows of columns that differ, as typed changes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from metadata_assets.diff.column_changes import (
    AddColumn,
    ChangeAllowedValues,
    ChangeCollation,
    ChangeColumnComment,
    ChangeColumnProperties,
    ChangeDefault,
    ChangeGenerated,
    ChangeIdentity,
    ChangeNullability,
    ChangeSensitivity,
    ColumnChange,
    DropColumn,
    RetypeColumn,
)
from metadata_assets.diff.definitions import ColumnDefinition
from metadata_assets.diff.widening import effect_of

_EDITS = {
    "default_expr": ChangeDefault,
    "generated_expr": ChangeGenerated,
    "identity": ChangeIdentity,
    "collation": ChangeCollation,
    "comment": ChangeColumnComment,
    "properties": ChangeColumnProperties,
}


def column_changes(rows: Iterable[Mapping[str, Any]], dialect: str) -> Iterator[ColumnChange]:
    """The changes that the rows of `changed_columns.sql` stand for, in their order."""
    for row in rows:
        table, column = row["table_fqdn"], row["column_name"]
        if not row["was_there"]:
            yield AddColumn(table, column, ColumnDefinition.of(row["after"]))
        elif not row["is_there"]:
            yield DropColumn(table, column, ColumnDefinition.of(row["before"]))
        else:
            yield from _edits(table, column, row["before"], row["after"], dialect)


def _edits(
    table: str, column: str, before: Mapping[str, Any], after: Mapping[str, Any], dialect: str
) -> Iterator[ColumnChange]:
    labels_before = tuple(before["allowed_values"] or ())
    labels_after = tuple(after["allowed_values"] or ())
    is_retyped = (before["native_type"], _readable(before)) != (
        after["native_type"],
        _readable(after),
    )
    # Where the type spells out its labels, as in MySQL, other labels are no other type.
    if is_retyped and not (_is_spelled_out(before) and _is_spelled_out(after)):
        effect = effect_of(_readable(before), _readable(after), dialect)
        yield RetypeColumn(table, column, *_types_to_tell(before, after), effect)
    elif labels_before != labels_after:
        yield ChangeAllowedValues(table, column, labels_before, labels_after)
    if before["nullable"] != after["nullable"]:
        yield ChangeNullability(table, column, before["nullable"], after["nullable"])
    is_computed = before["generated_expr"] is not None and after["generated_expr"] is not None
    for field, kind in _EDITS.items():
        sides = (before[field], after[field])
        if field == "properties" and not is_computed:
            # How a column is computed is no fact beside whether it is.
            sides = (_but_generated(before[field]), _but_generated(after[field]))
        if sides[0] != sides[1]:
            yield kind(table, column, before[field], after[field])
    if before["pii"] != after["pii"]:
        yield ChangeSensitivity(table, column, _word(before["pii"]), _word(after["pii"]))


def _but_generated(properties: str | None) -> Mapping[str, Any]:
    known: dict[str, Any] = json.loads(properties or "{}")
    return {name: value for name, value in known.items() if name != "generated"}


def _is_spelled_out(column: Mapping[str, Any]) -> bool:
    return bool(column["allowed_values"]) and "'" in column["native_type"]


def _readable(column: Mapping[str, Any]) -> str:
    return str(column["base_type"] or column["native_type"])


def _types_to_tell(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, str]:
    """The engine's own words; of a domain that now rests on another type, those types."""
    if before["native_type"] == after["native_type"]:
        return _readable(before), _readable(after)
    return before["native_type"], after["native_type"]


def _word(is_pii: bool | None) -> str | None:
    return {True: "personal data", False: "not personal data", None: None}[is_pii]
