"""What the processes of a module's tasks do: Dagster runs, on the instance of the module's run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
from dagster._core.instance import InstanceRef
from dagster._serdes import deserialize_value

from metadata_assets.defs.execution import RunOutcome, SyncOptions, execute_job, run_source
from metadata_assets.defs.instance import home_instance
from metadata_assets.defs.jobs import MODULE_RUNS
from metadata_assets.errors import ConfigurationError
from metadata_assets.modules.outcome import TaskFailed
from metadata_assets.settings import Settings


def sync_source(instance: str | None, source: str) -> str | None:
    """Sync one source in this process.

    Args:
        instance: Where the run is recorded; the home's where None.
        source: Its key.

    Returns:
        The run's id.

    Raises:
        TaskFailed: It failed.
    """
    with _opened(instance) as opened:
        return _run_of(run_source(opened, source, SyncOptions()))


def materialize_assets(
    instance: str | None, selection: str, partition: str | None, where: str
) -> str | None:
    """Materialize assets in this process.

    Args:
        instance: Where the run is recorded; the home's where None.
        selection: Which assets.
        partition: Of which partition, where they have any.
        where: The task, for messages.

    Returns:
        The run's id.

    Raises:
        ConfigurationError: The selection is of nothing, of modules themselves, or of assets of
            partitions without one being named.
        TaskFailed: It failed.
    """
    with _opened(instance) as opened:
        return _run_of(materialize(opened, selection, partition, where=where))


def _run_of(outcome: RunOutcome) -> str | None:
    if outcome.error is not None:
        raise TaskFailed(outcome.error)
    return outcome.run_id


@contextmanager
def _opened(instance: str | None) -> Iterator[dg.DagsterInstance]:
    if instance is None:
        with home_instance(Settings()) as opened:
            yield opened
    else:
        with dg.DagsterInstance.from_ref(deserialize_value(instance, InstanceRef)) as opened:
            yield opened


def materialize(
    instance: dg.DagsterInstance, selection: str, partition: str | None, *, where: str
) -> RunOutcome:
    """Materialize assets in this process.

    Args:
        instance: Records the run.
        selection: Which, as `dagster asset materialize` takes it.
        partition: Of which partition; None where they have none.
        where: What asks for it, for messages.

    Raises:
        ConfigurationError: It selects nothing, `module_runs`, or assets that need another
            partition.
    """
    from metadata_assets.definitions import defs

    graph = defs().resolve_asset_graph()
    try:
        keys = dg.AssetSelection.from_string(selection).resolve(graph)
    except dg.DagsterError as error:
        reason = str(error).splitlines()[0]
        raise ConfigurationError(f"selection `{selection}`: {reason}", where=where) from None
    names = sorted(key.to_user_string() for key in keys)
    if not names or MODULE_RUNS in names:
        raise ConfigurationError(
            f"selection `{selection}` is of {'itself' if names else 'nothing'}",
            where=where,
            remedy="Select assets that a module does not run, such as `control_table`.",
        )
    partitioned = [key.to_user_string() for key in keys if graph.get(key).is_partitioned]
    if bool(partitioned) != (partition is not None) or 0 < len(partitioned) < len(names):
        raise ConfigurationError(
            f"selection `{selection}` is of {', '.join(names)}, of which "
            f"{', '.join(sorted(partitioned)) or 'none'} have a partition a source",
            where=where,
            remedy="Name a `partition` where all have one, and none where none has.",
        )
    job = defs().resolve_implicit_job_def_def_for_assets(keys)
    if job is None:
        raise ConfigurationError(
            f"selection `{selection}` is not of one partition set", where=where
        )
    return execute_job(instance, job, partition or names[0], partition, {}, sorted(keys))
