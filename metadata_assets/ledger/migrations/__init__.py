"""Bring a ledger's tables to the shape this version of the code expects.

Alembic does the work and is imported only when there is some: opening a current ledger reads one
row. A new revision goes into `versions/`, and its id into `HEAD`.
"""

from __future__ import annotations

import threading
from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, String, Table, select, text
from sqlalchemy.schema import CreateSchema

from metadata_assets.errors import ConfigurationError
from metadata_assets.ledger.database import Database

HEAD = "0002"
"""The newest revision."""

VERSION_TABLE = "ledger_version"
"""Not Alembic's default name, which the host application may be using in the same schema."""

_FOLDER = Path(__file__).parent
_version = Table(VERSION_TABLE, MetaData(), Column("version_num", String(32)))
_ALEMBIC = threading.Lock()  # its `op` and `context` are one per process


def ensure_current(database: Database) -> None:
    """Create the ledger's tables, or upgrade them if nobody else can be using them.

    A SQLite ledger belongs to this machine and is upgraded by opening it. A PostgreSQL server is
    shared with programs of other versions: someone has to decide, and calls `upgrade`.

    Raises:
        ConfigurationError: The tables are of another version than this package's.
    """
    with database.reading() as connection:
        revision = _revision(connection, database.schema)
        dialect = connection.dialect.name
    if revision == HEAD:
        return
    if revision is not None and dialect == "postgresql" and _is_earlier(revision):
        raise ConfigurationError(
            f"the ledger is of an earlier revision, {revision} instead of {HEAD}",
            where=database.where,
            remedy="Run `metadata-assets ledger upgrade` when no older version uses it any more.",
        )
    upgrade(database)


def upgrade(database: Database) -> None:
    """Bring the ledger's tables, if there are any, to `HEAD`.

    Any number of processes may do so at once: one upgrades, the others wait for it.

    Raises:
        ConfigurationError: A newer version of this package has upgraded the ledger.
    """
    with _ALEMBIC, database.writing() as connection:
        database.lock(connection, "migrations")
        if database.schema and not connection.dialect.has_schema(connection, database.schema):
            connection.execute(CreateSchema(database.schema))
        if _revision(connection, database.schema) != HEAD:
            _upgrade(connection, database)


def _is_earlier(revision: str) -> bool:
    return any((_FOLDER / "versions").glob(f"{revision}_*.py"))


def _revision(connection: Connection, schema: str | None) -> str | None:
    if not connection.dialect.has_table(connection, VERSION_TABLE, schema=schema):
        return None
    revision: str | None = connection.scalar(select(_version.c.version_num))
    return revision


def _upgrade(connection: Connection, database: Database) -> None:
    from alembic import command  # ~0.4 s, needed once in a ledger's life
    from alembic.config import Config
    from alembic.util import CommandError

    if database.schema:  # for the statements that schema_translate_map does not reach
        quoted = connection.dialect.identifier_preparer.quote(database.schema)
        connection.execute(text(f"SET LOCAL search_path TO {quoted}"))
    config = Config(attributes={"connection": connection, "schema": database.schema})
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise ConfigurationError(
            f"the ledger is of a revision this version does not know ({error})",
            where=database.where,
            remedy="Upgrade metadata-assets to the version that wrote it.",
        ) from error
