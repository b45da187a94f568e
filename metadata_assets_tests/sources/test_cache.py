from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from metadata_assets.catalog.model import Catalog
from metadata_assets.errors import ConfigurationError
from metadata_assets.sources import CatalogCache, cache, extract_catalog
from metadata_assets.sources.cache import cache_key
from metadata_assets.sources.named import as_source
from metadata_assets_tests.sources.databases import sqlite_file

SECRET = "s3cret"
SHOP = f"postgresql://me:{SECRET}@db.internal:5432/shop"


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(sqlite_file(tmp_path / "shop.db", "CREATE TABLE item (id INTEGER, name TEXT)"))


@pytest.fixture
def kept(tmp_path: Path) -> CatalogCache:
    return CatalogCache(tmp_path / "cache")


@pytest.fixture
def catalog(path: str) -> Catalog:
    return extract_catalog(path)


def files(kept: CatalogCache) -> list[Path]:
    return list(kept.cache_dir.iterdir())


def test_what_was_set_is_got_until_it_is_forgotten(
    kept: CatalogCache, path: str, catalog: Catalog
) -> None:
    assert (kept.get(path), kept.is_valid(path)) == (None, False)
    kept.set(path, catalog)
    found = kept.get(path)
    assert found is not None
    assert all(found.parts()[part].equals(rows) for part, rows in catalog.parts().items())
    assert kept.is_valid(path)
    kept.invalidate(path)
    kept.invalidate(path)
    assert not kept.is_valid(path)
    kept.set(path, catalog)
    kept.set(SHOP, catalog)
    assert (kept.clear_all(), kept.clear_all(), files(kept)) == (2, 0, [])


def test_a_catalog_is_good_for_its_time(
    kept: CatalogCache, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = 1_000_000.0
    monkeypatch.setattr(cache.time, "time", lambda: clock)
    kept.set(SHOP, catalog)
    clock += 3600
    assert kept.is_valid(SHOP)
    clock += 1
    assert not kept.is_valid(SHOP)


@pytest.mark.parametrize(
    "other",
    [
        "postgresql://me:other@db.internal:5432/shop",
        "postgresql://me@db.internal:5432/shop",
        "postgresql+psycopg://me:p%40ss%2Fw@db.internal:5432/shop",
        f"{SHOP}?password=x&sslpassword=y",
    ],
)
def test_only_the_password_differs_so_the_key_is_the_same(
    kept: CatalogCache, catalog: Catalog, other: str
) -> None:
    kept.set(SHOP, catalog)
    assert kept.is_valid(other)
    (file,) = files(kept)
    assert SECRET not in file.name
    assert SECRET.encode() not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("other", "config"),
    [
        (SHOP.replace("shop", "crm"), {}),
        (SHOP.replace("//me", "//you"), {}),
        (SHOP.replace("5432", "5433"), {}),
        (SHOP, {"include": ["sales.*"]}),
        (f"{SHOP}?options=-csearch_path%3Dx", {}),
        (SHOP.replace("postgresql", "mysql"), {}),
    ],
)
def test_anything_else_differs_so_the_key_does(other: str, config: dict[str, Any]) -> None:
    assert cache_key(as_source(other, **config)) != cache_key(as_source(SHOP))


def test_a_password_as_a_field_or_word_is_in_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    def key(password: str) -> list[str]:
        monkeypatch.setenv("PW", password)
        configs = (
            {"host": "h", "user": "me", "password": "${PW}"},
            {"url": "host=h user=me password='${PW}'"},
        )
        return [
            cache_key(as_source({"source_type": "postgres", "source_config": config}))
            for config in configs
        ]

    assert key("one") == key("two \\' three")


def test_a_url_whose_parts_are_not_clear_is_refused_without_a_word_of_it() -> None:
    with pytest.raises(ConfigurationError) as refused:
        cache_key(as_source(f"postgresql://me:12/{SECRET}@h/db"))
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff\n", b'{"sha256": "x", "stored_at": 1}\nx'])
def test_a_damaged_file_is_a_miss_and_removed(
    kept: CatalogCache, path: str, catalog: Catalog, damage: bytes
) -> None:
    kept.set(path, catalog)
    (file,) = files(kept)
    file.write_bytes(damage or file.read_bytes()[:-100])
    assert kept.get(path) is None
    assert files(kept) == []


def test_a_failure_to_write_only_warns(
    tmp_path: Path, path: str, catalog: Catalog, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    CatalogCache(tmp_path / "file").set(path, catalog)
    assert "a catalog could not be cached" in caplog.text


def test_an_extraction_through_a_cache_reads_once(kept: CatalogCache, path: str) -> None:
    first = extract_catalog(path, cache=kept)
    sqlite_file(Path(path), "CREATE TABLE another (id INTEGER)")
    assert extract_catalog(path, cache=kept).tables.equals(first.tables)
    kept.invalidate(path)
    assert extract_catalog(path, cache=kept).tables.num_rows == 2


WRITER = """
import sys
from metadata_assets.sources import CatalogCache, extract_catalog
kept = CatalogCache(sys.argv[2])
catalog = extract_catalog(sys.argv[1])
for _ in range(30):
    kept.set(sys.argv[1], catalog)
    assert kept.is_valid(sys.argv[1])
"""


def test_processes_that_write_at_once_never_see_half_a_file(
    kept: CatalogCache, path: str, catalog: Catalog
) -> None:
    kept.set(path, catalog)
    command = [sys.executable, "-c", WRITER, path, str(kept.cache_dir)]
    writers = [subprocess.Popen(command, env=dict(os.environ)) for _ in range(2)]
    while any(writer.poll() is None for writer in writers):
        assert kept.is_valid(path)
    assert [writer.returncode for writer in writers] == [0, 0]
    assert len(files(kept)) == 1
