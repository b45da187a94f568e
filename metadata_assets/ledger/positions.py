"""Positions: how far each source has been read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, literal_column, select

from metadata_assets.errors import PermanentError
from metadata_assets.ledger.clock import utc_now
from metadata_assets.ledger.database import insert_into
from metadata_assets.ledger.model import sync_markers
from metadata_assets.ledger.state import LedgerState
from metadata_assets.ledger.values import MarkerType, SyncMarker

# As in the unique index, to the letter, or neither engine recognises the index.
_named_table: ColumnElement[str] = literal_column("coalesce(table_name, '')")


class Positions(LedgerState):
    """Reads and moves sync markers."""

    def update_position(
        self,
        schema_name: str,
        table_name: str | None,
        marker_type: MarkerType,
        position: Mapping[str, Any],
        *,
        sync_run_id: UUID | None = None,
    ) -> None:
        """Move one marker, atomically; it is made where there is none.

        Args:
            schema_name: The source.
            table_name: A table or stage of it; None for the source as a whole.
            marker_type: Which of the place's markers.
            position: Any mapping; what JSON cannot hold is stored as text.
            sync_run_id: The run that got this far.

        Raises:
            PermanentError: The position is empty.
        """
        if not position:
            raise PermanentError(
                "an empty position is none", where=f"{schema_name} ({table_name or 'whole'})"
            )
        now = utc_now()
        with self._database.writing() as connection:
            insert = insert_into(connection)(sync_markers).values(
                schema_name=schema_name,
                table_name=table_name,
                marker_type=marker_type,
                position_data=position,
                last_updated=now,
                sync_run_id=sync_run_id,
                created_at=now,
            )
            connection.execute(
                insert.on_conflict_do_update(
                    index_elements=[
                        sync_markers.c.schema_name,
                        _named_table,
                        sync_markers.c.marker_type,
                    ],
                    set_={
                        name: insert.excluded[name]
                        for name in ("position_data", "last_updated", "sync_run_id")
                    },
                )
            )

    def position(
        self, schema_name: str, table_name: str | None, marker_type: MarkerType
    ) -> dict[str, Any] | None:
        """The position of one marker, or None where there is none yet."""
        statement = select(sync_markers.c.position_data).where(
            sync_markers.c.schema_name == schema_name,
            _named_table == (table_name or ""),
            sync_markers.c.marker_type == marker_type,
        )
        with self._database.reading() as connection:
            position: dict[str, Any] | None = connection.scalar(statement)
        return position

    def positions(self, schema_name: str | None = None) -> list[SyncMarker]:
        """The markers of one source, or of all, ordered by place."""
        statement = select(sync_markers).order_by(
            sync_markers.c.schema_name, _named_table, sync_markers.c.marker_type
        )
        if schema_name is not None:
            statement = statement.where(sync_markers.c.schema_name == schema_name)
        with self._database.reading() as connection:
            return [SyncMarker(**row._asdict()) for row in connection.execute(statement)]
