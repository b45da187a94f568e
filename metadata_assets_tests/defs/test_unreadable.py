"""A user that loses privileges and gets them back, end to end, on real servers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import dagster as dg
import pytest
from typer.testing import CliRunner

from metadata_assets.catalog.model import TABLES, UNREADABLE
from metadata_assets.cli import app
from metadata_assets.defs.instance import home_instance
from metadata_assets.outcomes import SourceOutcome
from metadata_assets.training.records import RECORDS
from metadata_assets_tests.home import Home
from metadata_assets_tests.servers import PostgresServer
from metadata_assets_tests.sources.mysql_servers import MySQLServer
from metadata_assets_tests.sources.postgres_servers import PostgresDatabase

CHECK = dg.AssetCheckKey(dg.AssetKey("catalog_extract"), "unreadable_objects")
WARN = dg.AssetCheckSeverity.WARN

NAMES = ("customers", "orders", "payments", "totals")
DDL = (
    "CREATE TABLE customers (id int PRIMARY KEY)",
    "CREATE TABLE orders (id int PRIMARY KEY, customer int, FOREIGN KEY (customer)"
    " REFERENCES customers (id))",
    "CREATE TABLE payments (id int, amount int,"
    " doubled int GENERATED ALWAYS AS (amount * 2) STORED,"
    " CONSTRAINT paid CHECK (amount > 0))",
    "CREATE VIEW totals AS SELECT count(*) AS n FROM orders",
)


@dataclass(frozen=True)
class Shop:
    """A database with a user who may read some of it."""

    execute: Callable[..., None]
    user: str
    """As GRANT names it."""
    source: Mapping[str, Any]
    schema: str
    privileges: str

    def grant(self, *names: str) -> None:
        self.execute(*(f"GRANT {self.privileges} ON {name} TO {self.user}" for name in names))

    def revoke(self, *names: str) -> None:
        self.execute(*(f"REVOKE {self.privileges} ON {name} FROM {self.user}" for name in names))


@pytest.fixture(params=["postgres", "mariadb"])
def shop(request: pytest.FixtureRequest) -> Shop:
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres")
        database = PostgresDatabase(server.create_database())
        user = f"reader_{database.name}"
        config: dict[str, Any] = {"host": database.folder, "database": database.name, "user": user}
        shop = Shop(database.execute, user, config, "public", "SELECT")
    else:
        mariadb: MySQLServer = request.getfixturevalue("mariadb")
        mysql = mariadb.create_database()
        user = mysql.name
        config = {"unix_socket": mysql.unix_socket, "database": mysql.name, "user": user}
        shop = Shop(mysql.execute, f"{user}@localhost", config, mysql.name, "SELECT, SHOW VIEW")
    shop.execute(*DDL, f"CREATE {'ROLE' if shop.schema == 'public' else 'USER'} {shop.user}")
    if shop.schema == "public":
        shop.execute(f"ALTER ROLE {user} LOGIN")
    shop.grant(*NAMES)
    source_type = request.param
    return Shop(
        shop.execute,
        shop.user,
        {"source_id": "shop", "source_type": source_type, "source_config": config},
        shop.schema,
        shop.privileges,
    )


def synced(home: Home, **options: bool) -> SourceOutcome:
    report = home.sync(**options)
    assert report.succeeded, [one.reason for one in report.sources]
    return report.sources[0]


def stored(home: Home) -> tuple[Any, Any]:
    """What is known of the source: its tables and its training records."""
    estimates = ["row_estimate", "bytes"]
    return (
        home.lake.read(TABLES, "m.shop").drop_columns(estimates).to_pylist(),
        home.lake.read(RECORDS, "m.shop").to_pylist(),
    )


def unreadable(home: Home) -> list[str]:
    return home.lake.read(UNREADABLE, "m.shop")["object_name"].to_pylist()


def test_what_was_revoked_is_reported_and_never_deleted(home: Home, shop: Shop) -> None:
    home.drop("shop.yaml", shop.source)
    synced(home)
    before = stored(home)
    assert unreadable(home) == []

    shop.revoke("payments", "totals", "orders")  # far more than max_shrink
    revoked = synced(home)
    assert (revoked.status, revoked.changes, revoked.changed_records) == ("synced", [], [])
    assert stored(home) == before
    assert unreadable(home) == [
        f"{shop.schema}.{name}" for name in ("orders", "payments", "totals")
    ]
    assert [one["object_name"] for one in revoked.unreadable] == unreadable(home)
    assert synced(home).status == "unchanged"
    with home_instance(home.settings) as instance:
        (check,) = instance.event_log_storage.get_asset_check_execution_history(CHECK, limit=1)
    assert check.evaluation is not None
    assert (check.evaluation.passed, check.evaluation.severity) == (False, WARN)
    assert "3 objects cannot be read" in (check.evaluation.description or "")
    told = CliRunner().invoke(app, ["health"]).stdout
    assert f"m.shop: 3 objects cannot be read and count as unchanged: {shop.schema}.orders" in told

    shop.grant("payments", "totals", "orders")
    granted = synced(home)
    assert (granted.status, granted.changes, granted.changed_records) == ("synced", [], [])
    assert stored(home) == before
    assert unreadable(home) == []
