from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner, Result

from metadata_assets.cli import app
from metadata_assets_tests.home import Home

ITEM = "CREATE TABLE item (id INTEGER PRIMARY KEY)"


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["init"],
        ["demo"],
        ["sync"],
        ["sources"],
        ["sources", "check"],
        ["diff"],
        ["health"],
        ["mcp"],
        ["query"],
    ],
)
def test_every_command_explains_itself(command: list[str]) -> None:
    result = call(*command, "--help")
    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 5


def test_init_makes_a_home_and_leaves_one_that_is_there(home: Home) -> None:
    assert call("init").exit_code == 0
    example = home.settings.drops_path / "sources.yaml.example"
    example.write_text("mine")
    drop = home.drop("mine.yaml", home.sqlite("shop", ITEM))
    assert call("init").exit_code == 0
    assert example.read_text() == "mine"
    assert drop.exists()
    assert home.lake_versions() == {"control/etl_control": 0}


def test_the_example_of_init_is_a_valid_drop(home: Home) -> None:
    call("init")
    example = home.settings.drops_path / "sources.yaml.example"
    example.rename(home.settings.drops_path / "sources.yaml")
    listed = json.loads(call("sources", "list", "--json").stdout)
    assert [source["source"] for source in listed] == ["demo.crm", "demo.shop", "demo.finance"]


def test_sources_are_listed_as_the_next_sync_will_see_them(home: Home) -> None:
    home.drop("shop.yaml", home.sqlite("shop", ITEM))
    (source,) = json.loads(call("sources", "list", "--json").stdout)
    assert source == {
        "source": "m.shop",
        "source_type": "sqlite",
        "execution_order": 1,
        "is_active": True,
        "origin": "yaml:shop.yaml",
        "last_read": None,
    }
    home.sync()
    (source,) = json.loads(call("sources", "list", "--json").stdout)
    assert source["last_read"] is not None
    assert "m.shop" in call("sources", "list").stdout


@pytest.mark.usefixtures("home")
def test_without_sources_the_list_says_how_to_declare_one() -> None:
    assert "No sources yet" in call("sources", "list").stdout


def test_a_check_names_what_cannot_be_read_and_fails(home: Home) -> None:
    home.drop("shop.yaml", home.sqlite("shop", ITEM), home.sqlite("crm", ITEM))
    (home.path / "crm.sqlite").unlink()
    result = call("sources", "check", "--json")
    assert result.exit_code == 1
    found = {check["source"]: check for check in json.loads(result.stdout)}
    assert (found["m.shop"]["ok"], found["m.shop"]["objects"]) == (True, 1)
    assert "crm.sqlite" in found["m.crm"]["error"]
    assert call("sources", "check", "m.shop").exit_code == 0


def test_a_check_shows_what_is_wrong_with_a_drop(home: Home) -> None:
    home.settings.drops_path.mkdir()
    (home.settings.drops_path / "bad.yaml").write_text("modules: [")
    result = call("sources", "check")
    assert result.exit_code == 1
    assert "drop refused: bad.yaml:2:1" in result.stderr


def test_an_unknown_source_is_one_line_and_exit_code_1(home: Home) -> None:
    home.drop("shop.yaml", home.sqlite("shop", ITEM))
    result = call("sources", "check", "m.nothing")
    assert result.exit_code == 1
    assert "no active source is named m.nothing" in result.stderr


def test_health_of_a_synced_home_is_good(home: Home) -> None:
    home.drop("shop.yaml", home.sqlite("shop", ITEM))
    home.sync()
    result = call("health", "--json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert document["healthy"]
    (source,) = document["sources"]
    assert (source["source"], source["live"], source["outdated"]) == ("m.shop", 2, 0)
    assert "m.shop" in call("health").stdout


def test_health_shows_open_errors(home: Home) -> None:
    home.drop("shop.yaml", home.sqlite("shop", ITEM))
    home.sync()
    (home.path / "shop.sqlite").unlink()
    home.sync()
    (error,) = json.loads(call("health", "--json").stdout)["open_errors"]
    assert error["source"] == "m.shop"
    assert "shop.sqlite" in error["message"]


@pytest.mark.usefixtures("home")
def test_health_of_an_empty_home_says_what_to_do() -> None:
    result = call("health")
    assert result.exit_code == 0
    assert "metadata-assets sync" in result.stdout


def test_a_dry_run_says_what_a_sync_then_does_and_writes_nothing(home: Home) -> None:
    home.drop("shop.yaml", home.sqlite("shop", ITEM))
    home.sync()
    home.sqlite("shop", "ALTER TABLE item ADD COLUMN price NUMERIC")
    home.drop("crm.yaml", home.sqlite("crm", ITEM))
    before = home.lake_versions()
    preview = json.loads(call("sync", "--dry-run", "--json").stdout)
    assert home.lake_versions() == before
    report = home.sync()
    for planned, done in zip(preview["sources"], report.sources, strict=True):
        assert (planned["source"], planned["status"]) == (done.source, "would sync")
        assert planned["changes"] == done.changes
        assert planned["training_records"]["changed"] == done.changed_records
        assert planned["training_records"]["counts"] == done.record_counts


def test_a_dry_run_of_an_unchanged_source_finds_nothing(home: Home) -> None:
    home.drop("shop.yaml", home.sqlite("shop", ITEM))
    home.sync()
    preview = json.loads(call("sync", "--dry-run", "--json").stdout)
    assert [source["status"] for source in preview["sources"]] == ["unchanged"]
