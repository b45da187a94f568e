from __future__ import annotations

import pytest

from metadata_assets.catalog.engine import query
from metadata_assets.catalog.store import load_catalog
from metadata_assets.training.records import RECORDS
from metadata_assets_tests.home import Home
from metadata_assets_tests.realdata import REALDATA, needs_realdata, truth
from metadata_assets_tests.servers import PostgresServer

_COUNTS = """
SELECT
  (SELECT count(*) FROM tables WHERE object_type IN ('table', 'partitioned_table')) AS tables,
  (SELECT count(*) FROM tables WHERE object_type = 'view') AS views,
  (SELECT count(*) FROM tables WHERE object_type = 'materialized_view') AS materialized_views,
  (SELECT count(*) FROM columns JOIN tables USING (table_fqdn)
   WHERE object_type IN ('table', 'partitioned_table')) AS columns,
  (SELECT count(*) FROM constraints WHERE constraint_type = 'primary_key') AS primary_keys,
  (SELECT count(*) FROM constraints WHERE constraint_type = 'foreign_key') AS foreign_keys
"""


@needs_realdata
@pytest.mark.parametrize(
    ("case", "script"),
    [("pagila_2022", "pg/pagila/v3.1.0_2022.sql"), ("chinook", "pg/chinook")],
)
def test_a_real_database_syncs_with_the_counts_of_its_truth(
    home: Home,
    postgres: PostgresServer,
    monkeypatch: pytest.MonkeyPatch,
    case: str,
    script: str,
) -> None:
    path = REALDATA / script
    url = postgres.create_database()
    postgres.load(url, next(path.glob("*.sql")) if path.is_dir() else path)
    monkeypatch.setenv("SHOP_URL", url)
    home.drop(
        "pg.yaml",
        {"source_id": case, "source_type": "postgres", "source_config": {"url": "${SHOP_URL}"}},
    )
    assert home.sync().succeeded
    catalog = load_catalog(home.lake, f"m.{case}")
    (found,) = query(
        _COUNTS, tables=catalog.tables, columns=catalog.columns, constraints=catalog.constraints
    ).to_pylist()
    expected = [
        table
        for table in truth(f"pg/{case}.catalog.json")["tables"]
        if not table["is_partition"] and table["extension"] is None
    ]
    based = [table for table in expected if table["kind"] in "rp"]
    assert found == {
        "tables": len(based),
        "views": sum(table["kind"] == "v" for table in expected),
        "materialized_views": sum(table["kind"] == "m" for table in expected),
        "columns": sum(len(table["columns"]) for table in based),
        "primary_keys": sum(table["pk"] is not None for table in based),
        "foreign_keys": sum(len(table["fks"] or []) for table in based),
    }
    views = found["views"] + found["materialized_views"]
    kinds = home.lake.read(RECORDS, f"m.{case}")["kind"].to_pylist()
    assert kinds.count("sql") == views
    assert set(kinds) >= {"ddl", "documentation"}
    versions = home.lake_versions()
    assert [one.status for one in home.sync().sources] == ["unchanged"]
    assert home.sync(force=True).succeeded
    assert home.lake_versions() == versions
