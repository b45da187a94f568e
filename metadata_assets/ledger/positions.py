"""Positions: how far each source has been read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from metadata_assets.errors import PermanentError, PositionConflict
from metadata_assets.ledger.encoding import storable_json
from metadata_assets.ledger.marker_memory import MarkerMemory
from metadata_assets.ledger.marker_statements import PLACE, named_table
from metadata_assets.ledger.marker_swap import Move, Overtaken, Place, Reached, reached, swap
from metadata_assets.ledger.model import sync_markers
from metadata_assets.ledger.orders import by_timestamp
from metadata_assets.ledger.state import LedgerState
from metadata_assets.ledger.values import MarkerType, SyncMarker

_ATTEMPTS = 100
"""How often a move starts over because another process moved the same marker first."""


class _Anything(Enum):
    ANYTHING = "anything"


ANYTHING: Final = _Anything.ANYTHING
"""What `expected` is where a marker may be anywhere."""

Expected = Mapping[str, Any] | _Anything | None


@dataclass(frozen=True)
class Positions(LedgerState):
    """Reads and moves sync markers."""

    _left: MarkerMemory = field(default_factory=MarkerMemory)

    def update_position(
        self,
        schema_name: str,
        table_name: str | None,
        marker_type: MarkerType,
        position: Mapping[str, Any],
        *,
        sync_run_id: UUID | None = None,
        order: str | None = None,
        expected: Expected = ANYTHING,
        force: bool = False,
    ) -> None:
        """Move one marker, atomically; it is made where there is none.

        Args:
            schema_name: The source.
            table_name: A table or stage of it; None for the source as a whole.
            marker_type: Which of the place's markers.
            position: Any mapping; what JSON cannot hold is stored as text.
            sync_run_id: The run that got this far.
            order: How positions compare: `lsn`, `cluster_time`, `timestamp`, `integer` or an
                import path. Kept with the marker; by default what the position's fields tell.
            expected: The position it must be at; None for a marker that must not exist yet.
            force: Move it backwards too.

        Raises:
            PermanentError: The position is empty, or its order cannot read it.
            PositionBackwards: It lies before the one already reached.
            PositionConflict: The marker is not at the expected position.
        """
        move = Move(schema_name, table_name, marker_type, position, sync_run_id, order)
        self._move([move], expected, force=force)

    def update_positions(self, moves: Iterable[Move], *, force: bool = False) -> None:
        """Move many markers, all or none; several moves of one marker one after the other.

        Args:
            moves: Where they shall go.
            force: Move them backwards too.

        Raises:
            PermanentError: A position is empty, or its order cannot read it.
            PositionBackwards: One lies before the one already reached.
            PositionConflict: Other processes kept moving the same markers.
        """
        self._move(list(moves), ANYTHING, force=force)

    def update_stream_position(
        self,
        schema_name: str,
        position: Mapping[str, Any],
        table_name: str | None = None,
        sync_run_id: UUID | None = None,
    ) -> None:
        """Move a stream's marker forward, to an LSN or to a resume token and its time.

        Raises what `update_position` raises.
        """
        self.update_position(schema_name, table_name, "stream", position, sync_run_id=sync_run_id)

    def get_stream_position(
        self, schema_name: str, table_name: str | None = None
    ) -> dict[str, Any] | None:
        """How far a stream has been read; None where it was not yet."""
        return self.position(schema_name, table_name, "stream")

    def update_batch_timestamp(
        self,
        schema_name: str,
        timestamp: datetime,
        table_name: str | None = None,
        sync_run_id: UUID | None = None,
    ) -> None:
        """Move a batch's marker forward to the time of the last change it has read.

        Raises what `update_position` raises.
        """
        position = {"timestamp": timestamp}
        self.update_position(
            schema_name, table_name, "batch", position, sync_run_id=sync_run_id, order="timestamp"
        )

    def get_batch_timestamp(
        self, schema_name: str, table_name: str | None = None
    ) -> datetime | None:
        """Up to which time a batch has read; None where it did not yet."""
        return by_timestamp(self.position(schema_name, table_name, "batch") or {})

    def position(
        self, schema_name: str, table_name: str | None, marker_type: MarkerType
    ) -> dict[str, Any] | None:
        """The position of one marker, or None where there is none yet."""
        statement = select(sync_markers.c.position_data).where(
            sync_markers.c.schema_name == schema_name,
            named_table == (table_name or ""),
            sync_markers.c.marker_type == marker_type,
        )
        with self._database.reading() as connection:
            position: dict[str, Any] | None = connection.scalar(statement)
        return position

    def get_active_markers(self, schema_name: str | None = None) -> list[SyncMarker]:
        """The markers of one source, or of all, ordered by place."""
        statement = select(sync_markers).order_by(*PLACE)
        if schema_name is not None:
            statement = statement.where(sync_markers.c.schema_name == schema_name)
        with self._database.reading() as connection:
            return [SyncMarker(**row._asdict()) for row in connection.execute(statement)]

    def _move(self, moves: Sequence[Move], expected: Expected, *, force: bool) -> None:
        if not moves:
            return
        # In one order everywhere, or two batches could wait for each other for ever.
        last_moves = dict(sorted({move.place: move for move in moves}.items()))
        left = self._left.recall(last_moves)
        if left is not None:
            # A guess that saves a SELECT, and the swap proves; a refusal may be out of date too.
            with suppress(Overtaken, PermanentError, PositionConflict):
                targets = _targets(left, moves, expected, force=force)
                with self._database.writing() as connection:
                    swap(connection, last_moves, targets, left)
                self._left.remember(targets)
                return
        for _ in range(_ATTEMPTS):
            with suppress(Overtaken):
                with self._database.writing() as connection:
                    before = reached(connection, last_moves)
                    targets = _targets(before, moves, expected, force=force)
                    swap(connection, last_moves, targets)
                self._left.remember(targets)
                return
        raise PositionConflict(
            "other processes keep moving the same markers; nothing was changed",
            where=moves[0].where,
            remedy="Run again, or let one process move a marker.",
        )


def _targets(
    before: Mapping[Place, Reached], moves: Iterable[Move], expected: Expected, *, force: bool
) -> dict[Place, Reached]:
    """Where all markers will be after some moves, from where they were."""
    targets: dict[Place, Reached] = {}
    for move in moves:
        place = move.place
        start = targets.get(place) or before.get(place) or Reached()
        if expected is not ANYTHING:
            _require(expected, start, where=move.where)
        targets[place] = start.moved(move, force=force)
    return targets


def _require(expected: Mapping[str, Any] | None, before: Reached, *, where: str) -> None:
    if storable_json(expected) != before.position:
        raise PositionConflict(
            "the marker is not at the expected position; nothing was changed",
            where=where,
            remedy="Read the position again and go on from there.",
        )
