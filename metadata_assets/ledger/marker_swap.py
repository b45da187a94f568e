"""Move markers by comparing and swapping their revisions, in one statement for any number.

No lock is held between reading a marker and writing it: a marker that someone else moved in between
is left alone and missing in what the statement returns.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    bindparam,
    select,
)

from metadata_assets.errors import PermanentError, PositionBackwards
from metadata_assets.ledger.encoding import storable_json
from metadata_assets.ledger.marker_statements import (
    named_table,
    statement_of,
    swap_of_left,
    swap_of_read,
)
from metadata_assets.ledger.model import sync_markers
from metadata_assets.ledger.orders import is_behind
from metadata_assets.ledger.values import MarkerType

Place = tuple[str, str, str]

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
    compiled = statement_of(
        connection.dialect,
        connection.get_execution_options().get("schema_translate_map", {}).get(None),
        swap_of_read if left is None else swap_of_left,
    )
    told = json.dumps(rows)
    swapped = connection.exec_driver_sql(
        compiled.string, (told,) if compiled.positional else {"rows": told}
    )
    if swapped.rowcount != len(rows):
        raise Overtaken


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
