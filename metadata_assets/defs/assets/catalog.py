"""`catalog_extract`: what each source holds."""

from datetime import datetime, timezone

import dagster as dg

from metadata_assets.defs.assets.control import control_table
from metadata_assets.defs.automation import OWNERS, RETRIES
from metadata_assets.defs.describe.catalog import describe_extraction
from metadata_assets.defs.partitions import sources
from metadata_assets.defs.resources import HomeResource
from metadata_assets.defs.stage import failing_check, stage
from metadata_assets.errors import CatalogShrank
from metadata_assets.ledger.values import SyncRunStatistics
from metadata_assets.sources.extract import extract_source
from metadata_assets.sources.letters import keep_object_letters


class ExtractConfig(dg.Config):
    """How to extract; the defaults are what schedules use."""

    force: bool = False
    allow_mass_delete: bool = False


# Reported by the asset itself: it has the catalog at hand, and a step of its own would cost more.
UNREADABLE_OBJECTS = dg.AssetCheckSpec(
    "unreadable_objects",
    asset="catalog_extract",
    partitions_def=sources,
    description="Everything that the source holds can be read.",
)


NO_MASS_DELETION = dg.AssetCheckSpec(
    "no_mass_deletion",
    asset="catalog_extract",
    partitions_def=sources,
    description="Not all, and no suspicious share, of the source's objects are gone.",
)


# The result is annotated bare: with checks of its own, Dagster knows no other spelling.
@dg.asset(
    partitions_def=sources,
    deps=[control_table],
    check_specs=[UNREADABLE_OBJECTS, NO_MASS_DELETION],
    group_name="catalog",
    kinds={"deltalake", "sql"},
    owners=OWNERS,
    code_version="1",
    retry_policy=RETRIES,
)
def catalog_extract(
    context: dg.AssetExecutionContext, config: ExtractConfig, home: HomeResource
) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """The source's catalog: tables, columns, keys, indexes and types, read in bulk.

    Probes a fingerprint first and reads nothing when nothing changed. An empty or suspiciously
    shrunken catalog is refused, and what was stored stays; so does what cannot be read.
    """
    with stage(context, home) as current, failing_check(context, NO_MASS_DELETION, CatalogShrank):
        extraction = extract_source(
            home.source(current.source),
            home.lake,
            current.ledger,
            now=datetime.now(timezone.utc),
            force=config.force,
            allow_mass_delete=config.allow_mass_delete,
        )
        keep_object_letters(
            current.ledger,
            current.source,
            extraction.catalog,
            sync_run_id=current.run.run.id,
        )
        current.run.statistics = SyncRunStatistics(
            records_processed=extraction.catalog.tables.num_rows
        )
    return describe_extraction(extraction)
