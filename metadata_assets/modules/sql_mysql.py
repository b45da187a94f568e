"""SQL tasks on MySQL and MariaDB, where a statement that defines something commits by itself."""

from __future__ import annotations

from contextlib import suppress

import pymysql
from pymysql.constants import CR, ER
from pymysql.cursors import Cursor, SSCursor

from metadata_assets.errors import MetadataAssetsError
from metadata_assets.modules.limit import interrupted_at
from metadata_assets.modules.outcome import TaskResult
from metadata_assets.modules.sql_result import Work, result_of
from metadata_assets.sources.mysql.connection import MySQLConfig, connected
from metadata_assets.sources.mysql.errors import TIMEOUTS

_MAY_PASS = (ER.LOCK_DEADLOCK, ER.LOCK_WAIT_TIMEOUT)


_OF_CONNECTION = (0, CR.CR_SERVER_GONE_ERROR, CR.CR_SERVER_LOST)


def run_on_mysql(config: MySQLConfig, work: Work) -> TaskResult:
    """Run statements, see `sql.run_sql_query`."""
    seconds = max(1, round(work.limit.seconds_left))
    of_task = config.model_copy(update={"connections": 1, "statement_timeout": seconds})
    with connected(of_task) as sessions, sessions.one() as session:
        connection = session.connection
        thread = int(connection.thread_id())  # type: ignore[no-untyped-call]
        # The statement's own session waits for it, so another one must end it.
        with interrupted_at(work.limit, lambda: _kill(config, thread)) as interrupted:
            try:
                return _run(connection, work)
            except pymysql.MySQLError as error:
                code = error.args[0] if error.args else None
                if interrupted.is_set() or (code in TIMEOUTS and work.limit.seconds_left < 1):
                    raise work.timed_out() from None
                if code in _MAY_PASS:
                    raise work.interrupted(error) from None
                if code is None or code in _OF_CONNECTION:
                    raise  # the connection's own module explains it
                raise work.failed(error) from None


def _run(connection: pymysql.Connection[Cursor], work: Work) -> TaskResult:
    connection.rollback()  # the session reads only, until its transaction ends
    connection.begin()
    result = TaskResult()
    for statement in work.statements:
        with connection.cursor(SSCursor) as cursor:
            cursor.execute(statement.sql, statement.parameters or None)
            result = result_of(cursor, work.preview_rows)
    connection.commit()
    return result


def _kill(config: MySQLConfig, thread: int) -> None:
    # Where this fails, the server's own limit and the socket's end the statement a little later.
    with (
        suppress(MetadataAssetsError),
        connected(config.model_copy(update={"connections": 1})) as sessions,
        sessions.one() as session,
    ):
        session.execute("KILL QUERY %s", (thread,))
