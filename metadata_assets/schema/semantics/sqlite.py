"""SQLite judges its own queries: EXPLAIN in memory, on empty tables, with an authorizer's notes."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence

from metadata_assets.schema.semantics import problems as codes
from metadata_assets.schema.semantics.names import with_names
from metadata_assets.schema.semantics.problems import Problem, nearest, problem_at
from metadata_assets.schema.semantics.verdict import Verdict
from metadata_assets.schema.tables import Table, TableIndex

_CODES = (
    (r"no such column: (?P<name>.+)", codes.UNKNOWN_COLUMN),
    (r"no such table: (?P<name>.+)", codes.UNKNOWN_TABLE),
    (r"no such function: (?P<name>.+)", codes.UNKNOWN_FUNCTION),
    (r"ambiguous column name: (?P<name>.+)", codes.AMBIGUOUS_COLUMN),
    (r"cannot join using column (?P<name>\S+) - column not present.*", codes.UNKNOWN_COLUMN),
    (r"table \S+ has no column named (?P<name>.+)", codes.UNKNOWN_COLUMN),
    (r"wrong number of arguments to function (?P<name>\w+)\(\)", codes.TYPES),
    (r"misuse of aggregate(?: function)?:? (?P<name>\w+)\(\)", codes.AGGREGATE),
    (r"misuse of aliased aggregate (?P<name>.+)", codes.AGGREGATE),
    (r"misuse of window function (?P<name>\w+)\(\)", codes.WINDOW),
    (r"misuse of aliased window function (?P<name>.+)", codes.WINDOW),
    (r".*a GROUP BY clause is required.*", codes.GROUPING),
    (r"SELECTs to the left and right.*", codes.SET_OPERATION),
    (r'near "(?P<name>.+)": syntax error', codes.SYNTAX),
    (r"incomplete input|unrecognized token: .*", codes.SYNTAX),
    (r"You can only execute one statement at a time\.", codes.STATEMENT),
)
_FUNCTIONS = "SELECT name FROM pragma_function_list"
_COMPARES_UNASKED = re.compile(r"\b(using|natural)\b", re.IGNORECASE)


class SQLiteJudge:
    """Judges by preparing a query; never runs one."""

    def __init__(self, index: TableIndex) -> None:
        """Judge queries on the tables of an index."""
        self._index = index
        self._declared: set[str] = set()
        # A server asks from whichever thread; `Queries` lets one in at a time.
        self._connection = sqlite3.connect(
            ":memory:", isolation_level=None, check_same_thread=False
        )

    def judge(self, sql: str) -> Verdict:
        """Ask SQLite."""
        tables = self._index.mentioned(sql)
        for table in tables:
            self._declare(table)
        notes = _Notes(tables)
        self._connection.set_authorizer(notes.read)
        try:
            self._connection.execute(f"EXPLAIN {sql}").close()
        except (sqlite3.Error, sqlite3.Warning) as error:
            return Verdict(with_names(sql, self._problem(sql, tables, str(error)), self._index))
        finally:
            self._connection.set_authorizer(None)
        # It asks no leave for the columns that these compare; sqlglot tells them.
        is_told = _COMPARES_UNASKED.search(sql) is None
        return Verdict((), None, notes.uses() if is_told else None)

    def _declare(self, table: Table) -> None:
        if table.fqdn in self._declared:
            return
        columns = ", ".join(f"{_quoted(c.name)} {c.native_type}" for c in table.columns)
        self._connection.execute(f"CREATE TABLE {_quoted(table.name)} ({columns})")
        self._declared.add(table.fqdn)

    def _problem(self, sql: str, tables: Sequence[Table], message: str) -> Problem:
        for pattern, code in _CODES:
            match = re.fullmatch(pattern, message, re.DOTALL)
            if match:
                name = match.groupdict().get("name") or ""
                near = self._near(code, name, tables)
                return problem_at(sql, _place(sql, name), code, message, near)
        return problem_at(sql, 0, codes.OTHER, message)

    def _near(self, code: str, name: str, tables: Sequence[Table]) -> tuple[str, ...]:
        plain = name.rpartition(".")[2]
        if code == codes.UNKNOWN_TABLE:
            return self._index.nearest_tables(plain)
        if code == codes.UNKNOWN_COLUMN:
            return nearest(plain, [column.name for table in tables for column in table.columns])
        if code == codes.UNKNOWN_FUNCTION:
            return nearest(name, [row[0] for row in self._connection.execute(_FUNCTIONS)])
        return ()


class _Notes:
    """What SQLite asks leave to read while it prepares a query."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self._tables = {table.name.lower(): table for table in tables}
        self._read: dict[str, set[str]] = {}

    def read(self, action: int, table: str | None, column: str | None, *_: object) -> int:
        known = self._tables.get((table or "").lower())
        if action == sqlite3.SQLITE_READ and known is not None:
            self._read.setdefault(known.fqdn, set()).add((column or "").lower())
        return sqlite3.SQLITE_OK

    def uses(self) -> dict[str, tuple[str, ...]]:
        return {
            table.fqdn: tuple(
                sorted(c.name for c in table.columns if c.name.lower() in self._read[table.fqdn])
            )
            for table in sorted(self._tables.values(), key=lambda table: table.fqdn)
            if table.fqdn in self._read
        }


def _place(sql: str, name: str) -> int:
    match = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", sql, re.IGNORECASE) if name else None
    return match.start() if match else 0


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
