"""What the training records of a catalog should say: deterministic, and all in SQL.

Same catalog, same bytes: no times, no row counts. Each rule is one SQL file that states one kind of
record for one kind of object, over the tables that `sql/told.sql` prepares.
"""

from __future__ import annotations

import pyarrow as pa

from metadata_assets.catalog.engine import query
from metadata_assets.catalog.model import Catalog
from metadata_assets.training.identifiers import quoting_macros
from metadata_assets.training.records import DERIVED, training_sql

RULES = ("ddl_of_tables", "ddl_of_views", "documentation", "sql_of_views")
"""The rules, by the names of their SQL files."""

_BATCH = 50_000
"""Objects per query: bounds the memory, at about 1.5 GB for 20 columns an object."""


def derive_records(source: str, catalog: Catalog, *, dialect: str) -> pa.Table:
    """State everything that is to be taught of a catalog.

    Args:
        source: The key of the source, part of each record's identity.
        catalog: What it holds.
        dialect: The SQLGlot dialect of the source; decides how names are quoted.

    Returns:
        Rows with the columns of `DERIVED`, ordered by source_id, kind and chunk.
    """
    rules = "\nUNION ALL BY NAME\n".join(f"({training_sql(rule)})" for rule in RULES)
    script = [
        training_sql("macros"),
        quoting_macros(dialect),
        training_sql("told"),
        f"CREATE TEMP VIEW ruled AS {rules};",
        training_sql("statements"),
        training_sql("seal"),
    ]
    names = catalog.tables.select(["table_fqdn"])
    batches = [
        query(
            "\n".join(script),
            tables=catalog.tables,
            columns=catalog.columns,
            constraints=catalog.constraints,
            batch=names.slice(start, _BATCH),
            identity=pa.table({"source": pa.array([source], pa.string())}),
        ).cast(DERIVED)
        for start in range(0, names.num_rows, _BATCH)
    ]
    return pa.concat_tables([DERIVED.empty_table(), *batches])
