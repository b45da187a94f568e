"""Which judge judges a dialect; a new one is a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from metadata_assets.schema.semantics.duckdb import DuckDBJudge
from metadata_assets.schema.semantics.portable import PortableJudge
from metadata_assets.schema.semantics.postgres.judge import PostgresJudge
from metadata_assets.schema.semantics.sqlite import SQLiteJudge
from metadata_assets.schema.semantics.verdict import Judge
from metadata_assets.schema.tables import TableIndex

JUDGES: Mapping[str, Callable[[TableIndex], Judge]] = {
    "duckdb": DuckDBJudge,
    "postgres": PostgresJudge,
    "sqlite": SQLiteJudge,
}


def judge_for(index: TableIndex) -> Judge:
    """The judge of queries on the tables of an index."""
    return JUDGES.get(index.dialect, PortableJudge)(index)
