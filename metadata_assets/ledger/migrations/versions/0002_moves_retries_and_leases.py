"""What moving positions, retrying errors and leasing dead letters needs to remember.

Rows of before are kept: a marker starts at revision 1 without an order, an error counts once, a
letter is leased by nobody.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_moment = sa.DateTime(timezone=True)
_OPEN_ERRORS = sa.text("status = 'open'")
_WAITING_LETTERS = sa.text("status IN ('pending', 'processing') AND source_record_id IS NOT NULL")


def _columns() -> dict[str, list[sa.Column[Any]]]:
    return {
        "sync_markers": [
            sa.Column("revision", sa.BigInteger(), nullable=False, server_default="1"),
            sa.Column("position_order", sa.Text()),
        ],
        "error_log": [
            sa.Column("fingerprint", sa.Text()),
            sa.Column("occurrence_count", sa.Integer(), nullable=False, server_default="1"),
            sa.Column("last_occurred_at", _moment),
        ],
        "dead_letter_queue": [
            sa.Column("record_hash", sa.Text()),
            sa.Column("retry_after", _moment),
            sa.Column("claim_id", sa.Uuid()),
            sa.Column("claimed_by", sa.Text()),
            sa.Column("lease_expires_at", _moment),
            sa.Column("resolution_notes", sa.Text()),
        ],
    }


def upgrade() -> None:
    """Add the columns, and the indexes that let a repetition be told from a new row."""
    for table, columns in _columns().items():
        for column in columns:
            op.add_column(table, column)
    op.execute("UPDATE error_log SET last_occurred_at = occurred_at")
    op.create_index("error_log_last_occurred_at_idx", "error_log", ["last_occurred_at"])
    op.create_index(
        "error_log_open_key",
        "error_log",
        ["fingerprint"],
        unique=True,
        sqlite_where=_OPEN_ERRORS,
        postgresql_where=_OPEN_ERRORS,
    )
    op.create_index(
        "dead_letter_queue_waiting_key",
        "dead_letter_queue",
        ["record_hash"],
        unique=True,
        sqlite_where=_WAITING_LETTERS,
        postgresql_where=_WAITING_LETTERS,
    )
    op.create_index(
        "dead_letter_queue_status_first_error_at_idx",
        "dead_letter_queue",
        ["status", "first_error_at"],
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index("dead_letter_queue_status_first_error_at_idx", "dead_letter_queue")
    op.drop_index("dead_letter_queue_waiting_key", "dead_letter_queue")
    op.drop_index("error_log_open_key", "error_log")
    op.drop_index("error_log_last_occurred_at_idx", "error_log")
    for table, columns in _columns().items():
        for column in columns:
            op.drop_column(table, column.name)
