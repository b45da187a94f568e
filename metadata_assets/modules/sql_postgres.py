"""SQL tasks on PostgreSQL."""

from __future__ import annotations

import psycopg
from psycopg import errors

from metadata_assets.modules.limit import interrupted_at
from metadata_assets.modules.outcome import TaskResult
from metadata_assets.modules.sql_result import Work, result_of
from metadata_assets.sources.postgres.connection import PostgresConfig, connected

_MAY_PASS = (
    errors.LockNotAvailable,
    errors.DeadlockDetected,
    errors.SerializationFailure,
    errors.AdminShutdown,
)


def run_on_postgres(config: PostgresConfig, work: Work) -> TaskResult:
    """Run statements, see `sql.run_sql_query`."""
    with (
        connected(config) as connection,
        interrupted_at(work.limit, lambda: connection.cancel_safe(timeout=5)) as interrupted,
    ):
        try:
            return _run(connection, work)
        except errors.QueryCanceled as error:
            if interrupted.is_set() or work.limit.is_over:
                raise work.timed_out() from None
            raise work.interrupted(error) from None
        except _MAY_PASS as error:
            raise work.interrupted(error) from None
        except psycopg.OperationalError as error:
            if error.sqlstate is None:
                raise  # the connection is lost, which its own module explains
            raise work.failed(error) from None
        except psycopg.Error as error:
            raise work.failed(error) from None


def _run(connection: psycopg.Connection, work: Work) -> TaskResult:
    result = TaskResult()
    for statement in work.statements:
        milliseconds = max(1, round(work.limit.seconds_left * 1000))
        connection.execute(
            "SELECT set_config('statement_timeout', %s, true)", [f"{milliseconds}ms"]
        )
        with connection.cursor() as cursor:
            cursor.execute(statement.sql.encode(), statement.parameters or None)
            result = result_of(cursor, work.preview_rows)
    connection.commit()
    return result
