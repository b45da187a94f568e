from __future__ import annotations

import dagster as dg
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage

from metadata_assets.defs import storage
from metadata_assets.defs.instance import home_instance
from metadata_assets.defs.storage import KeptEventLog
from metadata_assets_tests.home import Home

ORDERS = dg.AssetKey("orders")


def note(instance: dg.DagsterInstance, version: str) -> None:
    instance.report_runless_asset_event(
        dg.AssetMaterialization(ORDERS, metadata={"version": version})
    )


def versions(instance: dg.DagsterInstance) -> list[object]:
    found = instance.fetch_materializations(ORDERS, limit=10).records
    return [
        each.asset_materialization.metadata["version"].value
        for each in found
        if each.asset_materialization
    ]


def test_dagsters_own_log_reads_and_writes_the_same_files(home: Home) -> None:
    with home_instance(home.settings) as instance:
        log = instance.event_log_storage
        assert isinstance(log, KeptEventLog)
        note(instance, "ours")
        instance._event_storage = SqliteEventLogStorage(log._base_dir)
        instance._event_storage.register_instance(instance)
        note(instance, "dagster's")
        assert versions(instance) == ["dagster's", "ours"]
    with home_instance(home.settings) as instance:
        assert versions(instance) == ["dagster's", "ours"]


def test_one_engine_serves_all_connections_to_a_file(home: Home) -> None:
    with home_instance(home.settings) as instance:
        note(instance, "first")
        before = storage._engine.cache_info()
        note(instance, "second")
        after = storage._engine.cache_info()
    assert after.misses == before.misses
    assert after.hits > before.hits


def test_a_log_that_is_wiped_begins_anew(home: Home) -> None:
    with home_instance(home.settings) as instance:
        note(instance, "first")
        instance.event_log_storage.wipe()
        assert versions(instance) == []
        note(instance, "second")
        assert versions(instance) == ["second"]
