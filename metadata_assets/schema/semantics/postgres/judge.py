"""The judge of PostgreSQL's queries: its own grammar, then its rules on the system catalog."""

from __future__ import annotations

from postgast import PgQueryError, parse

from metadata_assets.schema.semantics import problems as codes
from metadata_assets.schema.semantics.postgres.analysis import Analysis
from metadata_assets.schema.semantics.postgres.statement import read_query
from metadata_assets.schema.semantics.postgres.system import OPAQUE, UNKNOWN
from metadata_assets.schema.semantics.postgres.types import spelled
from metadata_assets.schema.semantics.postgres.values import Value
from metadata_assets.schema.semantics.problems import problem_at
from metadata_assets.schema.semantics.verdict import ResultColumn, Verdict
from metadata_assets.schema.tables import TableIndex


class PostgresJudge:
    """Judges by PostgreSQL's rules; needs no server."""

    def __init__(self, index: TableIndex) -> None:
        """Judge queries on the tables of an index."""
        self._index = index

    def judge(self, sql: str) -> Verdict:
        """Say whether PostgreSQL would run a query, and all that is wrong with it."""
        try:
            statements = parse(sql).stmts
        except PgQueryError as error:
            place = max((error.cursorpos or 1) - 1, 0)
            return Verdict((problem_at(sql, place, codes.SYNTAX, error.message),))
        if len(statements) != 1:
            found = f"expected one statement, found {len(statements)}"
            return Verdict((problem_at(sql, 0, codes.STATEMENT, found),))
        analysis = Analysis(sql, self._index, read_query)
        result = read_query(analysis, statements[0].stmt, None)
        if analysis.problems:
            return Verdict(tuple(sorted(set(analysis.problems))))
        return Verdict(
            problems=(),
            columns=tuple(
                ResultColumn(column.name, _type_text(column.value)) for column in result.columns
            ),
            uses={fqdn: tuple(sorted(columns)) for fqdn, columns in sorted(analysis.uses.items())},
        )


def _type_text(value: Value) -> str | None:
    if value.type == OPAQUE:
        return value.text
    return value.text or ("text" if value.type == UNKNOWN else spelled(value.type))
