from __future__ import annotations

from datetime import datetime, timezone

import dagster as dg
import pytest

from metadata_assets.catalog.store import load_catalog
from metadata_assets.defs.instance import home_instance
from metadata_assets.errors import ConfigurationError
from metadata_assets.ledger.store import Ledger
from metadata_assets.outcomes import SourceOutcome, SyncReport
from metadata_assets.preview import preview_sources
from metadata_assets.training.records import RECORDS
from metadata_assets_tests.home import Home

ITEM = "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL)"
SALE = "CREATE TABLE sale (item_id INTEGER REFERENCES item (id), sold_at TEXT)"
OTHERS = tuple(f"CREATE TABLE t{n} (a)" for n in range(5))


def statuses(report: SyncReport) -> dict[str, str]:
    return {outcome.source: outcome.status for outcome in report.sources}


def only(report: SyncReport) -> SourceOutcome:
    (outcome,) = report.sources
    return outcome


def test_a_sync_does_everything_once_and_the_next_finds_nothing_to_do(home: Home) -> None:
    home.drop("shop.yaml", home.sqlite("shop", ITEM, SALE))
    first = home.sync()
    assert (first.succeeded, statuses(first)) == (True, {"m.shop": "synced"})
    assert only(first).reason == "not extracted yet"
    assert only(first).results["training_records"]["counts"]["new"] == 4
    versions = home.lake_versions()
    second = home.sync()
    assert (second.succeeded, statuses(second)) == (True, {"m.shop": "unchanged"})
    assert home.lake_versions() == versions


def test_a_change_is_graded_and_touches_only_its_records(home: Home) -> None:
    home.drop("shop.yaml", home.sqlite("shop", ITEM, SALE))
    home.sync()
    home.sqlite("shop", "ALTER TABLE sale DROP COLUMN sold_at")
    results = only(home.sync()).results
    (change,) = results["change_diff"]["changes"]
    assert (change["code"], change["severity"]) == ("DS103", "breaking")
    assert (change["table_fqdn"], change["column_name"]) == ("main.sale", "sold_at")
    assert [(r["kind"], r["source_id"]) for r in results["training_records"]["changed"]] == [
        ("ddl", "main.sale"),
        ("documentation", "main.sale"),
    ]


def test_bad_sources_fail_alone_each_with_one_line(home: Home) -> None:
    (home.path / "text.sqlite").write_text("this is no database, and long enough to say so")
    nowhere = {"host": "127.0.0.1", "port": 1, "database": "shop", "user": "me"}
    home.drop(
        "all.yaml",
        home.sqlite("good", ITEM),
        {"source_id": "gone", "source_type": "sqlite", "source_config": {"path": "gone.sqlite"}},
        {"source_id": "text", "source_type": "sqlite", "source_config": {"path": "text.sqlite"}},
        {
            "source_id": "unset",
            "source_type": "postgres",
            "source_config": {"url": "postgresql://me:${NO_SUCH_VARIABLE}@localhost/shop"},
        },
        {"source_id": "unreachable", "source_type": "postgres", "source_config": nowhere},
    )
    report = home.sync()
    assert not report.succeeded
    reasons = {one.source: one.reason or "" for one in report.sources if one.status == "failed"}
    assert reasons.keys() == {"m.gone", "m.text", "m.unset", "m.unreachable"}
    assert all("\n" not in reason for reason in reasons.values())
    assert "gone.sqlite" in reasons["m.gone"]
    assert "text.sqlite" in reasons["m.text"]
    assert "NO_SUCH_VARIABLE" in reasons["m.unset"]
    assert "127.0.0.1" in reasons["m.unreachable"]
    with Ledger.open(home.settings.ledger_url) as ledger:
        assert {error.schema_name for error in ledger.errors(status="open")} == reasons.keys()


def test_a_mended_source_has_no_open_error_left(home: Home) -> None:
    gone = {"source_id": "gone", "source_type": "sqlite", "source_config": {"path": "gone.sqlite"}}
    home.drop("all.yaml", gone)
    assert not home.sync().succeeded
    home.sqlite("gone", ITEM)
    assert home.sync().succeeded
    with Ledger.open(home.settings.ledger_url) as ledger:
        assert ledger.errors("m.gone", status="open") == []


def test_a_bad_drop_is_refused_whole_and_the_others_go_on(home: Home) -> None:
    home.drop("good.yaml", home.sqlite("shop", ITEM))
    bad = home.settings.drops_path / "bad.yaml"
    bad.write_text("modules:\n  - module_name: x\n    sources:\n      - {source_id: a, typo: 1}\n")
    report = home.sync()
    assert not report.succeeded
    assert statuses(report) == {"m.shop": "synced"}
    assert report.drop_problems
    assert all(problem.startswith("bad.yaml:4:") for problem in report.drop_problems)


def test_a_drop_that_was_fine_keeps_its_sources_when_it_goes_bad(home: Home) -> None:
    drop = home.drop("shop.yaml", home.sqlite("shop", ITEM))
    home.sync()
    drop.write_text("modules: [")
    report = home.sync()
    assert len(report.drop_problems) == 1
    assert statuses(report) == {"m.shop": "unchanged"}


