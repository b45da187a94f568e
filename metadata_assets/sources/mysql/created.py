"""What MariaDB tells by SHOW CREATE alone, or exactly there alone; nothing of most databases.

Its information_schema hides the checks, and what foreign keys do, of a table on which the user has
privileges of its own, but none on its database; and a character beyond U+FFFF in an expression or a
view is four question marks there.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pymysql
from pymysql.constants import ER
from pymysql.cursors import Cursor

from metadata_assets.catalog.engine import opened_engine
from metadata_assets.sources.csv_rows import as_text
from metadata_assets.sources.driver import catalog_sql
from metadata_assets.sources.mysql.connection import quoted
from metadata_assets.sources.mysql.create_text import (
    CheckText,
    ExpressionsText,
    RulesText,
    created_table,
    created_view,
)
from metadata_assets.sources.mysql.errors import DENIED, LOST
from metadata_assets.sources.staging import rows_from_values

INEXACT = "????"
"""What stands for a character beyond U+FFFF."""

_PARTS: Mapping[str, tuple[str, ...]] = {
    "checks": CheckText._fields,
    "reference_rules": RulesText._fields,
    "columns": ExpressionsText._fields,
    "views": ("definition",),
    "partly_shown": ("reason",),
}
"""The queries to whose rows something is added, and what is told of each table."""
_QUERY_OF = {CheckText: "checks", RulesText: "reference_rules", ExpressionsText: "columns"}


@dataclass(frozen=True, slots=True)
class Created:
    """What SHOW CREATE told: rows, which begin with schema and table, by the query they amend."""

    rows: Mapping[str, Sequence[tuple[str | None, ...]]]

    def amended(self, name: str, told: pa.Table) -> pa.Table:
        """The rows of a query with what is told here."""
        if not self.rows.get(name):
            return told
        names = ("schema_name", "table_name", *_PARTS[name])
        with opened_engine() as engine:
            created = rows_from_values(engine, names, self.rows[name])
            engine.register(told=told, created=created)
            return engine.query(catalog_sql("mariadb", f"amended_{name}"))

    def digest(self) -> str:
        """A hash over all of it."""
        return hashlib.sha256(repr(sorted(self.rows.items())).encode()).hexdigest()


def read_created(cursor: Cursor, inexact: Iterable[tuple[str, str]]) -> Created:
    """Ask for what is hidden from the user, and for what was told inexactly of these relations."""
    rows = defaultdict(list)
    # Else a view in the database of the session would be told without the names of databases.
    cursor.execute("USE information_schema")
    for names in sorted({*inexact, *_hidden_tables(cursor)}):
        try:
            statement, is_view = _shown(cursor, names)
        except pymysql.MySQLError as error:
            if error.args[0] in LOST:
                raise
            if error.args[0] != ER.NO_SUCH_TABLE:
                rows["partly_shown"].append((*names, _reason(error)))
            continue
        if is_view:
            rows["views"].append((*names, created_view(statement)))
            continue
        for told in created_table(statement):
            rows[_QUERY_OF[type(told)]].append((*names, *told))
    return Created(rows)


def _shown(cursor: Cursor, names: tuple[str, str]) -> tuple[str, bool]:
    """The statement that would create a table or view, and whether it is a view."""
    # As bytes: the default of a binary column is told as it is, which may be no UTF-8.
    cursor.connection.use_unicode = False
    try:
        cursor.execute(f"SHOW CREATE TABLE {'.'.join(map(quoted, names))}")
        ((_, statement, *of_a_view),) = cursor.fetchall()
    finally:
        cursor.connection.use_unicode = True
    return as_text(statement), bool(of_a_view)


def _hidden_tables(cursor: Cursor) -> Sequence[tuple[str, str]]:
    """The tables of which information_schema does not show all."""
    cursor.execute(catalog_sql("mariadb", "unprivileged_databases"))
    if not cursor.fetchall():
        return ()
    cursor.execute(catalog_sql("mariadb", "hidden_tables"))
    return cursor.fetchall()


def _reason(error: pymysql.MySQLError) -> str:
    if error.args[0] in DENIED:
        return "the user may see some of its columns only"
    return str(error.args[-1])
