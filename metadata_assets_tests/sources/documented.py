"""A warehouse that is not here: its documented relations in DuckDB, its SQL translated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import sqlglot
from sqlglot import exp

Rows = Sequence[Mapping[str, object]]


class Documented:
    """A cursor over relations that hold rows as a vendor's manual describes them."""

    def __init__(self, dialect: str, **relations: Rows) -> None:
        self.asked: list[str] = []
        self.description: Any = ()
        self._dialect = dialect
        self._connection = duckdb.connect()
        self.found: list[tuple[Any, ...]] = []
        for name, rows in relations.items():
            columns = list(dict.fromkeys(column for row in rows for column in row))
            places = ", ".join("?" for _ in columns)
            self._connection.execute(f'CREATE TABLE "{name}" ({", ".join(map(_column, columns))})')
            for row in rows:
                values = [row.get(column) for column in columns]
                self._connection.execute(f'INSERT INTO "{name}" VALUES ({places})', values)

    def execute(self, operation: str, /) -> object:
        self.asked.append(operation)
        (statement,) = sqlglot.parse(operation, read=self._dialect)
        assert isinstance(statement, exp.Select)
        for relation in list(statement.find_all(exp.Table)):
            # The last part of `project`.`region-eu`.INFORMATION_SCHEMA.TABLES.
            name = relation.name.rpartition(".")[2].lower()
            alias = relation.args.get("alias")
            relation.replace(exp.Table(this=exp.to_identifier(name, quoted=True), alias=alias))
        self._connection.execute(statement.sql("duckdb"))
        self.description = self._connection.description
        self.found = self._connection.fetchall()
        return self

    def fetchall(self) -> Sequence[Sequence[object]]:
        return self.found


def _column(name: str) -> str:
    is_number = name.endswith("position") or name.startswith("position")
    return f'"{name}" {"BIGINT" if is_number else "VARCHAR"}'
