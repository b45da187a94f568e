"""What only the stored CREATE statements of a SQLite database tell, as tables."""

from __future__ import annotations

import pyarrow as pa

from metadata_assets.catalog.engine import opened_engine, query
from metadata_assets.sources.create_table.text import (
    index_text,
    key_texts,
    table_text,
    view_query,
    virtual_module,
)
from metadata_assets.sources.staging import rows_from_values

_Rows = list[tuple[object, ...]]

# Most tables' statements tell nothing, which DuckDB finds out in a seventh of the time of `re`.
_TELLING_RELATIONS = r"""
SELECT *, type = 'table' AND regexp_matches(sql, '(?i:\b(deferrable|match)\b)') AS tells_of_keys
FROM statements
WHERE type = 'view'
  OR (
    type = 'table'
    AND regexp_matches(
      sql, '^CREATE VIRTUAL|(?i:\b(as|autoincrement|check|collate|deferrable|match)\b)'
    )
  )
"""
_TELLING_INDEXES = """
SELECT DISTINCT i.index_name, s.sql
FROM index_columns i
JOIN statements s ON s.type = 'index' AND s.name = i.index_name
WHERE i.is_partial OR i.column_name IS NULL
"""


def table_texts(statements: pa.Table) -> dict[str, pa.Table]:
    """What the statements of tables and views tell, by the name that our queries know it under."""
    relations: _Rows = []
    columns: _Rows = []
    checks: _Rows = []
    autoincrements: _Rows = []
    keys: _Rows = []
    for statement in query(_TELLING_RELATIONS, statements=statements).to_pylist():
        name, sql = statement["name"], statement["sql"]
        if statement["type"] == "view":
            relations.append((name, view_query(sql), None))
        elif sql.startswith("CREATE VIRTUAL"):
            relations.append((name, None, virtual_module(sql)))
        else:
            text = table_text(sql)
            columns += [
                (name, column, text.generated.get(column), text.collations.get(column))
                for column in {**text.generated, **text.collations}
            ]
            checks += [(name, c.name, c.expression, c.columns) for c in text.checks]
            if text.has_autoincrement:
                autoincrements.append((name,))
        if statement["tells_of_keys"]:
            # The pragma numbers them from the last one.
            keys += [
                (name, number, "INITIALLY DEFERRED" if key.is_deferred else None, key.match)
                for number, key in enumerate(reversed(key_texts(sql)))
                if key.is_deferred or key.match
            ]
    names = {
        "relation_texts": ("table_name", "definition", "module"),
        "column_texts": ("table_name", "column_name", "generated_expr", "collation"),
        "checks": ("table_name", "constraint_name", "expression", "columns"),
        "autoincrements": ("table_name",),
        "key_texts": ("table_name", "id", "deferrable", "match"),
    }
    found = (relations, columns, checks, autoincrements, keys)
    with opened_engine() as engine:
        return {
            part: rows_from_values(engine, names[part], rows)
            for part, rows in zip(names, found, strict=True)
        }


def index_texts(statements: pa.Table, index_columns: pa.Table) -> pa.Table:
    """The parts and predicates of the indexes that have expressions or are partial."""
    rows: _Rows = []
    with opened_engine() as engine:
        engine.register(statements=statements, index_columns=index_columns)
        for index in engine.query(_TELLING_INDEXES).to_pylist():
            parts, predicate = index_text(index["sql"])
            rows += [(index["index_name"], n, part, predicate) for n, part in enumerate(parts)]
        return rows_from_values(engine, ("index_name", "position", "part", "predicate"), rows)
