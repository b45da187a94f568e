"""Alembic's entry: runs the revisions on the connection, and in the transaction, it was given."""

from __future__ import annotations

from alembic import context

from metadata_assets.ledger.migrations import VERSION_TABLE
from metadata_assets.ledger.model import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    version_table_schema=context.config.attributes["schema"],
    # SQLite alters a table by copying it.
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
