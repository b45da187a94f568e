"""The rows of the control table as they are stored, and as they can be understood.

Other engines write here too: a null stands for its default, JSON need not be canonical, columns may
be missing or added. A row that cannot be understood is reported, and kept as it is: it is neither
active nor gone, so nothing is switched off because of it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

import pyarrow as pa

from metadata_assets.control.model import (
    DEFAULT_EXECUTION_ORDER,
    DEFAULT_SOURCE_TYPE,
    ETL_CONTROL,
    IDENTIFIER,
    ControlRow,
)
from metadata_assets.control.problems import printable
from metadata_assets.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class ControlRows:
    """One version of the control table.

    Attributes:
        sound: The rows that can be understood, by execution order, then key.
        broken: Why each other row cannot, by its key as far as that can be told.
    """

    sound: tuple[ControlRow, ...] = ()
    broken: Mapping[str, ConfigurationError] = field(default_factory=dict)


def understood(stored: pa.Table) -> ControlRows:
    """Make sense of stored rows.

    Args:
        stored: Rows of the control table, with any of its columns.

    Raises:
        ConfigurationError: A column has a type that its values cannot be read from.
    """
    raw = _typed(stored).to_pylist()
    copies = Counter(key_of(row) for row in raw)
    sound: list[ControlRow] = []
    broken: dict[str, ConfigurationError] = {}
    for row in raw:
        key = key_of(row)
        try:
            if copies[key] > 1:
                _refuse(key, f"there are {copies[key]} rows of this source", "Delete all but one.")
            sound.append(as_control_row(row))
        except ConfigurationError as error:
            broken[key] = error
    sound.sort(key=lambda row: (row.execution_order, row.key))
    return ControlRows(tuple(sound), dict(sorted(broken.items())))


def key_of(row: Mapping[str, Any]) -> str:
    """The key of a stored row, sound or not."""
    return f"{row['module_name']}.{row['source_id']}"


def with_rows(stored: pa.Table, rows: Iterable[ControlRow]) -> pa.Table:
    """Stored rows with some of them replaced or added; the others stay exactly as they are.

    Args:
        stored: All columns of the table, including those that other engines added.
        rows: What to put in, in place of the row of the same key where there is one.
    """
    raw = {key_of(row): row for row in stored.to_pylist()}
    written = [raw.get(row.key, {}) | row.columns() for row in rows]
    keys = {key_of(row) for row in written}
    stays = pa.array([key_of(row) not in keys for row in stored.to_pylist()], pa.bool_())
    return pa.concat_tables(
        [stored.filter(stays), pa.Table.from_pylist(written, schema=stored.schema)]
    )


def _typed(stored: pa.Table) -> pa.Table:
    """The columns the code knows, in the types it knows them in; missing ones are null."""
    columns = []
    for column in ETL_CONTROL.schema:
        if column.name not in stored.column_names:
            columns.append(pa.nulls(stored.num_rows, column.type))
            continue
        try:
            columns.append(stored[column.name].cast(column.type))
        except pa.ArrowException as error:
            raise ConfigurationError(
                f"the column {column.name} holds {stored[column.name].type}, not {column.type}",
                where=ETL_CONTROL.name,
                remedy=f"Give it the type {column.type} again.",
            ) from error
    return pa.table(columns, schema=ETL_CONTROL.schema)


def as_control_row(raw: Mapping[str, Any]) -> ControlRow:
    """A stored row as the code sees it.

    Args:
        raw: The columns of `ETL_CONTROL`.

    Raises:
        ConfigurationError: It cannot be understood; names the column.
    """
    key = key_of(raw)
    for column in ETL_CONTROL.key:
        if not IDENTIFIER.fullmatch(raw[column] or ""):
            _refuse(key, f"{column} may hold only letters, digits, `_` and `-`")
    return ControlRow(
        module_name=raw["module_name"],
        source_id=raw["source_id"],
        source_type=raw["source_type"] or DEFAULT_SOURCE_TYPE,
        execution_order=_or_default(raw["execution_order"], DEFAULT_EXECUTION_ORDER),
        source_config=_json_object(key, raw, "source_config"),
        target_config=_json_object(key, raw, "target_config"),
        transformation_config=_json_object(key, raw, "transformation_config"),
        is_active=_or_default(raw["is_active"], True),
        created_timestamp=raw["created_timestamp"],
        updated_timestamp=raw["updated_timestamp"],
        created_by=raw["created_by"],
        updated_by=raw["updated_by"],
        origin=raw["origin"],
        base_hash=raw["base_hash"],
    )


def _or_default(value: Any, default: Any) -> Any:
    return default if value is None else value


def _json_object(key: str, raw: Mapping[str, Any], column: str) -> dict[str, Any]:
    text = raw[column]
    if text is None or not text.strip():
        return {}
    try:
        found = json.loads(text, parse_constant=_no_constant)
    # RecursionError: brackets without end; ValueError: not JSON, or a number without end.
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        _refuse(key, f"{column} is not a JSON object")
    return dict(found)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _refuse(key: str, what: str, remedy: str = "Mend the row with an UPDATE.") -> NoReturn:
    raise ConfigurationError(what, where=f"{ETL_CONTROL.name} {printable(key)}", remedy=remedy)
