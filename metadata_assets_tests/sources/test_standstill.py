from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from metadata_assets.sources.duckdb.driver import DuckDBDriver
from metadata_assets.sources.registry import Source, open_source
from metadata_assets.sources.sqlite.driver import SQLiteDriver
from metadata_assets.sources.standstill import standing_still


def age(*paths: Path) -> None:
    """Let the files have been written a while ago; the inode's own time cannot be set."""
    for path in paths:
        os.utime(path, (time.time() - 60, time.time() - 60))
    time.sleep(2.1)


def test_a_file_written_just_now_does_not_stand_still(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.write_text("one")
    assert standing_still([path]) is None
    age(path)
    told = standing_still([path, tmp_path / "a.db.wal"])
    assert told == standing_still([path, tmp_path / "a.db.wal"])
    (tmp_path / "a.db.wal").write_text("")
    assert standing_still([path, tmp_path / "a.db.wal"]) is None


@pytest.mark.parametrize(("engine", "log"), [("duckdb", ".wal"), ("sqlite", "-wal")])
def test_the_log_of_a_linked_database_is_beside_the_real_one(
    engine: str, log: str, tmp_path: Path
) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "real.db")
    watched = files(engine, path=str(tmp_path / "link.db"))
    assert tmp_path / "real.db" in watched
    assert Path(f"{tmp_path / 'real.db'}{log}") in watched


def test_a_file_attached_by_a_path_of_the_home_folder_is_watched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    attached = files("duckdb", path="/main.duckdb", attach={"x": "~/other.duckdb"})
    assert tmp_path / "other.duckdb" in attached


def files(engine: str, **config: object) -> list[Path]:
    source = open_source("m.shop", engine, config, base=Path("/"), env={})
    assert isinstance(source.driver, (DuckDBDriver, SQLiteDriver))
    return source.driver.files(source.config)


@pytest.mark.parametrize("engine", ["duckdb", "sqlite"])
def test_a_database_that_nobody_wrote_is_not_opened_again(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "shop.db"
    connect = duckdb.connect if engine == "duckdb" else sqlite3.connect
    with closing(connect(str(path))) as connection:  # type: ignore[operator]
        connection.execute("CREATE TABLE t (id INTEGER)")
        connection.commit()

    def source(**config: object) -> Source:
        stored = {"path": str(path), **config}
        return open_source("m.shop", engine, stored, base=Path("/"), env={})

    assert source().probe({}).standstill is None
    age(path)
    probe = source().probe({})
    assert probe.standstill is not None
    remembered = {"fingerprint": probe.fingerprint, "standstill": probe.standstill}
    with monkeypatch.context() as patch:
        patch.setattr(type(source().driver), "fingerprint", None)
        assert source().probe(remembered) == probe
    assert source(include=["x*"]).probe(remembered).fingerprint != probe.fingerprint
    with closing(connect(str(path))) as connection:  # type: ignore[operator]
        connection.execute("CREATE TABLE u (id INTEGER)")
        connection.commit()
    assert source().probe(remembered).fingerprint != probe.fingerprint
