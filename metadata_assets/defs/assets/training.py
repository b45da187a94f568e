"""`training_records`: what a text-to-SQL assistant is told about each source."""

from collections.abc import Iterator
from datetime import datetime, timezone

import dagster as dg
from pydantic import Field

from metadata_assets.catalog.store import load_catalog
from metadata_assets.defs.assets.catalog import catalog_extract
from metadata_assets.defs.assets.changes import change_diff
from metadata_assets.defs.assets.profile import catalog_profile
from metadata_assets.defs.automation import OWNERS, RETRIES, on_new_version
from metadata_assets.defs.describe.training import describe_findings, describe_training
from metadata_assets.defs.partitions import sources
from metadata_assets.defs.resources import HomeResource
from metadata_assets.defs.stage import Stage, stage
from metadata_assets.ledger.values import SyncRunStatistics
from metadata_assets.sources.probe import catalog_version, inputs_of
from metadata_assets.training.look import Findings, look
from metadata_assets.training.records import RECORDS
from metadata_assets.training.request import SyncRequest, parse_since
from metadata_assets.training.selection import Selection
from metadata_assets.training.subject import INPUTS, Subject, declared_subject
from metadata_assets.training.sync import SyncOutcome, sync_records


class TrainingConfig(dg.Config):
    """How to sync; the defaults are what schedules use. See `SyncRequest` and `Selection`."""

    mode: str = "incremental"
    dry_run: bool = False
    domains: list[str] = Field(default_factory=list)
    tables: list[str] = Field(default_factory=list)
    kinds: list[str] = Field(default_factory=list)
    since: str | None = None

    def request(self) -> SyncRequest:
        """The request, checked."""
        selection = Selection(tuple(self.domains), tuple(self.tables), tuple(self.kinds))
        return SyncRequest(self.mode, selection, parse_since(self.since))


@dg.asset(
    partitions_def=sources,
    deps=[catalog_extract, catalog_profile, change_diff],
    group_name="training",
    kinds={"deltalake", "vanna"},
    owners=OWNERS,
    code_version="2",
    automation_condition=on_new_version,
    retry_policy=RETRIES,
    output_required=False,
)
def training_records(
    context: dg.AssetExecutionContext, config: TrainingConfig, home: HomeResource
) -> Iterator[dg.MaterializeResult[None]]:
    """DDL, documentation and question/SQL records, merged by identity and content.

    Only what changed is written, in one commit with a snapshot; a dropped table's records become
    deleted, a returning table's current again. A dry run and `mode: verify` write nothing: what
    they find is an observation, and differences fail the verification.
    """
    with stage(context, home) as current:
        request = config.request()
        if not (config.dry_run or request.only_looks):
            outcome = _synced(current, home, request, context.run.run_id)
            yield describe_training(outcome, _version(home, current.source))
            return
        found = _looked(current, home, request)
        # Reported beside the run: what a step logs before it fails, Dagster drops.
        context.instance.report_runless_asset_event(
            describe_findings(current.source, request, found, run_id=context.run.run_id)
        )
    if request.only_looks and found.changes.num_rows:
        raise dg.Failure(
            f"{current.source}: {found.changes.num_rows} records differ; nothing was changed",
            allow_retries=False,
        )


def _synced(current: Stage, home: HomeResource, request: SyncRequest, run_id: str) -> SyncOutcome:
    inputs = inputs_of(current.source, INPUTS, home.lake)
    subject = _subject(current, home)
    outcome = sync_records(
        home.lake, subject, request, run_id=run_id, now=datetime.now(timezone.utc)
    )
    current.run.statistics = SyncRunStatistics(
        records_processed=outcome.counts.changed + outcome.counts.unchanged,
        records_inserted=outcome.counts.new + outcome.counts.resurrected,
        records_updated=outcome.counts.modified,
        records_deleted=outcome.counts.deleted,
    )
    if not request.is_partial:
        current.settle(subject.catalog_version, inputs)
    return outcome


def _version(home: HomeResource, source: str) -> dg.DataVersion:
    # Of the records, not of the catalog: what follows them has nothing to do where they stay.
    return dg.DataVersion(home.lake.fingerprint(RECORDS.name, source) or "no records")


def _looked(current: Stage, home: HomeResource, request: SyncRequest) -> Findings:
    return look(home.lake, _subject(current, home), request, now=datetime.now(timezone.utc))


def _subject(current: Stage, home: HomeResource) -> Subject:
    version = catalog_version(current.source, current.ledger)
    return declared_subject(
        home.lake,
        current.source,
        load_catalog(home.lake, current.source),
        dialect=home.dialect(current.source),
        catalog_version=version,
    )
