"""The asset jobs that sensors, schedules and the command line start."""

from __future__ import annotations

import dagster as dg

from metadata_assets.defs.assets.catalog import catalog_extract
from metadata_assets.defs.assets.control import control_table
from metadata_assets.defs.assets.index import vanna_index
from metadata_assets.defs.assets.profile import catalog_profile

MODULE_RUNS = "module_runs"
"""The asset that runs modules, which no module may run."""

control_ingest = dg.define_asset_job(
    "control_ingest",
    selection=dg.AssetSelection.assets(control_table),
    description="Ingest the YAML drops into the control table.",
)

source_extract = dg.define_asset_job(
    "source_extract",
    selection=dg.AssetSelection.assets(catalog_extract, catalog_profile),
    description="Extract one source's catalog; what follows from it follows by automation.",
)

source_sync = dg.define_asset_job(
    "source_sync",
    selection=dg.AssetSelection.assets(catalog_extract).downstream(),
    description="Extract one source's catalog and bring everything that follows up to date.",
)

index_push = dg.define_asset_job(
    "index_push",
    selection=dg.AssetSelection.assets(vanna_index),
    description="Push one source's training records after they were changed by hand.",
)

module_run = dg.define_asset_job(
    "module_run",
    selection=dg.AssetSelection.assets(MODULE_RUNS),
    description="Run the tasks of one module in their order.",
)
