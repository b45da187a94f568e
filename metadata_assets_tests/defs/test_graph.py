from __future__ import annotations

import json
from typing import Any

import dagster as dg

from metadata_assets.definitions import defs
from metadata_assets.training.records import RECORDS
from metadata_assets_tests.home import Home

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
SHOP = ("CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL)",)


def run(
    instance: dg.DagsterInstance, job: str, partition: str | None = None, **config: bool
) -> dg.ExecuteInProcessResult:
    ops = {"ops": {"catalog_extract": {"config": config}}} if config else {}
    return (
        defs()
        .resolve_job_def(job)
        .execute_in_process(
            instance=instance,
            partition_key=partition,
            raise_on_error=False,
            run_config={**QUIET, **ops},
        )
    )


def metadata(result: dg.ExecuteInProcessResult, asset: str) -> dict[str, Any]:
    (event,) = (
        event
        for event in result.get_asset_materialization_events()
        if event.asset_key == dg.AssetKey(asset)
    )
    entries = event.step_materialization_data.materialization.metadata
    return {label: entry.value for label, entry in entries.items()}


def checks(result: dg.ExecuteInProcessResult) -> dict[str, bool]:
    return {
        evaluation.check_name: evaluation.passed
        for evaluation in result.get_asset_check_evaluations()
    }


def test_the_graph_is_what_the_readme_draws() -> None:
    graph = defs().resolve_asset_graph()
    below = {
        key.to_user_string(): {d.to_user_string() for d in graph.get(key).parent_keys}
        for key in graph.get_all_asset_keys()
    }
    assert below == {
        "control_table": set(),
        "catalog_extract": {"control_table"},
        "catalog_profile": {"catalog_extract"},
        "sqlglot_schema": {"catalog_extract"},
        "change_diff": {"catalog_extract", "sqlglot_schema"},
        "training_records": {"catalog_extract", "catalog_profile", "change_diff"},
        "vanna_index": {"training_records"},
        "module_runs": {"control_table"},
        "golden_queries": {"catalog_extract", "training_records"},
        "glossary": {"catalog_extract"},
        "metadata_problems": {"golden_queries", "glossary"},
    }


def test_every_asset_says_what_it_is_and_who_answers_for_it() -> None:
    graph = defs().resolve_asset_graph()
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.description
        assert node.owners
        assert node.kinds
        assert node.group_name
        assert node.code_version


def test_ingesting_a_drop_makes_its_sources_the_partition_set(
    home: Home, instance: dg.DagsterInstance
) -> None:
    home.drop("shop.yaml", home.sqlite("shop", *SHOP), home.sqlite("crm", *SHOP))
    assert run(instance, "control_ingest").success
    assert set(instance.get_dynamic_partitions("sources")) == {"m.shop", "m.crm"}
    home.drop("shop.yaml", home.sqlite("shop"))
    assert run(instance, "control_ingest").success
    assert instance.get_dynamic_partitions("sources") == ["m.shop"]


def test_a_source_goes_from_catalog_to_training_records_in_one_run(
    home: Home, instance: dg.DagsterInstance
) -> None:
    home.drop("shop.yaml", home.sqlite("shop", *SHOP))
    run(instance, "control_ingest")
    result = run(instance, "source_sync", "m.shop")
    assert result.success
    assert checks(result) == {
        "catalog_invariants": True,
        "no_mass_deletion": True,
        "unreadable_objects": True,
        "breaking_changes": True,
        "no_duplicate_records": True,
        "sync_health": True,
        "sink_lag": True,
        "golden_queries_valid": True,
        "golden_coverage": True,
        "glossary_consistent": True,
        "metadata_quality": True,
    }
    assert metadata(result, "catalog_extract")["dagster/partition_row_count"] == 1
    assert "| main.item | table | 2 |" in metadata(result, "catalog_extract")["summary"]
    assert metadata(result, "sqlglot_schema")["tables"] == 1
    assert metadata(result, "training_records")["counts"]["new"] == 2
    assert home.lake.read(RECORDS, "m.shop")["kind"].to_pylist() == ["ddl", "documentation"]
    schema = json.loads((home.settings.schemas_path / "m.shop" / "schema.json").read_text())
    assert schema["tables"]["main.item"]["columns"]["id"]["sqlglot_type"] == "INTEGER"


def test_a_run_without_a_change_writes_no_version(home: Home, instance: dg.DagsterInstance) -> None:
    home.drop("shop.yaml", home.sqlite("shop", *SHOP))
    run(instance, "control_ingest")
    run(instance, "source_sync", "m.shop")
    before = home.lake_versions()
    assert run(instance, "control_ingest").success
    assert run(instance, "source_sync", "m.shop", force=True).success
    assert home.lake_versions() == before


def test_equal_catalogs_have_equal_data_versions(home: Home, instance: dg.DagsterInstance) -> None:
    home.drop("shop.yaml", home.sqlite("shop", *SHOP))
    run(instance, "control_ingest")

    def versions() -> dict[str, str]:
        result = run(instance, "source_sync", "m.shop", force=True)
        return {
            event.asset_key.to_user_string(): event.step_materialization_data.materialization.tags[
                "dagster/data_version"
            ]
            for event in result.get_asset_materialization_events()
        }

    first = versions()
    assert versions() == first
    home.sqlite("shop", "ALTER TABLE item ADD COLUMN price NUMERIC")
    second = versions()
    assert all(second[asset] != first[asset] for asset in first)


def test_a_source_that_cannot_be_read_fails_with_one_line_and_loses_nothing(
    home: Home, instance: dg.DagsterInstance
) -> None:
    home.drop("shop.yaml", home.sqlite("shop", *SHOP))
    run(instance, "control_ingest")
    run(instance, "source_sync", "m.shop")
    before = home.lake_versions()
    (home.path / "shop.sqlite").rename(home.path / "away.sqlite")
    result = run(instance, "source_sync", "m.shop")
    assert not result.success
    assert home.lake_versions() == before


def test_every_run_is_on_record_in_the_ledger(home: Home, instance: dg.DagsterInstance) -> None:
    from metadata_assets.ledger.store import Ledger

    home.drop("shop.yaml", home.sqlite("shop", *SHOP))
    run(instance, "control_ingest")
    result = run(instance, "source_sync", "m.shop")
    with Ledger.open(home.settings.ledger_url) as ledger:
        runs = ledger.runs(dagster_run_id=result.run_id)
    assert {run.stage: run.status for run in runs} == {
        "catalog_extract": "completed",
        "catalog_profile": "completed",
        "sqlglot_schema": "completed",
        "change_diff": "completed",
        "training_records": "completed",
        "golden_queries": "completed",
        "glossary": "completed",
        "metadata_problems": "completed",
    }
