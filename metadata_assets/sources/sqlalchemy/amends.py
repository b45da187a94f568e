"""What SQLAlchemy's inspector gets wrong of some engines without a word, put right by asking."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Connection

from metadata_assets.sources.create_table.text import index_text
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


def amended(connection: Connection, relations: Iterable[Relation]) -> list[Relation]:
    """The same relations, with what their dialect is known to get wrong put right in place."""
    found = list(relations)
    amend = _AMENDS.get(connection.dialect.name)
    if amend:
        for schema, members in groupby(found, lambda relation: relation.schema_name):
            amend(connection, schema, {member.table_name: member for member in members})
    return found


def _amend_mysql(connection: Connection, schema: str, tables: _Tables) -> None:
    """Names in backticks that have one themselves, and the foreign keys to such tables."""
    for table in tables.values():
        for part, facts in table.parts.items():
            if isinstance(facts, list):
                table.parts[part] = [_unescaped(fact) for fact in facts]
            elif facts:
                table.parts[part] = _unescaped(facts)
    # Only keys to such a table are left out: all others need no second query.
    if not any("`" in name for name in tables):
        return
    rows = _asked(connection, "mysql_foreign_keys", schema, "foreign_keys", tables)
    is_mariadb = getattr(connection.dialect, "is_mariadb", False)
    for (name, key), columns in _grouped(rows, "table_name", "constraint_name"):
        known = tables[name].parts.get("foreign_keys")
        if known is not None and key not in {foreign["name"] for foreign in known}:
            known.append(_foreign_key(key, columns, is_mariadb))


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
    """The rules of foreign keys that name no columns, and indexes on expressions."""
    if schema != "main":
        return  # A file that the session attached: the queries are of the URL's own.
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
    "sqlite": _amend_sqlite,
}
"""By the name of the dialect."""
