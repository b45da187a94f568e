"""SQL tasks on DuckDB files, opened for writing only where a statement is no query."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import duckdb

from metadata_assets.modules.limit import interrupted_at
from metadata_assets.modules.outcome import TaskResult
from metadata_assets.modules.sql_result import Work, result_of
from metadata_assets.sources.duckdb.connection import DuckDBConfig
from metadata_assets.sources.identifiers import quoted
from metadata_assets.sources.paths import expanded, require_file

_LOCK_SECONDS = 60.0
"""How long to wait for another process, or another task, that has the file open."""

_PAUSE_SECONDS = 0.1
_QUERIES = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)


def run_on_duckdb(config: DuckDBConfig, work: Work) -> TaskResult:
    """Run statements, see `sql.run_sql_query`."""
    try:
        with (
            _opened(config, work) as connection,
            interrupted_at(work.limit, connection.interrupt),
        ):
            return _run(connection, work)
    except duckdb.InterruptException:
        raise work.timed_out() from None
    except duckdb.Error as error:
        if _is_lock(error) or isinstance(error, duckdb.TransactionException):
            raise work.interrupted(error) from None
        raise work.failed(error) from None


def _run(connection: duckdb.DuckDBPyConnection, work: Work) -> TaskResult:
    result = TaskResult()
    connection.begin()
    for statement in work.statements:
        (parsed,) = connection.extract_statements(statement.sql)
        connection.execute(parsed, dict(statement.parameters) or None)
        if _tells_a_count(parsed, connection):
            # No row where something was defined.
            counts = [count for (count,) in connection.fetchall()]
            result = TaskResult(rows=counts[0] if counts else None)
        else:
            result = result_of(connection, work.preview_rows)
    connection.commit()
    return result


def _tells_a_count(parsed: duckdb.Statement, connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the result is the number of changed rows, which DuckDB tells as a row of its own."""
    may = duckdb.ExpectedResultType.CHANGED_ROWS in parsed.expected_result_type
    columns = [column[0] for column in connection.description or ()]
    return may and columns == ["Count"]


@contextmanager
def _opened(config: DuckDBConfig, work: Work) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = require_file(config.path).parent
    reads_only = all(
        parsed.type in _QUERIES
        for statement in work.statements
        for parsed in duckdb.extract_statements(statement.sql)
    )
    with closing(_connected(config, work, reads_only=reads_only)) as connection:
        for name, path in config.attach.items():
            file = str(require_file(str(folder / expanded(path)))).replace("'", "''")
            connection.execute(f"ATTACH '{file}' AS {quoted(name)} (READ_ONLY)")
        yield connection


def _connected(config: DuckDBConfig, work: Work, *, reads_only: bool) -> duckdb.DuckDBPyConnection:
    waiting = work.limit.within(_LOCK_SECONDS)
    while True:
        try:
            return duckdb.connect(
                config.path,
                read_only=reads_only,
                # As those that read the catalog, or this process could not have both open.
                config={"autoinstall_known_extensions": "false"},
            )
        except duckdb.Error as error:
            if not _is_lock(error) or waiting.is_over:
                raise
            waiting.pause(_PAUSE_SECONDS)


def _is_lock(error: duckdb.Error) -> bool:
    return isinstance(error, duckdb.ConnectionException) or "Could not set lock" in str(error)
