from __future__ import annotations

from typing import Any

import dagster as dg

from metadata_assets.definitions import defs
from metadata_assets.ledger.store import Ledger
from metadata_assets.training.records import RECORDS
from metadata_assets_tests.home import Home

ITEM = "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL)"
SALE = "CREATE TABLE sale (item_id INTEGER, sold_at TEXT)"
KEY = dg.AssetKey("training_records")


def run(instance: dg.DagsterInstance, **config: Any) -> dg.ExecuteInProcessResult:
    job = defs().resolve_job_def("source_sync")
    return job.execute_in_process(
        instance=instance,
        partition_key="m.shop",
        raise_on_error=False,
        run_config={
            "ops": {"training_records": {"config": config}},
            "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
        },
    )


def observed(instance: dg.DagsterInstance) -> list[dict[str, Any]]:
    """What the last observation says would change, or differs."""
    (last,) = instance.fetch_observations(KEY, limit=1).records
    assert last.asset_observation is not None
    changed: Any = last.asset_observation.metadata["changed"].value
    return list(changed)


def test_the_modes_dry_runs_and_selections_of_the_asset(
    home: Home, instance: dg.DagsterInstance
) -> None:
    home.drop("shop.yaml", home.sqlite("shop", ITEM))
    home.sync()
    home.sqlite("shop", SALE)
    versions = home.lake.version(RECORDS)

    unknown = run(instance, mode="Full")
    assert not unknown.success
    assert home.lake.version(RECORDS) == versions

    dry = run(instance, dry_run=True, kinds=["ddl"])
    assert dry.success
    assert [(one["change"], one["kind"]) for one in observed(instance)] == [("new", "ddl")]
    assert KEY not in {event.asset_key for event in dry.get_asset_materialization_events()}

    found = run(instance, mode="verify")
    assert not found.success
    assert len(observed(instance)) == 2
    assert home.lake.version(RECORDS) == versions

    assert run(instance, kinds=["ddl"]).success
    rows = home.lake.read(RECORDS, "m.shop", columns=["source_id"]).to_pylist()
    assert [row["source_id"] for row in rows].count("main.sale") == 1
    with Ledger.open(home.settings.ledger_url) as ledger:
        position = ledger.position("m.shop", "training_records", "batch") or {}
        extracted = ledger.position("m.shop", "catalog_extract", "batch") or {}
    # What was left out is not taken for done.
    assert position["data_version"] != extracted["data_version"]
    assert run(instance).success
    assert run(instance, mode="verify").success
