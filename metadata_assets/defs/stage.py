"""One stage of one source: recorded in the ledger, its errors turned into Dagster's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import dagster as dg

from metadata_assets.defs.describe.modules import describe_failure
from metadata_assets.defs.resources import HomeResource
from metadata_assets.errors import MetadataAssetsError, TransientError
from metadata_assets.ledger.recording import RecordedRun, recorded_run
from metadata_assets.ledger.store import Ledger

SYNC_RUN_TAG = "metadata_assets/sync_run"
"""With an asset's name behind it, the tag that holds the id of the ledger's run of that asset."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage while it runs.

    Attributes:
        source: The partition: a source's key.
        name: The asset's name.
        ledger: Open for the length of the stage.
        run: The ledger's record of it, which takes the statistics.
    """

    source: str
    name: str
    ledger: Ledger
    run: RecordedRun

    def settle(self, version: str, inputs: Mapping[str, str] | None = None) -> dg.DataVersion:
        """Remember that this stage has processed a version of the catalog.

        Args:
            version: The catalog's version.
            inputs: What else it has read, from `probe.inputs_of`; a change of it makes the next
                sync run the stage again.
        """
        position = {"data_version": version, "inputs": dict(inputs or {})}
        self.ledger.update_position(self.source, self.name, "batch", position)
        return dg.DataVersion(version)


@contextmanager
def stage(context: dg.AssetExecutionContext, home: HomeResource) -> Iterator[Stage]:
    """Run the block as the asset's stage for its partition.

    Raises:
        dagster.Failure: The block raised an error of this project, which becomes the failure's one
            line. It is retried only if that may help.
    """
    source, name = context.partition_key, context.asset_key.to_user_string()
    with home.ledger() as ledger:
        try:
            with recorded_run(ledger, source, stage=name, dagster_run_id=context.run.run_id) as run:
                link_runs(context, run)
                yield Stage(source, name, ledger, run)
        except MetadataAssetsError as error:
            may_help = isinstance(error, TransientError)
            raise dg.Failure(
                str(error), metadata=describe_failure(error), allow_retries=may_help
            ) from error


@contextmanager
def failing_check(
    context: dg.AssetExecutionContext, check: dg.AssetCheckSpec, refusal: type[MetadataAssetsError]
) -> Iterator[None]:
    """Show an error of the block as a failed check too; the error goes on.

    Args:
        context: The asset's.
        check: One of its checks.
        refusal: The error that fails it.
    """
    try:
        yield
    except refusal as error:
        # Reported beside the run: what a step logs before it fails, Dagster drops.
        context.instance.report_runless_asset_event(
            dg.AssetCheckEvaluation(
                asset_key=check.asset_key,
                check_name=check.name,
                passed=False,
                severity=dg.AssetCheckSeverity.ERROR,
                description=str(error),
                metadata={"run": context.run.run_id},
                partition=context.partition_key,
            )
        )
        raise


def link_runs(context: dg.AssetExecutionContext, run: RecordedRun) -> None:
    """Make the Dagster run, and what it materializes, name the ledger's run, which names it."""
    sync_run_id = str(run.run.id)
    tag = f"{SYNC_RUN_TAG}/{context.asset_key.to_user_string()}"
    context.instance.add_run_tags(context.run.run_id, {tag: sync_run_id})
    context.add_asset_metadata({"sync_run": sync_run_id})
