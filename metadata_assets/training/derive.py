"""What the training records of a source should say: deterministic, and all in SQL.

Same subject, same bytes: no times, no row counts. Each rule is one SQL file that states one kind of
record for one kind of object: `RULES` over the tables that `sql/told.sql` prepares of the catalog,
`DECLARED_RULES` over what people declared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from metadata_assets.catalog.engine import Engine, opened_engine, query
from metadata_assets.training.identifiers import quoting_macros
from metadata_assets.training.records import DERIVED, seal, training_sql
from metadata_assets.training.subject import Subject

RULES = ("ddl_of_tables", "ddl_of_views", "documentation", "sql_of_views")
"""The rules of catalog records, by the names of their SQL files."""

DECLARED_RULES = ("sql_of_golden_queries", "documentation_of_documents")
"""The rules of manual records that people declare in drops."""

_BATCH = 50_000
"""Objects per query: bounds the memory, at about 1.5 GB for 20 columns an object."""


@dataclass(frozen=True, slots=True)
class Derivation:
    """What a subject says, as far as it had to be asked.

    Attributes:
        records: Rows with the columns of `DERIVED`, ordered by source_id, kind and chunk.
        in_step: The other objects it teaches, by source_id: those whose stored records were
            derived from the very same catalog contents by the very same rules.
    """

    records: pa.Table
    in_step: pa.Table


@dataclass(frozen=True, slots=True)
class _Desk:
    """An engine that knows a subject, its objects and the script of the derivation."""

    engine: Engine
    script: str

    def derived(self, asked: pa.Table) -> pa.Table:
        batches = [DERIVED.empty_table()]
        for start in range(0, asked.num_rows, _BATCH):
            self.engine.register(batch=asked.slice(start, _BATCH))
            batches.append(self.engine.query(self.script).cast(DERIVED))
        return pa.concat_tables(batches)


def derive_records(subject: Subject) -> pa.Table:
    """State everything that is to be taught of a source.

    Returns:
        Rows with the columns of `DERIVED`: those of the catalog ordered by source_id, kind and
        chunk, then those of the declarations.
    """
    with _opened_desk(subject) as desk:
        told = desk.derived(desk.engine.query("FROM objects ORDER BY table_fqdn"))
    return pa.concat_tables([told, _declared(subject)])


def derive_all(subject: Subject) -> Derivation:
    """The derivation that takes nothing stored for granted."""
    return Derivation(derive_records(subject), pa.table({"source_id": pa.array([], pa.string())}))


def derive_changes(subject: Subject, current: pa.Table) -> Derivation:
    """State what is to be taught of the objects whose stored records may differ.

    Args:
        subject: The source.
        current: Its stored records, with the columns of `RECORDS`.
    """
    return derive_unfinished(subject, current, since=None)


def derive_unfinished(subject: Subject, current: pa.Table, *, since: datetime | None) -> Derivation:
    """State what is to be taught of the objects that may differ, or were not written since then.

    Args:
        subject: The source.
        current: Its stored records, with the columns of `RECORDS`.
        since: A time; None for the beginning of all times.
    """
    with _opened_desk(subject) as desk:
        desk.engine.register(current=current)
        in_step = desk.engine.query(training_sql("in_step"), since=since)
        desk.engine.register(in_step=in_step)
        asked = desk.engine.query(
            "FROM objects ANTI JOIN in_step ON source_id = table_fqdn ORDER BY table_fqdn"
        )
        told = desk.derived(asked)
    return Derivation(pa.concat_tables([told, _declared(subject)]), in_step)


def _declared(subject: Subject) -> pa.Table:
    if subject.golden_queries.num_rows == subject.documents.num_rows == 0:
        return DERIVED.empty_table()
    rules = "\nUNION ALL BY NAME\n".join(f"({training_sql(rule)})" for rule in DECLARED_RULES)
    statements = query(
        training_sql("declared").replace("-- rules", rules),
        golden_queries=subject.golden_queries,
        documents=subject.documents,
        identity=_identity(subject),
    )
    return seal(statements, source=subject.source)


@contextmanager
def _opened_desk(subject: Subject) -> Iterator[_Desk]:
    script = _script(subject.dialect)
    with opened_engine() as engine:
        engine.register(
            tables=subject.catalog.tables,
            columns=subject.catalog.columns,
            constraints=subject.catalog.constraints,
            identity=_identity(subject),
            rules=pa.table({"digest": [hashlib.sha256(script.encode()).hexdigest()]}),
        )
        engine.register(profiles=subject.profiles)
        engine.register(seen=engine.query(training_sql("seen_values")))
        engine.register(objects=engine.query(training_sql("objects")))
        yield _Desk(engine, script)


def _identity(subject: Subject) -> pa.Table:
    return pa.table({"source": pa.array([subject.source], pa.string())})


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
