"""The statistics of a table, from a sample of its rows; the same for every engine."""

from __future__ import annotations

from datetime import datetime
from importlib import resources

import pyarrow as pa

from metadata_assets.catalog.engine import Engine
from metadata_assets.catalog.profile import LOW_CARDINALITY, PROFILES
from metadata_assets.catalog.sampling import Sample


def statistics(engine: Engine, sample: Sample, *, now: datetime) -> pa.Table:
    """The statistics of the columns of a sample.

    Args:
        engine: Does the work; registers the name `sampled_rows`.
        sample: Rows of one table.
        now: When they were read.

    Returns:
        One row a column, with the columns of `PROFILES`.
    """
    engine.register(sampled_rows=sample.rows)
    found = engine.query(
        _SQL,
        row_count=sample.row_count,
        sample_count=sample.rows.num_rows,
        is_whole=sample.is_whole,
        low_cardinality=LOW_CARDINALITY,
        columns=[
            {"place": f"c{place}", "column_name": column.name, "kind": column.kind}
            for place, column in enumerate(sample.table.columns)
        ],
        now=now,
    )
    named = found.append_column("table_fqdn", pa.repeat(sample.table.table_fqdn, found.num_rows))
    return named.select(PROFILES.schema.names).cast(PROFILES.schema)


_SQL = resources.files(__package__).joinpath("sql", "statistics.sql").read_text(encoding="utf-8")
