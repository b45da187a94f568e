"""Move markers by comparing and swapping their revisions, in one statement for any number.

No lock is held between reading a marker and writing it: a marker that someone else moved in between
is left alone and missing in what the statement returns.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    Executable,
    Uuid,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
)

from metadata_assets.errors import PermanentError, PositionBackwards
from metadata_assets.ledger.column_types import JsonText, StorableJson
from metadata_assets.ledger.database import insert_into
from metadata_assets.ledger.encoding import storable_json
from metadata_assets.ledger.model import sync_markers
from metadata_assets.ledger.orders import is_behind
from metadata_assets.ledger.values import MarkerType

# As in the unique index, to the letter, or neither engine recognises the index.
named_table: ColumnElement[str] = literal_column("coalesce(table_name, '')")

PLACE = (sync_markers.c.schema_name, named_table, sync_markers.c.marker_type)
"""What identifies a marker, as the unique index has it."""

Place = tuple[str, str, str]

_SWAPPED = ("position_data", "last_updated", "sync_run_id", "revision", "position_order")
_NAMES = 20_000
"""Tables a SELECT names; SQLite takes 32,766 variables."""


@dataclass(frozen=True, slots=True)
class Move:
    """A marker and where it shall go.

    Attributes:
        schema_name: The source.
        table_name: A table or stage of it; None for the source as a whole.
        marker_type: Which of the place's markers.
        position: Any mapping; what JSON cannot hold is stored as text.
        sync_run_id: The run that got this far.
        order: What `orders` knows it by; kept with the marker, so that it holds from then on.
    """

    schema_name: str
    table_name: str | None
    marker_type: MarkerType
    position: Mapping[str, Any]
    sync_run_id: UUID | None = None
    order: str | None = None

    @property
    def place(self) -> Place:
        """What identifies the marker."""
        return self.schema_name, self.table_name or "", self.marker_type

    @property
    def where(self) -> str:
        """The marker's place, for messages."""
        return f"{self.schema_name} ({self.table_name or 'whole'})"


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a marker is.

    Attributes:
        position: Its position as JSON; None where there is no marker.
        order: What its positions are compared by.
        revision: How often it was moved.
    """

    position: Mapping[str, Any] | None = None
    order: str | None = None
    revision: int = 0

    def moved(self, move: Move, *, force: bool) -> Reached:
        """Where it is after a move; the revision counts whole swaps, so it stays.

        Raises:
            PermanentError: The position is empty, or its order cannot read it.
            PositionBackwards: It lies before this one.
        """
        if not move.position:
            raise PermanentError("an empty position is none", where=move.where)
        position: dict[str, Any] = storable_json(move.position)
        order = move.order or self.order
        if is_behind(position, self.position or {}, order, where=move.where) and not force:
            raise PositionBackwards(
                "the position lies before the one reached; nothing was changed",
                where=move.where,
                remedy="To read again what was read before, move it with `force`.",
            )
        return Reached(position, order, self.revision)


def reached(connection: Connection, places: Iterable[Place]) -> dict[Place, Reached]:
    """The markers at some places, as far as there are any."""
    tables: dict[tuple[str, str], list[str]] = {}
    for schema_name, table_name, marker_type in places:
        tables.setdefault((schema_name, marker_type), []).append(table_name)
    found = {}
    # A row value IN a list of them would be shorter, and SQLite would scan the table for it.
    for (schema_name, marker_type), names in tables.items():
        for start in range(0, len(names), _NAMES):
            wanted = {
                "schema_name": schema_name,
                "marker_type": marker_type,
                "table_names": names[start : start + _NAMES],
            }
            for table_name, *marker in connection.execute(_REACHED, wanted):
                found[schema_name, table_name, marker_type] = Reached(*marker)
    return found


class Overtaken(Exception):
    """Someone else has moved a marker in between; nothing was changed."""


def swap(
    connection: Connection,
    moves: Mapping[Place, Move],
    targets: Mapping[Place, Reached],
    left: Mapping[Place, Reached] | None = None,
) -> None:
    """Write where markers are to be, each under its revision.

    Args:
        connection: In a writing transaction.
        moves: The last move of each marker.
        targets: Where it leads, and the revision it started from.
        left: Where they were taken for granted to be; None where they were read.

    Raises:
        Overtaken: One of them is not at its revision, or not where it was left; the transaction is
            to be rolled back.
    """
    rows = [
        (
            move.schema_name,
            move.table_name,
            move.marker_type,
            target.order,
            target.revision + 1,
            move.sync_run_id.hex if move.sync_run_id else None,
            target.position,
            left[place].position if left is not None else None,
        )
        for place, move in moves.items()
        for target in (targets[place],)
    ]
    statement = _swap_statement(connection.dialect.name)
    swapped = connection.execute(statement, {"rows": json.dumps(rows)})
    if swapped.rowcount != len(rows):
        raise Overtaken


# Statements are built once: building one takes several times as long as running it.


@cache
def _swap_statement(dialect: str) -> Executable:
    # All rows in one parameter: to bind nine of each takes SQLAlchemy longer than to write them.
    unnest = func.json_each if dialect == "sqlite" else func.jsonb_array_elements
    row = unnest(bindparam("rows", type_=JsonText())).table_valued(column("value", StorableJson()))
    # As `Database.now`: the server's clock where there is one.
    now: ColumnElement[Any] = literal_column(
        "strftime('%Y-%m-%d %H:%M:%f000', 'now')" if dialect == "sqlite" else "clock_timestamp()"
    )
    # Literals: SQLAlchemy would bind the number of each field, at every execution.
    text_at = "json_extract(value, '$[{}]')" if dialect == "sqlite" else "value ->> {}"
    json_at = "json_extract(value, '$[{}]')" if dialect == "sqlite" else "value -> {}"
    new_id = "lower(hex(randomblob(16)))" if dialect == "sqlite" else "gen_random_uuid()"
    fields: list[ColumnElement[str]] = [literal_column(text_at.format(place)) for place in range(6)]
    told: dict[str, ColumnElement[Any]] = {
        "id": literal_column(new_id),
        "schema_name": fields[0],
        "table_name": fields[1],
        "marker_type": fields[2],
        "position_order": fields[3],
        "revision": cast(fields[4], BigInteger()),
        "sync_run_id": cast(fields[5], Uuid()),
        "position_data": literal_column(json_at.format(6)),
        "last_updated": now,
        "created_at": now,
    }
    # What was deleted, or restored from a backup, may have any revision: a marker that is taken for
    # granted has to be there, and where it was left.
    known = sync_markers.alias("known")
    # Not EXISTS: PostgreSQL would hash all markers for it, four times as long as one look-up.
    is_known = (
        select(literal_column(f"known.position_data = {json_at.format(7)}", Boolean()))
        .where(
            known.c.schema_name == fields[0],
            literal_column(f"coalesce(known.table_name, '') = coalesce({text_at.format(1)}, '')"),
            known.c.marker_type == fields[2],
        )
        .scalar_subquery()
    )
    was_read = literal_column(text_at.format(7)).is_(None)
    # SQLite would take the ON of the conflict for one of a join, were there no WHERE.
    rows = select(*told.values()).select_from(row).where(was_read | is_known)
    insert = insert_into(dialect)(sync_markers).from_select(list(told), rows)
    statement: Executable = insert.on_conflict_do_update(
        index_elements=list(PLACE),
        set_={name: insert.excluded[name] for name in _SWAPPED},
        where=sync_markers.c.revision == insert.excluded.revision - 1,
    )
    # Of an INSERT SQLAlchemy does not count otherwise; RETURNING would fetch every row for it.
    return statement.execution_options(preserve_rowcount=True)


_REACHED = select(
    named_table,
    sync_markers.c.position_data,
    sync_markers.c.position_order,
    sync_markers.c.revision,
).where(
    sync_markers.c.schema_name == bindparam("schema_name"),
    named_table.in_(bindparam("table_names", expanding=True)),
    sync_markers.c.marker_type == bindparam("marker_type"),
)
