from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from metadata_assets.defs.instance import home_instance
from metadata_assets.training.records import RECORDS
from metadata_assets_tests.home import Home

ITEM = "CREATE TABLE item (id INTEGER PRIMARY KEY)"
ROOT = Path(__file__).parents[2]
MATERIALIZE = ("dagster", "asset", "materialize", "-m", "metadata_assets.definitions")


@pytest.fixture
def checkout(home: Home, tmp_path: Path) -> Path:
    """A folder with what a checkout's root holds for the `dagster` commands."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    for name in ("dagster.yaml", "workspace.yaml", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    (folder / "metadata_assets").symlink_to(ROOT / "metadata_assets")
    home.drop("shop.yaml", home.sqlite("shop", ITEM))
    return folder


def test_the_dagster_commands_and_ours_share_one_persistent_instance(
    home: Home, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_dagster_home = Home(home.path, {"DAGSTER_HOME": str(checkout)})
    done = home.run(*MATERIALIZE, "--select", "control_table", cwd=checkout)
    assert done.returncode == 0, done.stderr
    done = with_dagster_home.run(
        *MATERIALIZE, "--select", "catalog_extract*", "--partition", "m.shop"
    )
    assert done.returncode == 0, done.stderr
    assert home.lake.read(RECORDS, "m.shop").num_rows == 2
    done = home.run("metadata-assets", "sync", "--force", cwd=checkout)
    assert done.returncode == 0, done.stderr
    monkeypatch.chdir(checkout)
    without = jobs(home)
    assert without == ["__ASSET_JOB", "__ASSET_JOB", "source_sync"]
    monkeypatch.chdir(home.path)
    monkeypatch.setenv("DAGSTER_HOME", str(checkout))
    assert jobs(home) == without
    assert not list(checkout.glob(".tmp_dagster_home_*"))


def jobs(home: Home) -> list[str]:
    """The jobs of all runs that the instance knows here."""
    with home_instance(home.settings) as instance:
        return sorted(run.job_name for run in instance.get_runs())


def test_dg_finds_the_definitions_sound(home: Home, checkout: Path) -> None:
    done = home.run("dg", "check", "defs", cwd=checkout)
    assert done.returncode == 0, done.stdout + done.stderr
