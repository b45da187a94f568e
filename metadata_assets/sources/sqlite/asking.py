"""Asking SQLite about queries, on a file opened to read."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from metadata_assets.sources.asking import MOST_ROWS, Answer, told, too_long, within

_READING = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
}


@dataclass(frozen=True, slots=True)
class SQLiteEngine:
    """A session to ask in.

    Attributes:
        connection: Reads only.
        seconds: How long one query may take.
    """

    connection: sqlite3.Connection
    seconds: int

    def refusal(self, sql: str) -> str | None:
        """Why the engine would not run a query; None where it would."""
        return self._run(sql, "EXPLAIN ").refusal

    def answer(self, sql: str) -> Answer:
        """The result of a query, or why there is none."""
        return self._run(sql, "")

    def _run(self, sql: str, before: str) -> Answer:
        self.connection.set_authorizer(_only_reads)
        try:
            with within(self.connection, self.seconds):
                cursor = self.connection.execute(before + sql)
                rows = cursor.fetchmany(MOST_ROWS + 1)
        except (sqlite3.Error, sqlite3.Warning) as error:
            is_interrupted = str(error) == "interrupted"
            return Answer(too_long(self.seconds) if is_interrupted else str(error))
        finally:
            self.connection.set_authorizer(None)
        return told([column[0] for column in cursor.description or ()], rows)


def _only_reads(action: int, *_: str | None) -> int:
    return sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY
