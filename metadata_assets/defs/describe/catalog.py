"""How a catalog that was extracted, and its statistics, show in the Dagster UI."""

from __future__ import annotations

import dagster as dg

from metadata_assets.catalog.engine import query
from metadata_assets.defs.describe.markdown import KEPT, markdown_table
from metadata_assets.sources.extract import Extraction
from metadata_assets.sources.profile import Profile

_OBJECTS = """
SELECT t.table_fqdn, t.object_type, count(c.column_name) AS columns, t.row_estimate, t.comment
FROM tables t LEFT JOIN columns c USING (table_fqdn)
GROUP BY ALL ORDER BY t.table_fqdn
"""


def describe_extraction(extraction: Extraction) -> dg.MaterializeResult[None]:
    """The result of `catalog_extract`, with its checks."""
    catalog = extraction.catalog
    objects = query(_OBJECTS, tables=catalog.tables, columns=catalog.columns).to_pylist()
    rows = [tuple(found.values()) for found in objects]
    unreadable = catalog.unreadable.to_pylist()
    return dg.MaterializeResult(
        data_version=dg.DataVersion(extraction.data_version),
        metadata={
            "dagster/partition_row_count": catalog.tables.num_rows,
            "columns": catalog.columns.num_rows,
            "constraints": catalog.constraints.num_rows,
            "indexes": catalog.indexes.num_rows,
            "unreadable": catalog.unreadable.num_rows,
            "unreadable_objects": dg.MetadataValue.json(unreadable[:KEPT]),
            "dangling_annotations": extraction.dangling.num_rows,
            "was_read": extraction.was_read,
            "written": list(extraction.written),
            "summary": dg.MetadataValue.md(
                markdown_table(["table", "type", "columns", "rows (estimate)", "comment"], rows)
            ),
        },
        check_results=[
            dg.AssetCheckResult(check_name="no_mass_deletion", passed=True),
            dg.AssetCheckResult(
                check_name="unreadable_objects",
                passed=not unreadable,
                severity=dg.AssetCheckSeverity.WARN,
                description=f"{len(unreadable)} objects cannot be read; they stay as last known"
                if unreadable
                else "Everything can be read.",
                metadata={
                    "count": len(unreadable),
                    "objects": dg.MetadataValue.md(
                        markdown_table(
                            ["object", "reason"], [tuple(one.values()) for one in unreadable]
                        )
                    ),
                },
            ),
        ],
    )


def describe_profile(profile: Profile) -> dg.MaterializeResult[None]:
    """The result of `catalog_profile`."""
    return dg.MaterializeResult(
        metadata={
            "dagster/partition_row_count": profile.statistics.num_rows,
            "profiled": len(profile.profiled),
            "postponed": profile.postponed,
            "left_out": dg.MetadataValue.md(
                markdown_table(["table", "reason"], profile.left_out)
                if profile.left_out
                else "none"
            ),
        },
    )
