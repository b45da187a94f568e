"""Read SQL that somebody typed: which statements it holds, and on what they work.

DuckDB's dialect, or Databricks' where DuckDB's does not fit. Reading is allowed on every table of
the lake, writing on the control table only; anything else is refused here, before it runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from metadata_assets.control.model import ETL_CONTROL
from metadata_assets.control.problems import nearest, printable
from metadata_assets.errors import ConfigurationError

Tables: TypeAlias = Mapping[tuple[str, str], str]
"""The lake's tables: their names in it, by schema and name in SQL."""

CONTROL = "etl_control"
"""The table that may be written."""

_DIALECTS = ("duckdb", "databricks")
_READS = {"SELECT", "WITH", "FROM", "("}
_WRITES = {"INSERT", "UPDATE", "DELETE", "MERGE", "WITH"}
_WHAT = (
    "SELECT works on every table of the lake; INSERT, UPDATE, DELETE and MERGE on the control "
    "table."
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, ready to run in a DuckDB that has the lake's tables.

    Attributes:
        verb: `select`, `insert`, `update`, `delete` or `merge`.
        tree: The statement, its tables named as DuckDB knows them.
    """

    verb: str
    tree: exp.Expr

    @property
    def sql(self) -> str:
        """The statement in DuckDB's dialect."""
        return self.tree.sql("duckdb")


def read_statements(text: str, tables: Tables) -> tuple[Statement, ...]:
    """The statements of a text: one that reads, or some that write.

    Args:
        text: The SQL.
        tables: The tables it may name.

    Raises:
        ConfigurationError: It is no SQL, or may not be done here.
    """
    trees, dialect = _parsed(text)
    if not trees:
        raise _refused("there is no statement", _WHAT)
    statements = tuple(_statement(tree, tables, dialect) for tree in trees)
    if len(statements) > 1 and any(one.verb == "select" for one in statements):
        raise _refused("a SELECT stands alone", "Run it by itself.")
    return statements


def sql_names(lake_tables: Iterable[str]) -> dict[tuple[str, str], str]:
    """The SQL names of lake tables: `catalog/columns` is `catalog.columns`."""
    split = ((name.partition("/"), name) for name in lake_tables)
    return {(schema, table): name for (schema, _, table), name in split}


def _parsed(text: str) -> tuple[list[exp.Expr], str]:
    faults = []
    for dialect in _DIALECTS:
        try:
            _require_known_verbs(text, dialect)
            return [tree for tree in sqlglot.parse(text, dialect=dialect) if tree], dialect
        except SqlglotError as error:
            faults.append(str(error))
    fault = " ".join(faults[0].replace("\x1b[4m", "").replace("\x1b[0m", "").split())
    raise _refused(f"the SQL cannot be parsed: {printable(fault, 200)}", "Mend it around there.")


def _require_known_verbs(text: str, dialect: str) -> None:
    # Asked of the tokens: what the parser does not know it only warns of.
    starts = True
    for token in sqlglot.tokenize(text, dialect=dialect):
        verb = token.text.upper()
        if starts and verb != ";" and verb not in _READS | _WRITES:
            raise _refused(f"{printable(verb)} is not allowed here", _WHAT)
        starts = verb == ";"


def _statement(tree: exp.Expr, tables: Tables, dialect: str) -> Statement:
    if isinstance(tree, exp.Query):
        return Statement("select", _named(tree, tables))
    if not isinstance(tree, (exp.Insert, exp.Update, exp.Delete, exp.Merge)):
        raise _refused(f"{type(tree).__name__.upper()} is not allowed here", _WHAT)
    verb = type(tree).__name__.lower()
    if any(tree.args.get(word) for word in ("overwrite", "conflict", "returning", "partition")):
        raise _refused(f"this form of {verb.upper()} is not supported", "Use MERGE.")
    target = tree.find(exp.Table) if verb != "merge" else tree.this
    found = _found(target, tables) if isinstance(target, exp.Table) else None
    if found is None or tables[found] != ETL_CONTROL.name:
        name = target.sql(dialect) if target is not None else "it"
        raise _refused(f"{printable(name)} cannot be written", _WHAT)
    return Statement(verb, _with_columns(_named(tree, tables)))


def _named(tree: exp.Expr, tables: Tables) -> exp.Expr:
    """The statement with every table of the lake under the name DuckDB knows it by."""
    tree = tree.copy()
    ctes = {cte.alias for cte in tree.find_all(exp.CTE)}
    for table in list(tree.find_all(exp.Table)):
        if not isinstance(table.this, exp.Identifier) or _is_builtin(table):
            continue
        if not table.db and table.name in ctes:
            continue
        schema, name = _found(table, tables) or _unknown(table, tables)
        table.set("this", exp.to_identifier(name, quoted=True))
        table.set("db", exp.to_identifier(schema, quoted=True))
        table.set("catalog", None)
    for column in tree.find_all(exp.Column):
        column.set("db", None)
        column.set("catalog", None)
    for update in tree.find_all(exp.Update):
        for assigned in update.expressions:
            assigned.this.set("table", None)  # `SET t.a = 1` is Databricks' only
    return tree


def _is_builtin(table: exp.Table) -> bool:
    return table.db.lower() in ("information_schema", "pg_catalog")


def _found(table: exp.Table, tables: Tables) -> tuple[str, str] | None:
    """What a table is called here: by its schema, or by its name where that is enough."""
    schema, name = table.db.lower(), table.name.lower()
    if (schema, name) in tables:
        return schema, name
    same = [known for known in tables if known[1] == name]
    # The schema is another system's, as in `main.default.etl_control`.
    return same[0] if len(same) == 1 else None


def _unknown(table: exp.Table, tables: Tables) -> tuple[str, str]:
    same = [".".join(known) for known in sorted(tables) if known[1] == table.name.lower()]
    name = printable(table.sql("duckdb"))
    if same:
        raise _refused(f"the table {name} may be any of several", f"Write {' or '.join(same)}.")
    known = [".".join(one) for one in sorted(tables)]
    hint = nearest(".".join(part for part in (table.db, table.name) if part), known)
    raise _refused(f"there is no table {name}", f"{hint}Tables: {', '.join(known) or 'none yet'}.")


def _with_columns(tree: exp.Expr) -> exp.Expr:
    """An INSERT without columns fills the first ones, as many as it has values."""
    if not isinstance(tree, exp.Insert) or not isinstance(tree.this, exp.Table):
        return tree
    count = _width(tree.expression)
    if count is None or tree.args.get("by_name"):
        return tree
    names: Sequence[str] = ETL_CONTROL.schema.names[:count]
    columns = [exp.to_identifier(name) for name in names]
    tree.set("this", exp.Schema(this=tree.this, expressions=columns))
    return tree


def _width(rows: exp.Expr | None) -> int | None:
    if isinstance(rows, exp.Values) and isinstance(rows.expressions[0], exp.Tuple):
        return len(rows.expressions[0].expressions)
    if isinstance(rows, exp.Query) and not rows.is_star:
        return len(rows.selects)
    return None


def _refused(what: str, remedy: str) -> ConfigurationError:
    return ConfigurationError(what, where="sql", remedy=remedy)
