"""Asking DuckDB about queries: on a file opened to read, and no other file."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from metadata_assets.sources.asking import MOST_ROWS, Answer, told, too_long, within


@dataclass(frozen=True, slots=True)
class DuckDBEngine:
    """A session to ask in.

    Attributes:
        connection: Reads only.
        seconds: How long one query may take.
    """

    connection: duckdb.DuckDBPyConnection
    seconds: int

    def refusal(self, sql: str) -> str | None:
        """Why the engine would not run a query; None where it would."""
        return self._run(sql, "EXPLAIN ").refusal

    def answer(self, sql: str) -> Answer:
        """The result of a query, or why there is none."""
        return self._run(sql, "")

    def _run(self, sql: str, before: str) -> Answer:
        try:
            statements = self.connection.extract_statements(sql)
            if [one.type for one in statements] != [duckdb.StatementType.SELECT]:
                return Answer("it is not one query")
            with within(self.connection, self.seconds):
                cursor = self.connection.execute(before + statements[0].query)
                rows = cursor.fetchmany(MOST_ROWS + 1)
            names = [column[0] for column in cursor.description or ()]
            cursor.fetchall()
        except duckdb.InterruptException:
            return Answer(too_long(self.seconds))
        except duckdb.Error as error:
            return Answer(str(error).splitlines()[0])
        return told(names, rows)
