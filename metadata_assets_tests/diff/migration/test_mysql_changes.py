"""Single changes of MariaDB that its MODIFY cannot make, or that follow a rename."""

from __future__ import annotations

from pathlib import Path

import pytest

from metadata_assets.diff.compare import compare
from metadata_assets.diff.migration.migrate import migrate
from metadata_assets_tests.sources.mysql_servers import MySQLDatabase, MySQLServer

OLD = """
CREATE TABLE shop (id int PRIMARY KEY);
CREATE TABLE product (id int PRIMARY KEY, sku varchar(20), price decimal(10,2) CHECK (price >= 0),
  meta json, width int, doubled int GENERATED ALWAYS AS (width * 2) STORED, note text,
  shop int, CONSTRAINT sold FOREIGN KEY (shop) REFERENCES shop (id), KEY by_sku (sku));
CREATE TABLE offer (id int PRIMARY KEY, product int REFERENCES product (id), day date);
"""
CHANGES = {
    "stored becomes virtual": (
        "ALTER TABLE product DROP doubled, ADD doubled int GENERATED ALWAYS AS (width * 2) VIRTUAL"
        " AFTER width"
    ),
    "stored becomes plain": "ALTER TABLE product MODIFY doubled int",
    "a default draws from a sequence": (
        "CREATE SEQUENCE numbers; ALTER TABLE product MODIFY width int DEFAULT nextval(numbers);"
        "CREATE TABLE ticket (id int DEFAULT nextval(numbers) PRIMARY KEY)"
    ),
    "a key takes no action": (
        "ALTER TABLE product DROP FOREIGN KEY sold; ALTER TABLE product ADD CONSTRAINT sold"
        " FOREIGN KEY (shop) REFERENCES shop (id) ON DELETE NO ACTION"
    ),
    "an index is ordered downwards": (
        "ALTER TABLE product DROP KEY by_sku, ADD KEY by_sku (sku DESC, width)"
    ),
    "an index takes the place of that which the server made for a key": (
        "ALTER TABLE product ADD KEY wider (shop, width)"
    ),
    "a key takes the place of that which the server made for another": (
        "CREATE TABLE sale (a int, b date, KEY (a, b)); ALTER TABLE offer ADD CONSTRAINT sold_at"
        " FOREIGN KEY (product, day) REFERENCES sale (a, b)"
    ),
    "an index stays that the server made for a key, beside a wider one": (
        "ALTER TABLE product DROP KEY sold, ADD KEY sold (shop), ADD KEY wider (shop, width)"
    ),
    "an index stays that the server made for a key, beside a primary key": (
        "ALTER TABLE offer DROP KEY product, ADD KEY product (product), DROP PRIMARY KEY,"
        " ADD PRIMARY KEY (product, id)"
    ),
    "an index stays that the server made for a key, which acts otherwise": (
        "ALTER TABLE offer DROP FOREIGN KEY offer_ibfk_1; ALTER TABLE offer DROP KEY product,"
        " ADD KEY product (product), ADD CONSTRAINT offer_ibfk_1"
        " FOREIGN KEY (product) REFERENCES product (id) ON DELETE CASCADE"
    ),
    "a table with a foreign key of no name is renamed": "RENAME TABLE offer TO offers",
    "partitioned tables come": (
        "CREATE TABLE reading (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE COLUMNS"
        " (at) (PARTITION p0 VALUES LESS THAN ('2026-01-01'), PARTITION p1 VALUES LESS THAN"
        " (MAXVALUE));"
        "CREATE TABLE spread (id int PRIMARY KEY) PARTITION BY KEY () PARTITIONS 3;"
        "CREATE TABLE aged (y int) PARTITION BY RANGE (y) (PARTITION old VALUES LESS THAN (9),"
        " PARTITION `the rest` VALUES LESS THAN MAXVALUE);"
        "CREATE TABLE listed (y int) PARTITION BY LIST (y) (PARTITION a VALUES IN (1, 2),"
        " PARTITION b VALUES IN (NULL, 4))"
    ),
    "a place is indexed": (
        "ALTER TABLE shop ADD COLUMN at point NOT NULL, ADD SPATIAL KEY near (at)"
    ),
    "a table keeps its history": (
        "ALTER TABLE product ADD SYSTEM VERSIONING;"
        "CREATE TABLE price (at date PRIMARY KEY, price int) WITH SYSTEM VERSIONING"
    ),
    "columns go with their indexes": (
        "ALTER TABLE product ADD KEY both_ways (sku, width), DROP doubled;"
        "ALTER TABLE product DROP COLUMN sku"
    ),
    "renamed, and its check gone": "ALTER TABLE product CHANGE price unit_price decimal(10,2)",
    "renamed, and no longer JSON": "ALTER TABLE product CHANGE meta details longtext",
}


@pytest.mark.parametrize("name", CHANGES)
def test_the_script_makes_the_change(name: str, mariadb: MySQLServer, tmp_path: Path) -> None:
    database = mariadb.create_database("changed_shop")
    load(mariadb, database, OLD, tmp_path)
    before = database.read()
    load(mariadb, database, CHANGES[name], tmp_path)
    after = database.read()
    database.execute(f"DROP DATABASE `{database.name}`")
    again = mariadb.create_database("changed_shop")
    load(mariadb, again, OLD, tmp_path)

    script = migrate(before, after, "mysql")
    load(mariadb, again, script.text("test"), tmp_path)

    assert compare(before, after, "mysql") != ()
    assert script.by_hand == ()
    assert compare(again.read(), after, "mysql") == ()
    again.execute(f"DROP DATABASE `{again.name}`")


def load(server: MySQLServer, database: MySQLDatabase, sql: str, folder: Path) -> None:
    (folder / "script.sql").write_text(sql, encoding="utf-8")
    server.load(database, folder / "script.sql")
