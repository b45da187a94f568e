"""DuckDB judges its own queries: it binds them in memory, on empty tables."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from contextlib import suppress

import duckdb

from metadata_assets.schema.semantics import problems as codes
from metadata_assets.schema.semantics.names import names_alone, with_names
from metadata_assets.schema.semantics.problems import Problem, nearest, problem_at
from metadata_assets.schema.semantics.verdict import ResultColumn, Verdict
from metadata_assets.schema.statements import begins_as_query
from metadata_assets.schema.tables import Table, TableIndex

_SUBTYPES = {
    "COLUMN_NOT_FOUND": codes.UNKNOWN_COLUMN,
    "AMBIGUOUS_COLUMN": codes.AMBIGUOUS_COLUMN,
    "NO_MATCHING_FUNCTION": codes.TYPES,
    "SYNTAX_ERROR": codes.SYNTAX,
}
_CODES = (
    ("GROUP BY clause", codes.GROUPING),
    ("aggregate", codes.AGGREGATE),
    ("window", codes.WINDOW),
    ("Set operations", codes.SET_OPERATION),
    ("Ambiguous reference", codes.AMBIGUOUS_COLUMN),
    ("syntax error", codes.SYNTAX),
    ("Cannot compare", codes.TYPES),
    ("No function matches", codes.TYPES),
    ("does not have a column", codes.UNKNOWN_COLUMN),
    ("not found in FROM clause", codes.UNKNOWN_COLUMN),
)
_MISSING = {"Table": codes.UNKNOWN_TABLE, "Schema": codes.UNKNOWN_TABLE}


_DESCRIBE, _EXPLAIN = "DESCRIBE ", "EXPLAIN "


class DuckDBJudge:
    """Judges by binding a query; never runs one."""

    def __init__(self, index: TableIndex) -> None:
        """Judge queries on the tables of an index."""
        self._index = index
        self._declared: set[str] = set()
        self._types: dict[str, str] = {}
        self._macros = {name.lower() for name in index.functions}
        self._connection = duckdb.connect(
            ":memory:", config={"enable_external_access": "false", "threads": 1}
        )
        self._connection.execute("SET errors_as_json = true")

    def judge(self, sql: str) -> Verdict:
        """Ask DuckDB."""
        tables = self._index.mentioned(sql)
        self._declare([table for table in tables if table.fqdn not in self._declared])
        try:
            question, statements = self._question(sql)
        except duckdb.Error as error:
            return Verdict((self._problem(sql, 0, tables, str(error)),))
        if len(statements) != 1:
            found = f"expected one statement, found {len(statements)}"
            return Verdict((problem_at(sql, 0, codes.STATEMENT, found),))
        try:
            answer = self._connection.execute(statements[0]).fetchall()
        except duckdb.Error as error:
            problem = self._problem(sql, len(question), tables, str(error))
            if problem.code == codes.UNKNOWN_FUNCTION and self._calls_a_macro(problem.message):
                return Verdict(names_alone(sql, self._index))
            return Verdict(with_names(sql, problem, self._index))
        is_described = question == _DESCRIBE
        columns = tuple(ResultColumn(row[0], row[1]) for row in answer) if is_described else ()
        return Verdict((), columns)

    def _question(self, sql: str) -> tuple[str, list[duckdb.Statement]]:
        """What is asked of a query, and that parsed; a query that cannot be read is an error."""
        if begins_as_query(sql):  # else `orders` would be read as DESCRIBE orders
            with suppress(duckdb.ParserException):  # which would place it wrongly
                described = self._connection.extract_statements(_DESCRIBE + sql)
                if all(each.type == duckdb.StatementType.SELECT for each in described):
                    return _DESCRIBE, described
        statements = self._connection.extract_statements(sql)
        if len(statements) != 1:
            return "", statements
        is_select = statements[0].type == duckdb.StatementType.SELECT
        question = _DESCRIBE if is_select else _EXPLAIN
        return question, self._connection.extract_statements(question + statements[0].query)

    def _calls_a_macro(self, message: str) -> bool:
        """Whether what is missing here is a macro of the source, whose text is not kept."""
        called = re.search(r"Function with name (\S+) does not exist", message)
        return called is not None and called[1].lower() in self._macros

    def _declare(self, tables: Sequence[Table]) -> None:
        schemas = dict.fromkeys(_quoted(table.schema) for table in tables)
        statements = [f"CREATE SCHEMA IF NOT EXISTS {schema}" for schema in schemas]
        for table in tables:
            name = f"{_quoted(table.schema)}.{_quoted(table.name)}"
            types = (f"{_quoted(c.name)} {self._type(c.native_type)}" for c in table.columns)
            statements.append(f"CREATE TABLE {name} ({', '.join(types)})")
        self._connection.execute("; ".join(statements))
        self._declared.update(table.fqdn for table in tables)

    def _type(self, native_type: str) -> str:
        """The type; a text where it is one of an extension or of the source, unknown here."""
        if native_type not in self._types:
            try:
                self._connection.execute(f"DESCRIBE SELECT NULL::{native_type}").fetchall()
                self._types[native_type] = native_type
            except duckdb.Error:
                self._types[native_type] = "VARCHAR"
        return self._types[native_type]

    def _problem(self, sql: str, prefix: int, tables: Sequence[Table], answer: str) -> Problem:
        _, brace, rest = answer.partition("{")
        try:
            error = json.loads(brace + rest)
        except ValueError:
            error = {"exception_message": answer}
        message = str(error["exception_message"]).partition("\n")[0]
        offset = int(error.get("position", 0)) - prefix
        code = _code(error, message)
        quoted_names = re.findall(r'"([^"]+)"', message)
        name = str(error.get("name") or next(reversed(quoted_names), ""))
        near: tuple[str, ...] = ()
        if code == codes.UNKNOWN_TABLE:
            near = self._index.nearest_tables(name)
        elif code == codes.UNKNOWN_COLUMN:
            known = [column.name for table in tables for column in table.columns]
            near = nearest(name.rpartition(".")[2], known)
        elif code == codes.UNKNOWN_FUNCTION:
            # DuckDB always names some, however far.
            named = re.split(r",\s*", str(error.get("candidates", "")))
            near = nearest(name, [*named, *self._index.functions])
        return problem_at(sql, _characters(sql, offset), code, message, near)


def _code(error: dict[str, str], message: str) -> str:
    subtype = error.get("error_subtype", "")
    if subtype == "MISSING_ENTRY":
        return _MISSING.get(error.get("type", ""), codes.UNKNOWN_FUNCTION)
    if subtype in _SUBTYPES:
        return _SUBTYPES[subtype]
    return next((code for text, code in _CODES if text in message), codes.OTHER)


def _characters(sql: str, offset: int) -> int:
    """A place counted in bytes, counted in characters."""
    return len(sql.encode()[: max(offset, 0)].decode(errors="ignore"))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
