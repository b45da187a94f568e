"""What runs because something happened: a new drop, an edited control table, a new version."""

from dataclasses import asdict
from datetime import datetime, timezone

import dagster as dg

from metadata_assets.control.drift import Watch, find_drift
from metadata_assets.control.scan import scan_drops, states_of
from metadata_assets.control.seen import SeenVersions
from metadata_assets.control.sources import module_names, partition_keys, select_sources
from metadata_assets.defs.activation import settle_records
from metadata_assets.defs.jobs import control_ingest, source_extract
from metadata_assets.defs.partitions import MODULES, SOURCES, modules, sources
from metadata_assets.defs.resources import HomeResource

DRIFT_SECONDS = 40
"""How long a tick waits for sources; Dagster gives it 60 seconds in all."""

RUNNING = dg.DefaultSensorStatus.RUNNING

automation = dg.AutomationConditionSensorDefinition(
    "automation",
    target=dg.AssetSelection.all(),
    default_status=RUNNING,
    description="Materializes whatever follows from a new data version.",
)


@dg.sensor(job=control_ingest, minimum_interval_seconds=30, default_status=RUNNING)
def yaml_drop_sensor(
    context: dg.SensorEvaluationContext, home: HomeResource
) -> dg.RunRequest | dg.SkipReason:
    """Ingest the drops folder when a file's content changed; waits while one is being written."""
    scan = scan_drops(
        home.settings.drops_location, states_of(context.cursor), now=datetime.now(timezone.utc)
    )
    if scan.settling:
        return dg.SkipReason(f"still being written: {', '.join(scan.settling)}")
    context.update_cursor(scan.cursor())
    if not scan.is_ready:
        return dg.SkipReason(f"{len(scan.states)} drops, none changed")
    return dg.RunRequest(tags={"metadata_assets/drops": ", ".join((*scan.changed, *scan.removed))})


@dg.sensor(
    jobs=[source_extract, control_ingest],
    minimum_interval_seconds=30,
    default_status=RUNNING,
)
def control_table_sensor(
    context: dg.SensorEvaluationContext, home: HomeResource
) -> dg.SensorResult | dg.SkipReason:
    """Extract each source that is new or changed in the control table, whoever edited it.

    So too where other annotations are made. A drop that waited for its source is ingested. What was
    taught of a source that is switched off is withdrawn, and returns with it.
    """
    seen, now = SeenVersions.of(context.cursor), SeenVersions.now(home.control, "annotations")
    if now == seen:
        return dg.SkipReason(f"the control table is at version {now.control}, as before")
    changes = home.control.changed_sources(seen.control, now.control)
    annotated = home.control.changed_knowledge(seen.knowledge, now.knowledge)
    active = partition_keys(home.control)
    registered = context.instance.get_dynamic_partitions(SOURCES)
    left = settle_records(
        home.settings,
        active,
        registered,
        run_id="control_table_sensor",
        now=datetime.now(timezone.utc),
    )
    known = context.instance.get_dynamic_partitions(MODULES)
    unregistered = [name for name in module_names(home.control) if name not in known]
    gone = [key for key in registered if key not in (*active, *left)]
    requests = [
        dg.RunRequest(
            run_key=f"{key} {now.cursor()}", partition_key=key, job_name=source_extract.name
        )
        for key in dict.fromkeys((*changes.to_sync, *annotated))
        if key in active
    ]
    if home.control.plan(home.settings.drops_location).changes_anything:
        requests.append(dg.RunRequest(run_key=now.cursor(), job_name=control_ingest.name))
    with home.ledger() as ledger:  # for those who look there; a tick goes by its cursor
        ledger.update_position("control", "control_table_sensor", "stream", asdict(now))
    return dg.SensorResult(
        run_requests=requests,
        dynamic_partitions_requests=[
            sources.build_add_request([key for key in active if key not in registered]),
            sources.build_delete_request(gone),
            *([modules.build_add_request(unregistered)] if unregistered else []),
        ],
        cursor=now.cursor(),
    )


@dg.sensor(job=source_extract, minimum_interval_seconds=300, default_status=RUNNING)
def source_drift_sensor(context: dg.SensorEvaluationContext, home: HomeResource) -> dg.SensorResult:
    """Ask every source at once whether it changed, and extract those that did.

    One that cannot be read has an open error in the ledger, and holds up no other.
    """
    registered = context.instance.get_dynamic_partitions(SOURCES)
    rows = select_sources(home.control.read().sound)
    with home.ledger() as ledger:
        found = find_drift(
            [row for row in rows if row.key in registered],
            home.settings.home_path,
            home.lake,
            ledger,
            Watch.parse(context.cursor),
            now=datetime.now(timezone.utc),
            seconds=DRIFT_SECONDS,
        )
    return dg.SensorResult(
        run_requests=[
            dg.RunRequest(
                run_key=f"{drift.key} {drift.token}",
                partition_key=drift.key,
                tags={"metadata_assets/reason": drift.reason},
            )
            for drift in found.drifts
        ],
        skip_reason=None if found.drifts else str(found),
        cursor=found.watch.to_text(),
    )
