"""COMMENT ON, in PostgreSQL's SQL; that of a column is written by `postgres_columns`."""

from __future__ import annotations

from metadata_assets.diff.migration.clauses import Clauses
from metadata_assets.diff.migration.objects import Row
from metadata_assets.schema.clauses import comment_of

_WORDS = {"view": "VIEW", "materialized_view": "MATERIALIZED VIEW"}


def table_comment(clauses: Clauses, fqdn: str, table: Row, comment: str | None) -> str:
    """The comment on a table or view; None takes it away."""
    word = _WORDS.get(table["object_type"], "TABLE")
    return f"COMMENT ON {word} {clauses.full_name(fqdn)} IS {clauses.literal(comment)}"


def constraint_comment(clauses: Clauses, fqdn: str, constraint: Row) -> str:
    """The comment on a key or check, or that it has none."""
    name, text = (
        clauses.name(constraint["constraint_name"]),
        clauses.literal(comment_of(constraint)),
    )
    return f"COMMENT ON CONSTRAINT {name} ON {clauses.full_name(fqdn)} IS {text}"


def index_comment(clauses: Clauses, fqdn: str, index: Row) -> str:
    """The comment on an index, or that it has none."""
    name = clauses.beside(fqdn, index["index_name"])
    return f"COMMENT ON INDEX {name} IS {clauses.literal(comment_of(index))}"
