"""Which tables are to be profiled.

The cost of a profile grows with what changed: a table whose structure and size are as they were is
not read again until its statistics are old.
"""

from __future__ import annotations

import json
from datetime import datetime
from importlib import resources

import pyarrow as pa

from metadata_assets.catalog.engine import opened_engine
from metadata_assets.catalog.model import Catalog
from metadata_assets.catalog.sampling import SampledColumn, SampledTable
from metadata_assets.catalog.withhold import private_views

_CELLS = 1_000_000
"""How many values of one table are looked at: of a table of 200 columns, 5,000 rows."""


def tables_to_profile(
    catalog: Catalog, profiled: pa.Table, *, oldest: datetime, rows: int
) -> list[SampledTable]:
    """The tables whose statistics are missing or no longer true, in the order to read them.

    Views are left out, for what they may cost, and columns that are flagged as personal data, or
    may show it in a materialized view.

    Args:
        catalog: The source's catalog.
        profiled: What is profiled already (columns of `PROFILED_TABLES`).
        oldest: Statistics of this time or before are too old.
        rows: How many rows of a table to look at.
    """
    with opened_engine() as engine:
        engine.register(
            tables=catalog.tables,
            columns=catalog.columns,
            constraints=catalog.constraints,
            unreadable=catalog.unreadable,
            profiled=profiled,
            private_views=private_views(catalog),
        )
        found = engine.query(_sql("tables_to_profile"), oldest=oldest).to_pylist()
    return [
        SampledTable(
            table_fqdn=row["table_fqdn"],
            schema_name=row["schema_name"],
            table_name=row["table_name"],
            object_type=row["object_type"],
            row_estimate=row["row_estimate"],
            properties=json.loads(row["properties"] or "{}"),
            key=tuple(row["key"]),
            columns=tuple(SampledColumn(**column) for column in row["looked_at"]),
            rows=max(1, min(rows, _CELLS // len(row["looked_at"]))),
        )
        for row in found
    ]


def _sql(name: str) -> str:
    return resources.files(__package__).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