def test_an_unknown_source_is_an_error_that_names_the_known_ones(home: Home) -> None:
    home.drop("shop.yaml", home.sqlite("shop", ITEM))
    with pytest.raises(ConfigurationError, match=r"named m\.shpo\. Active sources: m\.shop\."):
        home.sync("m.shpo")


def test_only_the_named_sources_are_synced(home: Home) -> None:
    home.drop("shop.yaml", home.sqlite("shop", ITEM), home.sqlite("crm", ITEM))
    assert statuses(home.sync("m.crm")) == {"m.crm": "synced"}
    assert statuses(home.sync()) == {"m.crm": "unchanged", "m.shop": "synced"}


def test_force_runs_unchanged_sources_too(home: Home) -> None:
    home.drop("shop.yaml", home.sqlite("shop", ITEM))
    home.sync()
    versions = home.lake_versions()
    assert statuses(home.sync(force=True)) == {"m.shop": "synced"}
    assert home.lake_versions() == versions


def test_a_dropped_table_that_returns_is_current_again(home: Home) -> None:
    home.drop("shop.yaml", home.sqlite("shop", ITEM, SALE, *OTHERS))
    home.sync()

    def status() -> set[str]:
        rows = home.lake.read(RECORDS, "m.shop").to_pylist()
        return {row["sync_status"] for row in rows if row["source_id"] == "main.sale"}

    home.sqlite("shop", "DROP TABLE sale")
    home.sync()
    assert status() == {"deleted"}
    home.sqlite("shop", SALE)
    home.sync()
    assert status() == {"current"}


def test_a_table_with_an_odd_name_goes_all_the_way(home: Home) -> None:
    odd = 'CREATE TABLE "odd-name ""q""" ("a b" TEXT, "select" INT)'
    home.drop("odd.yaml", home.sqlite("odd", odd))
    assert home.sync().succeeded
    assert load_catalog(home.lake, "m.odd").tables["table_name"].to_pylist() == ['odd-name "q"']
    assert home.lake.read(RECORDS, "m.odd").num_rows == 2


def test_an_emptied_source_is_refused_until_it_is_allowed(home: Home) -> None:
    home.drop("shop.yaml", home.sqlite("shop", ITEM, SALE))
    home.sync()
    home.sqlite("shop", "DROP TABLE sale", "DROP TABLE item")
    refused = home.sync()
    assert not refused.succeeded
    assert "--allow-mass-delete" in (only(refused).reason or "")
    assert load_catalog(home.lake, "m.shop").tables.num_rows == 2
    assert mass_deletion_check(home) == (False, only(refused).reason)
    with Ledger.open(home.settings.ledger_url) as ledger:
        (error,) = ledger.errors("m.shop", status="open")
    assert error.error_message == only(refused).reason
    assert home.sync(allow_mass_delete=True).succeeded
    assert mass_deletion_check(home)[0]
    assert load_catalog(home.lake, "m.shop").tables.num_rows == 0


def test_a_stage_that_was_missed_is_made_good(home: Home) -> None:
    home.drop("shop.yaml", home.sqlite("shop", ITEM))
    home.sync()
    with Ledger.open(home.settings.ledger_url) as ledger:
        ledger.update_position("m.shop", "training_records", "batch", {"data_version": "older"})
    assert only(home.sync()).reason == "training_records is behind"
    assert statuses(home.sync()) == {"m.shop": "unchanged"}


def test_no_source_at_all_is_no_error(home: Home) -> None:
    assert home.sync().sources == ()


def test_an_annotation_reaches_the_records_of_its_source_alone(home: Home) -> None:
    home.drop("shop.yaml", home.sqlite("shop", ITEM), home.sqlite("crm", ITEM))
    home.sync()
    about = home.settings.drops_path / "about.yaml"
    text = (
        "kind: annotations\nsource: m.shop\ntables:\n- table: main.item\n  business_domain: sales\n"
        "  columns: [{column: id, description: The number on the shelf}]\n"
    )
    about.write_text(text)
    preview = preview_sources(home.settings, [], now=datetime.now(timezone.utc))
    assert statuses(preview) == {"m.crm": "unchanged", "m.shop": "would sync"}
    report = home.sync()
    assert statuses(report) == {"m.crm": "unchanged", "m.shop": "synced"}
    contents = home.lake.read(RECORDS, "m.shop")["content"].to_pylist()
    assert any("The number on the shelf" in content for content in contents)
    assert statuses(home.sync()) == {"m.crm": "unchanged", "m.shop": "unchanged"}
    about.unlink()
    assert statuses(home.sync()) == {"m.crm": "unchanged", "m.shop": "synced"}
    contents = home.lake.read(RECORDS, "m.shop")["content"].to_pylist()
    assert not any("The number on the shelf" in content for content in contents)


def mass_deletion_check(home: Home) -> tuple[bool, str | None]:
    """How the check `no_mass_deletion` ended last, and what it says."""
    key = dg.AssetCheckKey(dg.AssetKey("catalog_extract"), "no_mass_deletion")
    with home_instance(home.settings) as instance:
        (last,) = instance.event_log_storage.get_asset_check_execution_history(key, limit=1)
    assert last.event is not None
    event = last.event.get_dagster_event().asset_check_evaluation_data
    return event.passed, event.description
