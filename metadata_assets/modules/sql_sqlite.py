"""SQL tasks on SQLite files."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from metadata_assets.modules.limit import interrupted_at
from metadata_assets.modules.outcome import TaskResult
from metadata_assets.modules.sql_result import Work, result_of
from metadata_assets.sources.paths import require_file
from metadata_assets.sources.sqlite.driver import SQLiteConfig

_LOCK_SECONDS = 60.0
"""How long to wait for a writer."""


def run_on_sqlite(config: SQLiteConfig, work: Work) -> TaskResult:
    """Run statements, see `sql.run_sql_query`."""
    uri = require_file(config.path).absolute().as_uri() + "?mode=rw"
    wait = min(_LOCK_SECONDS, work.limit.seconds_left)
    with closing(
        sqlite3.connect(uri, uri=True, timeout=wait, check_same_thread=False, isolation_level=None)
    ) as connection:
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        with interrupted_at(work.limit, connection.interrupt) as interrupted:
            try:
                return _run(connection, work)
            except sqlite3.OperationalError as error:
                if interrupted.is_set():
                    raise work.timed_out() from None
                if "locked" in str(error):
                    raise work.interrupted(error) from None
                raise work.failed(error) from None
            except sqlite3.Error as error:
                raise work.failed(error) from None


def _run(connection: sqlite3.Connection, work: Work) -> TaskResult:
    result = TaskResult()
    connection.execute("BEGIN")
    for statement in work.statements:
        with closing(connection.execute(statement.sql, dict(statement.parameters))) as cursor:
            result = result_of(cursor, work.preview_rows)
    connection.execute("COMMIT")
    return result
