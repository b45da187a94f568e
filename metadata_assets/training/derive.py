"""What the training records of a catalog should say: deterministic, and all in SQL.

Same catalog, same bytes: no times, no row counts. Each rule is one SQL file that states one kind of
record for one kind of object, over the tables that `sql/told.sql` prepares.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import pyarrow as pa

from metadata_assets.catalog.engine import query
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


def derive_records(source: str, catalog: Catalog, *, dialect: str) -> pa.Table:
    """State everything that is to be taught of a catalog.

    Args:
        source: The key of the source, part of each record's identity.
        catalog: What it holds.
        dialect: The SQLGlot dialect of the source; decides how names are quoted.

    Returns:
        Rows with the columns of `DERIVED`, ordered by source_id, kind and chunk.
    """
    script = _script(dialect)
    objects = _objects(catalog, script)
    return _derived(source, catalog, script, objects, objects)


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
    script = _script(dialect)
    objects = _objects(catalog, script)
    in_step = query(training_sql("in_step"), objects=objects, current=current)
    asked = query(
        "SELECT * FROM objects ANTI JOIN in_step ON source_id = table_fqdn ORDER BY table_fqdn",
        objects=objects,
        in_step=in_step,
    )
    return Derivation(_derived(source, catalog, script, objects, asked), in_step)


def _script(dialect: str) -> str:
    """The whole text of the derivation: also what a change of any rule changes."""
    rules = "\nUNION ALL BY NAME\n".join(f"({training_sql(rule)})" for rule in RULES)
    parts = (
        training_sql("macros"),
        quoting_macros(dialect),
        training_sql("told"),
        f"CREATE TEMP VIEW ruled AS {rules};",
        training_sql("statements"),
        training_sql("seal"),
    )
    return "\n".join(parts)


def _objects(catalog: Catalog, script: str) -> pa.Table:
    return query(
        training_sql("objects"),
        tables=catalog.tables,
        constraints=catalog.constraints,
        rules=pa.table({"digest": [hashlib.sha256(script.encode()).hexdigest()]}),
    )


def _derived(
    source: str, catalog: Catalog, script: str, objects: pa.Table, asked: pa.Table
) -> pa.Table:
    batches = [
        query(
            script,
            tables=catalog.tables,
            columns=catalog.columns,
            constraints=catalog.constraints,
            objects=objects,
            batch=asked.slice(start, _BATCH),
            identity=pa.table({"source": pa.array([source], pa.string())}),
        ).cast(DERIVED)
        for start in range(0, asked.num_rows, _BATCH)
    ]
    return pa.concat_tables([DERIVED.empty_table(), *batches])
