"""How a SQLGlot schema shows in the Dagster UI."""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from metadata_assets.catalog.engine import query
from metadata_assets.defs.describe.markdown import markdown_table
from metadata_assets.schema.build import BuiltSchema

_TYPES = """
SELECT native_type, sqlglot_type, count(*) AS columns
FROM columns GROUP BY ALL ORDER BY columns DESC, native_type
"""


def describe_schema(
    built: BuiltSchema, path: Path, data_version: dg.DataVersion
) -> dg.MaterializeResult[None]:
    """The result of `sqlglot_schema`."""
    types = query(_TYPES, columns=built.columns).to_pylist()
    return dg.MaterializeResult(
        data_version=data_version,
        metadata={
            "dagster/partition_row_count": built.columns.num_rows,
            "tables": built.table_count,
            "dialect": built.dialect,
            "file": dg.MetadataValue.path(path),
            "summary": dg.MetadataValue.md(
                markdown_table(
                    ["native type", "SQLGlot type", "columns"],
                    [tuple(found.values()) for found in types],
                )
            ),
        },
    )
