from __future__ import annotations

import dagster as dg
import pytest
from typer.testing import CliRunner

from metadata_assets.cli import app
from metadata_assets.defs.instance import home_instance
from metadata_assets.diff.rows import CHANGES
from metadata_assets.training.records import RECORDS
from metadata_assets_tests.home import Home


def test_the_demo_tells_what_changed_and_can_be_run_again(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = home.run("metadata-assets", "demo")
    assert first.returncode == 0, first.stderr
    assert "leaked" not in first.stderr
    changes = home.lake.read(CHANGES, "demo.shop").to_pylist()
    told = {(c["change"], c["table_fqdn"], c["column_name"]) for c in changes} - {
        ("add_table", c["table_fqdn"], None) for c in changes
    }
    assert told == {
        ("add_column", "marketing.coupons", "max_uses"),
        ("drop_column", "sales.reviews", "tags"),
        ("retype_column", "marketing.coupons", "percent_off"),
        ("rename_column", "sales.payments", "provider_response"),
        ("drop_table", "marketing.sessions", None),
    }
    for text in (
        "probably rename column",
        "drop table",
        "sales.refunds",
        "breaking",
        "dagster dev",
    ):
        assert text in first.stdout
    monkeypatch.setenv("METADATA_ASSETS_WORKERS", "1")
    again = CliRunner().invoke(app, ["demo"])
    assert again.exit_code == 0, again.stderr
    records = home.lake.read(RECORDS, "demo.shop").to_pylist()
    sessions = {r["sync_status"] for r in records if r["source_id"] == "marketing.sessions"}
    assert sessions == {"deleted"}
    assert {r["sync_status"] for r in records if r["source_id"] == "sales.refunds"} == {"current"}
    with home_instance(home.settings) as instance:
        runs = instance.get_runs(dg.RunsFilter(job_name="source_sync"))
    assert {run.status for run in runs} == {dg.DagsterRunStatus.SUCCESS}
    assert {run.tags["dagster/partition"] for run in runs} == {
        "demo.shop",
        "demo.crm",
        "demo.finance",
    }
