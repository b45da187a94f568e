"""Run assets in this process, without a daemon.

Every run is an ordinary Dagster run on the home's instance, so it shows in the UI. Many sources at
once are for `workers`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import dagster as dg

from metadata_assets.catalog.profile import PROFILED_TABLES
from metadata_assets.defs.jobs import (
    MODULE_RUNS,
    control_ingest,
    index_push,
    module_run,
    source_sync,
)
from metadata_assets.defs.recovery import PROCESS_TAG
from metadata_assets.defs.resources import HomeResource
from metadata_assets.ledger.process import ProcessIdentity
from metadata_assets.ledger.redaction import redact_text
from metadata_assets.sinks.config import SINK
from metadata_assets.training.request import SyncRequest
from metadata_assets.training.sync import USUAL

_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
"""Events go to the instance, not to the terminal."""


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """How one run ended.

    Attributes:
        target: The source's key, or the asset's name where it has no partition.
        run_id: The Dagster run; None where its worker died before telling.
        error: One line; None where it succeeded.
        seconds: Wall time.
        results: The metadata of each materialized asset, by asset name.
    """

    target: str
    run_id: str | None
    error: str | None
    seconds: float
    results: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """How a source is to be synced.

    Attributes:
        force: Read its catalog whatever its fingerprint says.
        allow_mass_delete: Accept a catalog most of which is gone.
        request: How its training records are to follow.
    """

    force: bool = False
    allow_mass_delete: bool = False
    request: SyncRequest = USUAL

    @property
    def reason(self) -> str | None:
        """Why even an unchanged source is to be synced; None where it is not."""
        if self.force:
            return "forced"
        return None if self.request.mode == USUAL.mode else f"a {self.request.mode} sync"

    def run_config(self) -> dict[str, Any]:
        """The Dagster run configuration."""
        extract = {"force": self.force, "allow_mass_delete": self.allow_mass_delete}
        selection = self.request.selection
        training = {
            "mode": self.request.mode,
            "domains": list(selection.domains),
            "tables": list(selection.tables),
            "kinds": list(selection.kinds),
            "since": self.request.since.isoformat() if self.request.since else None,
        }
        return {
            "ops": {
                "catalog_extract": {"config": extract},
                "training_records": {"config": training},
            }
        }


def run_control_ingest(instance: dg.DagsterInstance) -> RunOutcome:
    """Materialize `control_table` in this process."""
    return _execute(instance, control_ingest.name, "control_table", None, {})


def run_source(instance: dg.DagsterInstance, source: str, options: SyncOptions) -> RunOutcome:
    """Materialize the assets of one source in this process; what it does not ask for is no step."""
    unwanted = unwanted_assets(HomeResource(), source)
    return _execute(instance, source_sync.name, source, source, options.run_config(), unwanted)


def unwanted_assets(home: HomeResource, source: str) -> frozenset[str]:
    """The assets that would have nothing to do for a source: an index, or statistics."""
    row = home.row(source)
    unwanted = set()
    if SINK not in row.target_config:
        unwanted.add("vanna_index")
    # Statistics that are no longer wanted are there to be removed.
    is_profiled = home.lake.read(PROFILED_TABLES, source).num_rows > 0
    if not row.source_config.get("profile") and not is_profiled:
        unwanted.add("catalog_profile")
    return frozenset(unwanted)


def push_index(instance: dg.DagsterInstance, source: str) -> RunOutcome:
    """Materialize `vanna_index` of one source in this process."""
    return _execute(instance, index_push.name, source, source, {})


def run_module_of(
    instance: dg.DagsterInstance, module: str, *, timeout_seconds: float
) -> RunOutcome:
    """Materialize `module_runs` of one module in this process."""
    config = {"ops": {MODULE_RUNS: {"config": {"timeout_seconds": timeout_seconds}}}}
    return _execute(instance, module_run.name, module, module, config)


def _execute(
    instance: dg.DagsterInstance,
    job_name: str,
    target: str,
    partition: str | None,
    run_config: Mapping[str, Any],
    unwanted: frozenset[str] = frozenset(),
) -> RunOutcome:
    from metadata_assets.definitions import defs  # loads the whole graph, so only where it runs

    job = defs().resolve_job_def(job_name)
    selected = [
        key for key in job.asset_layer.selected_asset_keys if key.to_user_string() not in unwanted
    ]
    return execute_job(instance, job, target, partition, run_config, selected)


def execute_job(
    instance: dg.DagsterInstance,
    job: dg.JobDefinition,
    target: str,
    partition: str | None,
    run_config: Mapping[str, Any],
    selected: Sequence[dg.AssetKey],
) -> RunOutcome:
    """Run some assets of a job in this process.

    Args:
        instance: Records the run.
        job: The job.
        target: What the run is of, for messages.
        partition: Of which partition, where the assets have any.
        run_config: The run's configuration.
        selected: The assets.
    """
    started = monotonic()
    result = job.execute_in_process(
        instance=instance,
        partition_key=partition,
        asset_selection=selected,
        run_config={**run_config, **_QUIET},
        raise_on_error=False,
        tags={PROCESS_TAG: str(ProcessIdentity.current())},
    )
    return RunOutcome(
        target=target,
        run_id=result.run_id,
        error=None if result.success else _first_error(result, target),
        seconds=monotonic() - started,
        results=_results(result),
    )


def _first_error(result: dg.ExecuteInProcessResult, target: str) -> str:
    for event in result.filter_events(lambda event: event.is_step_failure):
        failure = event.step_failure_data
        if failure.user_failure_data is not None and failure.user_failure_data.description:
            return failure.user_failure_data.description
        if failure.error is not None:
            error = failure.error
            while error.cause is not None:  # Dagster wraps what an asset raises
                error = error.cause
            message = redact_text(error.message).strip().splitlines()[0]
            return f"{target}: {message}; run {result.run_id} in the Dagster UI tells more"
    return f"{target}: the run failed; see its log in the Dagster UI"


def _results(result: dg.ExecuteInProcessResult) -> dict[str, dict[str, Any]]:
    """The metadata of each materialized asset, and of each that failed, as plain values."""
    told = {
        materialization.asset_key.to_user_string(): materialization.metadata
        for materialization in (
            event.step_materialization_data.materialization
            for event in result.get_asset_materialization_events()
        )
    }
    for event in result.filter_events(lambda event: event.is_step_failure):
        failure = event.step_failure_data.user_failure_data
        if failure is not None and failure.metadata and event.step_key is not None:
            told[event.step_key] = failure.metadata
    return {
        asset: {label: entry.value for label, entry in metadata.items()}
        for asset, metadata in told.items()
    }
