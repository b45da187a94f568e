from __future__ import annotations

import json

from typer.testing import CliRunner

from metadata_assets.catalog.profile import PROFILES
from metadata_assets.cli import app
from metadata_assets_tests.home import Home

ITEMS = "CREATE TABLE item (id INTEGER PRIMARY KEY, state TEXT)"
ROWS = "INSERT INTO item (state) VALUES ('new'), ('new'), ('sold')"


def test_statistics_come_with_a_sync_and_go_with_the_wish_for_them(home: Home) -> None:
    shop = home.sqlite("shop", ITEMS, ROWS)
    home.drop("shop.yaml", shop)
    (without,) = home.sync().sources
    assert "catalog_profile" not in without.results
    version = without.results["catalog_extract"]

    shop["source_config"]["profile"] = True
    home.drop("shop.yaml", shop)
    (outcome,) = home.sync().sources
    assert (outcome.reason, outcome.changes) == ("statistics are due", [])
    assert outcome.results["catalog_profile"]["profiled"] == 1
    assert outcome.results["catalog_extract"]["unreadable"] == version["unreadable"]
    assert [one.status for one in home.sync().sources] == ["unchanged"]
    state = home.lake.read(PROFILES, "m.shop").to_pylist()[1]
    assert (state["distinct_count"], state["top_values"]) == (2, ["new", "sold"])

    home.sqlite("shop", "INSERT INTO item (state) VALUES ('lost')")
    shown = CliRunner().invoke(app, ["sources", "profile", "m.shop", "--force"])
    assert shown.exit_code == 0
    assert "new, lost, sold" in shown.stdout
    again = json.loads(CliRunner().invoke(app, ["sources", "profile", "m.shop", "--json"]).stdout)
    assert (again["profiled"], again["left_out"], len(again["statistics"])) == ([], {}, 2)
    # What else is told of them follows.
    assert [one.reason for one in home.sync().sources] == ["catalog/profiles changed"]

    del shop["source_config"]["profile"]
    home.drop("shop.yaml", shop)
    assert [one.reason for one in home.sync().sources] == ["statistics are no longer wanted"]
    assert home.lake.read(PROFILES, "m.shop").num_rows == 0
    assert [one.status for one in home.sync().sources] == ["unchanged"]
    refused = CliRunner().invoke(app, ["sources", "profile", "m.shop"])
    assert refused.exit_code == 1
    assert "Write `profile: true`" in refused.stderr
