"""`sqlglot_schema`: what SQLGlot needs to understand queries on a source."""

from datetime import datetime, timezone

import dagster as dg

from metadata_assets.catalog.store import load_catalog
from metadata_assets.defs.assets.catalog import catalog_extract
from metadata_assets.defs.automation import OWNERS, RETRIES, on_new_version
from metadata_assets.defs.describe.schema import describe_schema
from metadata_assets.defs.partitions import sources
from metadata_assets.defs.resources import HomeResource
from metadata_assets.defs.stage import stage
from metadata_assets.ledger.values import SyncRunStatistics
from metadata_assets.schema.build import SCHEMA_COLUMNS, build_schema
from metadata_assets.schema.publish import publish_schema, schema_path, stale_on_failure
from metadata_assets.sources.probe import catalog_version


@dg.asset(
    partitions_def=sources,
    deps=[catalog_extract],
    group_name="schema",
    kinds={"deltalake", "json"},
    owners=OWNERS,
    code_version="2",
    automation_condition=on_new_version,
    retry_policy=RETRIES,
)
def sqlglot_schema(
    context: dg.AssetExecutionContext, home: HomeResource
) -> dg.MaterializeResult[None]:
    """The canonical SQLGlot type of every column of the source, and its `schema.json`."""
    folder = home.settings.schemas_path
    with stage(context, home) as current, stale_on_failure(folder, current.source):
        version = catalog_version(current.source, current.ledger)
        row = home.row(current.source)
        catalog = load_catalog(home.lake, current.source)
        built = build_schema(catalog, home.dialect(current.source))
        home.lake.partition(SCHEMA_COLUMNS, current.source).replace(built.columns)
        publish_schema(
            folder,
            current.source,
            built,
            catalog,
            source_type=row.source_type,
            now=datetime.now(timezone.utc),
        )
        current.run.statistics = SyncRunStatistics(records_processed=built.columns.num_rows)
        data_version = current.settle(version)
    return describe_schema(built, schema_path(folder, current.source), data_version)
