"""What SQLAlchemy's inspector gets wrong of some engines without a word, put right by asking."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import DOMAIN
from sqlalchemy.engine import Connection
from sqlalchemy.types import TypeEngine

from metadata_assets.sources.create_table.text import index_text, table_text
from metadata_assets.sources.driver import catalog_sql
from metadata_assets.sources.sqlalchemy.reflection import (
    STUMBLES,
    Facts,
    Relation,
    recover,
    told,
)

_Row = Mapping[str, Any]
_Tables = Mapping[str, Relation]

_NAMES = ("name", "column_names", "constrained_columns", "referred_columns")
"""Where the facts of MySQL's tables hold names as its statements write them."""

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"0": "\0", "n": "\n", "r": "\r"}
"""What MySQL prints for signs in labels; a backslash before another sign is itself's."""


def amended(connection: Connection, relations: Iterable[Relation]) -> list[Relation]:
    """The same relations, with what their dialect is known to get wrong put right in place."""
    found = list(relations)
    amend = _AMENDS.get(connection.dialect.name)
    if amend:
        for schema, members in groupby(found, lambda relation: relation.schema_name):
            amend(connection, schema, {member.table_name: member for member in members})
    return found


def _amend_mysql(connection: Connection, schema: str, tables: _Tables) -> None:
    """Names and labels with signs that are escaped, foreign keys to such names, and defaults."""
    for table in tables.values():
        for column in table.parts.get("columns") or ():
            _unescape_labels(column["type"])
        for part, facts in table.parts.items():
            if isinstance(facts, list):
                table.parts[part] = [_unescaped(fact) for fact in facts]
            elif facts:
                table.parts[part] = _unescaped(facts)
    is_mariadb = getattr(connection.dialect, "is_mariadb", False)
    if is_mariadb:
        _amend_defaults(connection, schema, tables)
    # Only keys to such a table are left out: all others need no second query.
    if not any("`" in name for name in tables):
        return
    rows = _asked(connection, "mysql_foreign_keys", schema, "foreign_keys", tables)
    for (name, key), columns in _grouped(rows, "table_name", "constraint_name"):
        known = tables[name].parts.get("foreign_keys")
        if known is not None and key not in {foreign["name"] for foreign in known}:
            known.append(_foreign_key(key, columns, is_mariadb))


def _unescape_labels(column_type: TypeEngine[Any]) -> None:
    for name in ("enums", "values"):
        labels = getattr(column_type, name, None)
        if isinstance(labels, list | tuple):
            found = [_ESCAPED.sub(lambda e: _ESCAPES.get(e[1], e[1]), label) for label in labels]
            setattr(column_type, name, found)


def _amend_defaults(connection: Connection, schema: str, tables: _Tables) -> None:
    """Defaults of bits and invisible columns are left out, and expressions end too soon.

    MariaDB tells them as SQL; of MySQL the inspector's are better than what a query shows.
    """
    rows = _asked(connection, "mysql", schema, "defaults", tables)
    told = {(row["table_name"], row["column_name"]): row for row in rows}
    for table in tables.values():
        for column in table.parts.get("columns") or ():
            native = told.get((table.table_name, column["name"]))
            # What the inspector adds is told nowhere else.
            if native and " ON UPDATE " not in (column.get("default") or ""):
                default = native["column_default"]
                column["default"] = None if default == "NULL" else default


def _unescaped(fact: Facts) -> Facts:
    said = {key: fact[key] for key in _NAMES if fact.get(key)}
    return {
        **fact,
        **{
            key: value.replace("``", "`")
            if isinstance(value, str)
            else [name and name.replace("``", "`") for name in value]
            for key, value in said.items()
        },
    }


def _foreign_key(name: str, columns: list[_Row], is_mariadb: bool) -> Facts:
    first = columns[0]
    # RESTRICT is what MariaDB calls a rule that was not given.
    unsaid = "RESTRICT" if is_mariadb else "NO ACTION"
    rules = {"ondelete": first["delete_rule"], "onupdate": first["update_rule"]}
    return {
        "name": name,
        "constrained_columns": [column["column_name"] for column in columns],
        "referred_schema": first["ref_schema_name"],
        "referred_table": first["ref_table_name"],
        "referred_columns": [column["ref_column_name"] for column in columns],
        "options": {rule: action for rule, action in rules.items() if action != unsaid},
    }


