"""Stage what only the stored CREATE statements of a SQLite database tell."""

from __future__ import annotations

from metadata_assets.sources.create_text import index_text, table_text, view_query, virtual_module
from metadata_assets.sources.staging import Staging

_Rows = list[tuple[object, ...]]

# A superset: whatever none of these words occur in has nothing to tell.
_TELLING = r"\b(?i:CHECK|AS|COLLATE|AUTOINCREMENT)\b"


def stage_texts(stage: Staging) -> None:
    """Read the statements of the staged tables and indexes; stage their findings as tables."""
    _stage_table_texts(stage)
    _stage_index_texts(stage)


def _stage_table_texts(stage: Staging) -> None:
    relations: _Rows = []
    columns: _Rows = []
    checks: _Rows = []
    autoincrements: _Rows = []
    for name, kind, sql in stage.values(
        "SELECT table_name, object_type, sql FROM tables "
        f"WHERE object_type <> 'table' OR regexp_matches(sql, '{_TELLING}')"
    ):
        if kind == "view":
            relations.append((name, view_query(sql), None))
        elif kind == "virtual_table":
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
    stage.load_rows("relation_texts", ("table_name", "definition", "module"), relations)
    stage.load_rows(
        "column_texts", ("table_name", "column_name", "generated_expr", "collation"), columns
    )
    stage.load_rows("checks", ("table_name", "constraint_name", "expression", "columns"), checks)
    stage.load_rows("autoincrements", ("table_name",), autoincrements)


def _stage_index_texts(stage: Staging) -> None:
    rows: _Rows = []
    for name, sql in stage.values(
        "SELECT DISTINCT index_name, sql FROM index_columns WHERE sql IS NOT NULL"
    ):
        parts, predicate = index_text(sql)
        rows += [(name, position, part, predicate) for position, part in enumerate(parts)]
    stage.load_rows("index_texts", ("index_name", "seqno", "part", "predicate"), rows)
