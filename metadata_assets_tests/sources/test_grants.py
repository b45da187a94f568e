"""The scripts that grant the least privileges, run as they stand, with their user."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from metadata_assets.catalog.model import Catalog
from metadata_assets.sources import extract_catalog
from metadata_assets.sources.driver import least_privileges
from metadata_assets_tests.sources.mysql_servers import MySQLDatabase
from metadata_assets_tests.sources.postgres_servers import PostgresDatabase

SHOP = (
    "CREATE TABLE p (id int PRIMARY KEY, n int DEFAULT 1 CHECK (n > 0),"
    " twice int GENERATED ALWAYS AS (n * 2) STORED, x varchar(10) UNIQUE)",
    "CREATE TABLE f (id int PRIMARY KEY, p int, FOREIGN KEY (p) REFERENCES p (id))",
    "CREATE INDEX f_p ON f (p, id)",
    "CREATE VIEW v AS SELECT id, x FROM p WHERE n > 1",
    "CREATE TABLE parts (id int) PARTITION BY RANGE {column}",
    "INSERT INTO p (id, x) VALUES (1, 'a')",
)
IN_POSTGRES = (
    "CREATE SCHEMA closed",
    "CREATE TYPE closed.mood AS ENUM ('ok', 'sad')",
    "CREATE DOMAIN closed.positive AS int NOT NULL CHECK (VALUE > 0)",
    "CREATE TABLE closed.t (m closed.mood DEFAULT 'ok', q closed.positive, a int[])",
    "CREATE MATERIALIZED VIEW closed.m AS SELECT m FROM closed.t",
    "COMMENT ON COLUMN closed.t.m IS 'how'",
)


def script(engine: str, user: str, database: str) -> list[str]:
    """The statements, for this user and database."""
    text = least_privileges(engine) or ""
    lines = [line for line in text.splitlines() if not line.startswith("--")]
    statements = [line.strip() for line in "\n".join(lines).split(";") if line.strip()]
    return [one.replace("reader", user).replace("orders", database) for one in statements]


def require_equal(reader: Catalog, owner: Catalog) -> None:
    """Every cell of every part, and nothing unreadable."""
    for part, rows in owner.parts().items():
        assert reader.parts()[part].to_pylist() == rows.to_pylist(), part.name
    assert reader.unreadable.num_rows == 0
    assert owner.tables.num_rows >= 4


def test_postgres(database: PostgresDatabase) -> None:
    user = f"reader_{database.name}"
    partitioned = SHOP[4].format(column="(id)")
    database.execute(*SHOP[:4], partitioned, *SHOP[5:], *IN_POSTGRES)
    database.execute(*script("postgres", user, database.name))
    owned = f"{urlsplit(database.url).username}"
    url = database.url.replace(f"{owned}:@", f"{user}@").replace(f"{owned}@", f"{user}@")
    require_equal(database.source(url=url).extract(), database.read())


def test_mariadb(mysql: MySQLDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    partitioned = SHOP[4].format(column="(id) (PARTITION a VALUES LESS THAN MAXVALUE)")
    mysql.execute(*SHOP[:4], partitioned, *SHOP[5:])
    mysql.execute(*script("mysql", f"{mysql.name}@localhost", mysql.name))
    monkeypatch.setenv("PW", "…")
    config = {"unix_socket": mysql.unix_socket, "database": mysql.name, "user": mysql.name}
    declared = {"source_type": "mariadb", "source_config": {**config, "password": "${PW}"}}
    require_equal(extract_catalog(declared), mysql.read())


@pytest.mark.parametrize("engine", ["sqlite", "duckdb"])
def test_a_file_needs_no_script(engine: str) -> None:
    assert least_privileges(engine) is None