def _amend_sqlite(connection: Connection, schema: str, tables: _Tables) -> None:
    """The rules of foreign keys that name no columns, indexes and generated columns."""
    if schema != "main":
        return  # A file that the session attached: the queries are of the URL's own.
    _amend_generated(connection, schema, tables)
    rows = _asked(connection, "sqlite_foreign_keys", schema, "foreign_keys", tables)
    for (name, _), columns in _grouped(rows, "table_name", "id"):
        first = columns[0]
        for foreign in tables[name].parts.get("foreign_keys") or ():
            if (
                foreign["constrained_columns"] == [column["column_name"] for column in columns]
                and foreign["referred_table"] == first["ref_table_name"]
            ):
                rules = {"ondelete": first["delete_rule"], "onupdate": first["update_rule"]}
                foreign["options"].update(rules)
    rows = _asked(connection, "sqlite_expression_indexes", schema, "indexes", tables)
    for (name, index), parts in _grouped(rows, "table_name", "index_name"):
        known = tables[name].parts.get("indexes")
        if known is not None and index not in {fact["name"] for fact in known}:
            known.append(_expression_index(index, parts))


def _amend_generated(connection: Connection, schema: str, tables: _Tables) -> None:
    """Expressions are told with all that follows them on their line, or not at all."""
    generated: dict[str, list[Any]] = {}
    for name, table in tables.items():
        for column in table.parts.get("columns") or ():
            if column.get("computed"):
                generated.setdefault(name, []).append(column)
    if not generated:
        return
    for row in _asked(connection, "sqlite_statements", schema, "generated columns", tables):
        if row["table_name"] in generated:
            expressions = table_text(row["sql"]).generated
            for column in generated[row["table_name"]]:
                column["computed"]["sqltext"] = expressions.get(column["name"])


def _expression_index(name: str, parts: list[_Row]) -> Facts:
    texts, predicate = index_text(parts[0]["sql"])
    columns = [part["column_name"] for part in parts]
    return {
        "name": name,
        "column_names": columns,
        "expressions": [
            said if column is None else column for said, column in zip(texts, columns, strict=False)
        ],
        "unique": parts[0]["is_unique"],
        "dialect_options": {"sqlite_where": predicate},
    }


def _amend_postgres(connection: Connection, schema: str, tables: _Tables) -> None:
    """What domains rest on is told without its length, and of the first one alone."""
    columns = {
        (name, column["name"]): column
        for name, table in tables.items()
        for column in table.parts.get("columns") or ()
        if isinstance(column["type"], DOMAIN)
    }
    if not columns:
        return
    for row in _asked(connection, "postgresql_domains", schema, "domains", tables):
        column = columns.get((row["table_name"], row["column_name"]))
        if column is not None:
            column["base_type"] = row["base_type"]
            column["nullable"] = column["nullable"] and not row["is_not_null"]


def _asked(
    connection: Connection, query: str, schema: str, part: str, tables: _Tables
) -> list[_Row]:
    """The rows of a query about tables that we know; where it fails, the part is told as unread."""
    statement = catalog_sql("sqlalchemy", query)
    parameters = {"schema": schema} if ":schema" in statement else {}
    try:
        rows = connection.execute(text(statement), parameters).mappings().all()
    except STUMBLES as error:
        recover(connection, error)
        for table in tables.values():
            table.problems.setdefault(part, told(error))
        return []
    return [dict(row) for row in rows if row["table_name"] in tables]


def _grouped(rows: list[_Row], *names: str) -> Iterable[tuple[tuple[Any, ...], list[_Row]]]:
    for key, members in groupby(rows, lambda row: tuple(row[name] for name in names)):
        yield key, list(members)


_AMENDS: Mapping[str, Callable[[Connection, str, _Tables], None]] = {
    "mariadb": _amend_mysql,
    "mysql": _amend_mysql,
    "postgresql": _amend_postgres,
    "sqlite": _amend_sqlite,
}
"""By the name of the dialect."""
