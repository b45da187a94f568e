"""The embedded demo: build its three databases and its drop, and release its second version.

Only files; running the pipeline over them is the command line's job.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from importlib import resources
from pathlib import Path

import duckdb

SOURCES = ("demo.shop", "demo.crm", "demo.finance")
"""The keys of the demo's sources."""


def build_demo(home: Path, drops: Path) -> None:
    """Create the demo's databases below `home/demo` as release 1, and its drop.

    Running it again starts over from release 1; a drop that is already there stays as edited.

    Args:
        home: The home folder, created where missing.
        drops: The folder of YAML drops, created where missing.
    """
    databases = home / "demo"
    shutil.rmtree(databases, ignore_errors=True)
    databases.mkdir(parents=True)
    drops.mkdir(parents=True, exist_ok=True)
    seed = resources.files(__package__)
    with closing(duckdb.connect(databases / "shop.duckdb")) as shop:
        shop.execute(seed.joinpath("seed", "shop.sql").read_text(encoding="utf-8"))
    with closing(sqlite3.connect(databases / "crm.sqlite")) as crm:
        crm.executescript(seed.joinpath("seed", "crm.sql").read_text(encoding="utf-8"))
    with resources.as_file(seed.joinpath("seed", "finance")) as finance:
        shutil.copytree(finance, databases / "finance")
    drop = drops / "demo.yaml"
    if not drop.exists():
        drop.write_text(seed.joinpath("drops", "demo.yaml").read_text(encoding="utf-8"))


def release_two(home: Path) -> None:
    """Alter the shop: a column added, dropped, retyped and renamed, a table dropped, one added."""
    script = resources.files(__package__).joinpath("seed", "shop_release_2.sql")
    with closing(duckdb.connect(home / "demo" / "shop.duckdb")) as shop:
        shop.execute(script.read_text(encoding="utf-8"))
