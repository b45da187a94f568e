from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlglot.dialects.dialect import Dialect

from metadata_assets.errors import ConfigurationError
from metadata_assets.sources.registry import DRIVERS, Source, driver_for, open_source
from metadata_assets_tests.sources.databases import sqlite_file


def opened(source_type: str, config: dict[str, Any], base: Path = Path("/base")) -> Source:
    return open_source("shop.orders", source_type, config, base=base, env={"FILE": "x.db"})


@pytest.mark.parametrize("source_type", sorted(DRIVERS))
def test_every_registered_driver_can_be_made(source_type: str) -> None:
    driver = driver_for(source_type, where="shop.orders")
    assert Dialect.get(driver.dialect) is not None
    assert driver.config_type.model_fields


def test_an_unknown_type_names_the_nearest() -> None:
    with pytest.raises(ConfigurationError) as failed:
        opened("sqllite", {"path": "x"})
    assert str(failed.value).startswith(
        "shop.orders: unknown source_type `sqllite`. Did you mean `sqlite`? Known: "
    )
    with pytest.raises(ConfigurationError, match=r"unknown source_type `zzz`\. Known: "):
        opened("zzz", {})


def test_every_wrong_field_is_named_and_no_value_repeated() -> None:
    with pytest.raises(ConfigurationError) as failed:
        opened("sqlite", {"pth": "hunter2", "include": "hunter2", "max_shrink": "hunter2"})
    text = str(failed.value)
    assert text.startswith("shop.orders: the source_config is wrong: ")
    assert all(field in text for field in ("pth: ", "path: ", "include: ", "max_shrink: "))
    assert "Fields: include, exclude, max_shrink, " in text
    assert "hunter2" not in text
    assert failed.value.__cause__ is None


def test_the_stored_configuration_keeps_its_references() -> None:
    source = opened("sqlite", {"path": "${FILE}"})
    assert source.config.model_dump()["path"] == "/base/x.db"
    assert source.stored_config.model_dump()["path"] == "${FILE}"
    assert source.dialect == "sqlite"


def test_opening_a_source_touches_nothing(tmp_path: Path) -> None:
    opened("sqlite", {"path": "missing.db"}, base=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_fingerprint_changes_with_the_configuration(tmp_path: Path) -> None:
    sqlite_file(tmp_path / "x.db", "CREATE TABLE t (a)")
    plain = opened("sqlite", {"path": "x.db"}, base=tmp_path).fingerprint()
    assert plain == opened("sqlite", {"path": "x.db"}, base=tmp_path).fingerprint()
    assert (
        plain != opened("sqlite", {"path": "x.db", "exclude": ["a"]}, base=tmp_path).fingerprint()
    )


def test_the_fingerprint_changes_with_the_catalog(tmp_path: Path) -> None:
    sqlite_file(tmp_path / "x.db", "CREATE TABLE t (a)")
    source = opened("sqlite", {"path": "x.db"}, base=tmp_path)
    before = source.fingerprint()
    sqlite_file(tmp_path / "x.db", "CREATE TABLE u (a)")
    assert source.fingerprint() != before
