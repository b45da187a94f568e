"""Asking MySQL and MariaDB about queries, in a transaction that reads only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pymysql
from pymysql.cursors import Cursor

from metadata_assets.sources.asking import MOST_ROWS, Answer, told
from metadata_assets.sources.mysql.connection import MySQLConfig, connected
from metadata_assets.sources.mysql.errors import LOST

_QUERY = re.compile(
    r"(\s|\(|--[^\n]*\n|#[^\n]*\n|/\*(?!!).*?\*/)*(select|with|values|table)\b",
    re.IGNORECASE | re.DOTALL,
)
_WRITES_A_FILE = re.compile(r"\binto\s+(outfile|dumpfile|@)", re.IGNORECASE)


@contextmanager
def mysql_asked(config: MySQLConfig, seconds: int) -> Iterator[_MySQLEngine]:
    """A session to ask in."""
    timely = config.model_copy(update={"statement_timeout": seconds, "connections": 1})
    with connected(timely) as sessions, sessions.one() as cursor:
        yield _MySQLEngine(cursor)


@dataclass(frozen=True, slots=True)
class _MySQLEngine:
    cursor: Cursor

    def refusal(self, sql: str) -> str | None:
        return self._run(sql, "EXPLAIN ").refusal

    def answer(self, sql: str) -> Answer:
        return self._run(sql, "")

    def _run(self, sql: str, before: str) -> Answer:
        # `EXPLAIN ANALYZE` would run it; a read-only transaction does not keep from writing files.
        if not _QUERY.match(sql) or _WRITES_A_FILE.search(sql):
            return Answer("it is not a query that reads only")
        try:
            self.cursor.execute(before + sql.strip().rstrip(";"))
            rows = self.cursor.fetchmany(MOST_ROWS + 1)
        except pymysql.MySQLError as error:
            if error.args[0] in LOST:
                raise
            return Answer(str(error.args[-1]))
        return told([column[0] for column in self.cursor.description or ()], list(rows))
