"""What the usual tools for comparing schemas do not see: each is one change here."""

from __future__ import annotations

from pathlib import Path

import pytest

from metadata_assets.catalog.model import Catalog
from metadata_assets.diff.compare import compare
from metadata_assets_tests.servers import PostgresServer
from metadata_assets_tests.sources.postgres_servers import PostgresDatabase

OLD = """
CREATE TYPE mood AS ENUM ('ok', 'sad');
CREATE DOMAIN label AS text DEFAULT 'x' CHECK (VALUE <> '');
CREATE TABLE item (
  id int PRIMARY KEY, amount numeric CHECK (amount > 0), state mood, tag label, since interval(3),
  place point, twice numeric GENERATED ALWAYS AS (amount * 2) STORED, first_name text
);
CREATE VIEW cheap AS SELECT id FROM item WHERE amount < 10;
CREATE MATERIALIZED VIEW dear AS SELECT id FROM item;
CREATE TABLE event (at date) PARTITION BY RANGE (at);
"""

EDITS = {
    "ALTER TYPE mood ADD VALUE 'new'": {"AD104"},
    "ALTER TABLE item DROP CONSTRAINT item_amount_check, "
    "ADD CONSTRAINT item_amount_check CHECK (amount > 1)": {"CD104", "MF105"},
    "ALTER TABLE item ALTER twice SET EXPRESSION AS (amount * 3)": {"BC107"},
    "CREATE OR REPLACE VIEW cheap AS SELECT id FROM item WHERE amount < 20": {"BC106"},
    "COMMENT ON VIEW cheap IS 'not dear'": {"MD106"},
    "COMMENT ON MATERIALIZED VIEW dear IS 'not cheap'": {"MD106"},
    "COMMENT ON COLUMN item.amount IS 'in euros'": {"MD106"},
    "COMMENT ON TYPE mood IS 'how it is'": {"MD106"},
    "ALTER DOMAIN label SET DEFAULT 'y'": {"BC112", "MD101"},
    "ALTER DOMAIN label DROP CONSTRAINT label_check": {"BC112"},
    "ALTER DOMAIN label SET NOT NULL": {"BC112", "MF104"},
    "ALTER TABLE item ALTER since TYPE interval(0)": {"BC104"},
    "ALTER TABLE item ALTER place TYPE text USING place::text": {"BC104"},
    "ALTER TABLE item RENAME first_name TO given_first_name": {"BC102"},
    "CREATE TABLE event_2026 PARTITION OF event FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')": {
        "MD108"
    },
}


@pytest.fixture(scope="module")
def old(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> PostgresDatabase:
    database = PostgresDatabase(postgres.create_database())
    script: Path = tmp_path_factory.mktemp("old") / "old.sql"
    script.write_text(OLD, encoding="utf-8")
    postgres.load(database.url, script)
    return database


@pytest.fixture(scope="module")
def before(old: PostgresDatabase) -> Catalog:
    return old.read()


@pytest.mark.parametrize("edit", EDITS)
def test_it_is_told(
    edit: str, old: PostgresDatabase, before: Catalog, postgres: PostgresServer
) -> None:
    new = PostgresDatabase(postgres.create_database(template=old.name))
    new.execute(edit)
    assert {change.code for change in compare(before, new.read(), "postgres")} == EDITS[edit]
