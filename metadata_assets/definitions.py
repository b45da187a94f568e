"""The Dagster code location: `dagster dev -m metadata_assets.definitions`.

Named one by one rather than found by `load_from_defs_folder`: that needs the pyproject.toml of a
checkout, and an installed wheel has none.
"""

from __future__ import annotations

import dagster as dg

from metadata_assets.collecting import collect_rarely
from metadata_assets.defs import assets, checks
from metadata_assets.defs.jobs import (
    control_ingest,
    index_push,
    module_run,
    source_extract,
    source_sync,
)
from metadata_assets.defs.monitoring import (
    maintenance,
    nightly_maintenance,
    run_failure_to_ledger,
    stuck_run_sensor,
)
from metadata_assets.defs.resources import RESOURCES
from metadata_assets.defs.schedules import daily_sync
from metadata_assets.defs.sensors import (
    automation,
    control_table_sensor,
    source_drift_sensor,
    yaml_drop_sensor,
)

# Each process of Dagster's that runs something loads this, and ends when that is done.
collect_rarely()


@dg.definitions
def defs() -> dg.Definitions:
    """Everything in `metadata_assets.defs`, run in process: a stage costs less than a process."""
    return dg.Definitions(
        assets=dg.load_assets_from_package_module(assets),
        asset_checks=dg.load_asset_checks_from_package_module(checks),
        jobs=[control_ingest, index_push, maintenance, module_run, source_extract, source_sync],
        sensors=[
            automation,
            control_table_sensor,
            run_failure_to_ledger,
            source_drift_sensor,
            stuck_run_sensor,
            yaml_drop_sensor,
        ],
        schedules=[daily_sync, nightly_maintenance],
        resources=RESOURCES,
        executor=dg.in_process_executor,
    )
