from __future__ import annotations

from pathlib import Path

import dagster as dg
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage

from metadata_assets.defs import storage
from metadata_assets.defs.instance import home_instance
from metadata_assets.defs.storage import KeptEventLog
from metadata_assets_tests.home import Home

ORDERS = dg.AssetKey("orders")
RUN = "5e1f6c53-5a0c-4e6e-a8a5-0a4b7f9f4c11"


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


def test_a_home_that_is_made_anew_has_a_log_of_its_own(home: Home) -> None:
    with home_instance(home.settings) as instance:
        note(instance, "lost")
    # Aside, not removed: its inode might be given to the new one.
    home.settings.dagster_path.rename(home.settings.home / "aside")

    with home_instance(home.settings) as instance:
        note(instance, "found")
    storage._engine.cache_clear()

    with home_instance(home.settings) as instance:
        assert versions(instance) == ["found"]


def test_an_event_of_a_run_is_in_its_file_at_once_for_those_who_watch_it(home: Home) -> None:
    def log(instance: dg.DagsterInstance) -> None:
        instance.report_engine_event("said", run_id=RUN, job_name="job")

    with home_instance(home.settings) as instance:
        log(instance)
        file = Path(instance.event_log_storage.path_for_shard(RUN))  # type: ignore[attr-defined]
        before = file.read_bytes()
        log(instance)
        assert file.read_bytes() != before
