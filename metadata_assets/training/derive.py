"""What the training records of a catalog should say: deterministic, and all in SQL.

Same catalog, same bytes: no times, no row counts. Each rule is one SQL file that states one kind of
record for one kind of object, over the tables that `sql/told.sql` prepares.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow as pa

from metadata_assets.catalog.engine import Engine, opened_engine
from metadata_assets.catalog.model import Catalog
from metadata_assets.training.identifiers import quoting_macros
from metadata_assets.training.records import DERIVED, training_sql

RULES = ("ddl_of_tables", "ddl_of_views", "documentation", "sql_of_views")
"""The rules, by the names of their SQL files."""

_BATCH = 50_000
"""Objects per query: bounds the memory, at about 1.5 GB for 20 columns an object."""


@dataclass(frozen=True, slots=True)
class Derivation:
    """What a catalog says, as far as it had to be asked.

    Attributes:
        records: Rows with the columns of `DERIVED`, ordered by source_id, kind and chunk.
        in_step: The other objects it teaches, by source_id: those whose stored records were
            derived from the very same catalog contents by the very same rules.
    """

    records: pa.Table
    in_step: pa.Table


@dataclass(frozen=True, slots=True)
class _Desk:
    """An engine that knows a catalog, its objects and the script of the derivation."""

    engine: Engine
    script: str

    def derived(self, asked: pa.Table) -> pa.Table:
        batches = [DERIVED.empty_table()]
        for start in range(0, asked.num_rows, _BATCH):
            self.engine.register(batch=asked.slice(start, _BATCH))
            batches.append(self.engine.query(self.script).cast(DERIVED))
        return pa.concat_tables(batches)


def derive_records(source: str, catalog: Catalog, *, dialect: str) -> pa.Table:
    """State everything that is to be taught of a catalog.

    Args:
        source: The key of the source, part of each record's identity.
        catalog: What it holds.
        dialect: The SQLGlot dialect of the source; decides how names are quoted.

    Returns:
        Rows with the columns of `DERIVED`, ordered by source_id, kind and chunk.
    """
    with _opened_desk(source, catalog, dialect) as desk:
        return desk.derived(desk.engine.query("FROM objects ORDER BY table_fqdn"))


def derive_all(source: str, catalog: Catalog, *, dialect: str) -> Derivation:
    """The derivation that takes nothing stored for granted."""
    records = derive_records(source, catalog, dialect=dialect)
    return Derivation(records, pa.table({"source_id": pa.array([], pa.string())}))


def derive_changes(source: str, catalog: Catalog, current: pa.Table, *, dialect: str) -> Derivation:
    """State what is to be taught of the objects whose stored records may differ.

    Args:
        source: The key of the source.
        catalog: What it holds.
        current: Its stored records, with the columns of `RECORDS`.
        dialect: The SQLGlot dialect of the source.
    """
    with _opened_desk(source, catalog, dialect) as desk:
        desk.engine.register(current=current)
        in_step = desk.engine.query(training_sql("in_step"))
        desk.engine.register(in_step=in_step)
        asked = desk.engine.query(
            "FROM objects ANTI JOIN in_step ON source_id = table_fqdn ORDER BY table_fqdn"
        )
        return Derivation(desk.derived(asked), in_step)


@contextmanager
def _opened_desk(source: str, catalog: Catalog, dialect: str) -> Iterator[_Desk]:
    script = _script(dialect)
    with opened_engine() as engine:
        engine.register(
            tables=catalog.tables,
            columns=catalog.columns,
            constraints=catalog.constraints,
            identity=pa.table({"source": pa.array([source], pa.string())}),
            rules=pa.table({"digest": [hashlib.sha256(script.encode()).hexdigest()]}),
        )
        engine.register(objects=engine.query(training_sql("objects")))
        yield _Desk(engine, script)


def _script(dialect: str) -> str:
    """The whole text of the derivation: also what a change of any rule changes."""
    rules = "\nUNION ALL BY NAME\n".join(f"({training_sql(rule)})" for rule in RULES)
    parts = (
        training_sql("macros"),
        quoting_macros(dialect),
        training_sql("told"),
        f"CREATE OR REPLACE TEMP VIEW ruled AS {rules};",
        training_sql("statements"),
        training_sql("seal"),
    )
    return "\n".join(parts)
