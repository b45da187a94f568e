from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone

import pytest
from deltalake import DeltaTable

from metadata_assets.catalog.fingerprint import data_version
from metadata_assets.catalog.history import (
    CatalogVersion,
    catalog_versions,
    load_version,
    named_version,
)
from metadata_assets.catalog.model import COLUMNS, Catalog
from metadata_assets.catalog.store import load_catalog, publish_catalog
from metadata_assets.errors import ConfigurationError
from metadata_assets.lake import Lake
from metadata_assets_tests.catalog.building import ID, catalog

ONE, TWO = catalog(), catalog(columns=ID.replace("INTEGER", "BIGINT"))
INDEXED = catalog(
    indexes="SELECT 'main' AS schema_name, 'orders' AS table_name, 'i' AS index_name,"
    " ['id'] AS columns"
)


def publish(lake: Lake, *versions: Catalog, source: str = "m.s") -> list[CatalogVersion]:
    for version in versions:
        publish_catalog(lake, source, version, data_version=data_version(version))
        time.sleep(0.002)  # a Delta log counts milliseconds
    return catalog_versions(lake, source)


def test_every_publishing_is_a_version_of_its_source_alone(lake: Lake) -> None:
    publish(lake, TWO, source="m.other")
    found = publish(lake, ONE, TWO, ONE, INDEXED)
    publish(lake, ONE, source="m.other")
    assert [v.data_version for v in found] == [data_version(c) for c in (ONE, TWO, ONE, INDEXED)]
    assert [load_version(lake, "m.s", version) for version in found] == [ONE, TWO, ONE, INDEXED]
    assert load_catalog(lake, "m.s") == INDEXED


def test_a_version_goes_by_its_distance_its_hash_or_its_time(lake: Lake) -> None:
    one, two, three = found = publish(lake, ONE, TWO, INDEXED)
    named = {
        "latest": three,
        "latest~0": three,
        "latest~2": one,
        two.data_version[:8]: two,
        (two.published_at + timedelta(microseconds=400)).isoformat(): two,
        "2999-01-01": three,
        (datetime.now(timezone.utc) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ"): three,
    }
    for name, version in named.items():
        assert named_version(found, name, source="m.s") == version


@pytest.mark.parametrize("name", ["latest~2", "cafe0000", "1999-01-01", "yesterday"])
def test_what_there_is_not_is_refused_with_what_there_is(lake: Lake, name: str) -> None:
    found = publish(lake, ONE, TWO)
    with pytest.raises(ConfigurationError, match=found[-1].data_version[:12]):
        named_version(found, name, source="m.s")


def test_a_source_that_was_never_synced_has_no_version(lake: Lake) -> None:
    assert catalog_versions(lake, "m.s") == []
    with pytest.raises(ConfigurationError, match="never synced"):
        named_version([], "latest", source="m.s")


def test_a_version_that_was_cleaned_away_is_not_read_as_empty(lake: Lake) -> None:
    one, _ = publish(lake, ONE, TWO)
    DeltaTable(f"{lake.uri}/{COLUMNS.name}").vacuum(
        0, dry_run=False, enforce_retention_duration=False
    )
    with pytest.raises(ConfigurationError, match="cleaned out of the lake"):
        load_version(lake, "m.s", one)
