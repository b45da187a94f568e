"""What indexes, keys and views of MariaDB say beyond their columns: read, compared, migrated and
written."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from metadata_assets.catalog.model import Catalog
from metadata_assets.diff.compare import compare
from metadata_assets.diff.migration.migrate import migrate
from metadata_assets.diff.rows import kind_of
from metadata_assets.schema.ddl import write_ddl
from metadata_assets.schema.versions import catalog_of, table_definitions
from metadata_assets_tests.schema.ddl.facts import unlike
from metadata_assets_tests.sources.mysql_servers import MySQLDatabase, MySQLServer

SHOP = (
    "CREATE SEQUENCE numbers",
    "CREATE TABLE parent (id int AUTO_INCREMENT, p int, KEY counted (id), KEY by_p (p))",
    "CREATE TABLE child (n int DEFAULT nextval(numbers), p int REFERENCES parent (p))",
    "CREATE TABLE spread (id int PRIMARY KEY) PARTITION BY KEY () PARTITIONS 2",
    "CREATE TABLE split (id int, y int) PARTITION BY RANGE (y) SUBPARTITION BY HASH (id)"
    " SUBPARTITIONS 3 (PARTITION p0 VALUES LESS THAN (9), PARTITION p1 VALUES LESS THAN MAXVALUE)",
    "CREATE TABLE kept (id int, seen int COMMENT 'often' WITHOUT SYSTEM VERSIONING)"
    " WITH SYSTEM VERSIONING"
    " PARTITION BY SYSTEM_TIME (PARTITION was HISTORY, PARTITION now CURRENT)",
    "CREATE TABLE place (at point NOT NULL, code int CHECK (code > 0), CHECK (code <> 7), doc json,"
    " SPATIAL KEY near (at)) WITH SYSTEM VERSIONING",
    "CREATE TABLE t (id int PRIMARY KEY, code varchar(20), at datetime, UNIQUE KEY u (code, at),"
    " KEY i (at), KEY h (code(5), at DESC) IGNORED, UNIQUE KEY hu (at, id) IGNORED)",
    "CREATE TABLE begun (a varchar(50), b int, PRIMARY KEY (a(10), b DESC))",
    "CREATE VIEW v AS SELECT id, code FROM t WHERE code > 'a'",
    "CREATE SQL SECURITY INVOKER VIEW on_v AS SELECT id FROM v WHERE id > 1 WITH CHECK OPTION",
)
VIEW = "VIEW v AS SELECT id, code FROM t WHERE code > 'a'"
ON_VIEW = "VIEW on_v AS SELECT id FROM v WHERE id > 1"
OPTIONS = {"change_table_properties"}
INDEX = {"change_index"}
CHANGES = {
    f"ALTER {VIEW} WITH LOCAL CHECK OPTION": OPTIONS,
    f"ALTER {VIEW} WITH CASCADED CHECK OPTION": OPTIONS,
    f"ALTER SQL SECURITY INVOKER {VIEW}": OPTIONS,
    f"ALTER ALGORITHM=TEMPTABLE {ON_VIEW}": OPTIONS,
    f"ALTER ALGORITHM=MERGE SQL SECURITY INVOKER {VIEW} WITH CHECK OPTION": OPTIONS,
    f"ALTER SQL SECURITY DEFINER {ON_VIEW}": OPTIONS,
    "ALTER TABLE t ALTER INDEX i IGNORED": INDEX,
    "ALTER TABLE t ALTER INDEX h NOT IGNORED": INDEX,
    "ALTER TABLE t ALTER INDEX u IGNORED": INDEX,
    "ALTER TABLE t ALTER INDEX hu NOT IGNORED": INDEX,
    "ALTER TABLE t DROP INDEX i, ADD INDEX i (at, id) IGNORED": INDEX,
    "ALTER TABLE t RENAME INDEX h TO g": {"rename_index"},
    "ALTER TABLE begun DROP PRIMARY KEY, ADD PRIMARY KEY (a(20), b)": {"change_primary_key"},
    "CREATE INDEX j ON t (at, code) IGNORED": {"add_index"},
    "CREATE UNIQUE INDEX j ON t (code) IGNORED": {"add_constraint"},
    "CREATE TABLE n (a int, KEY k (a) IGNORED, UNIQUE KEY ku (a) IGNORED)": {"add_table"},
}
NAMES = [f"clauses_{n}" for n in range(len(CHANGES))]


@pytest.fixture(scope="module")
def before(mariadb: MySQLServer) -> Catalog:
    """The shop, in a database for each alteration."""
    return catalog_in(shops(mariadb))


@pytest.fixture(scope="module")
def after(mariadb: MySQLServer) -> Catalog:
    """Each shop altered."""
    databases = shops(mariadb)
    for database, alteration in zip(databases, CHANGES, strict=True):
        database.execute(alteration)
    return catalog_in(databases)


def shops(server: MySQLServer) -> list[MySQLDatabase]:
    databases = emptied(server)
    for database in databases:
        database.execute(*SHOP)
    return databases


def emptied(server: MySQLServer) -> list[MySQLDatabase]:
    return [server.create_database(name) for name in NAMES]


def catalog_in(databases: Iterable[MySQLDatabase]) -> Catalog:
    first, *_ = databases
    return first.read(database="", include=["clauses_*.*"])


def test_each_is_told_as_the_one_change_it_is(before: Catalog, after: Catalog) -> None:
    told: dict[str, set[str]] = {}
    for change in compare(before, after, "mysql"):
        told.setdefault(change.table.partition(".")[0], set()).add(kind_of(change))
    assert told == dict(zip(NAMES, CHANGES.values(), strict=True))


def test_the_script_makes_each(mariadb: MySQLServer, before: Catalog, after: Catalog) -> None:
    databases = shops(mariadb)
    script = migrate(before, after, "mysql")
    assert script.by_hand == ()
    databases[0].execute(*(statement.sql for statement in script.statements))
    assert compare(catalog_in(databases), after, "mysql") == ()


def test_an_index_is_hidden_and_shown_without_being_made_anew(
    before: Catalog, after: Catalog
) -> None:
    told = [statement.sql for statement in migrate(before, after, "mysql").statements]
    for name, alteration in zip(NAMES, CHANGES, strict=True):
        if "ALTER INDEX" in alteration:
            assert alteration.replace(" t ", f" {name}.t ") in told


def test_their_ddl_makes_them_again(mariadb: MySQLServer, after: Catalog) -> None:
    databases = emptied(mariadb)
    for database in databases:
        made = write_ddl(after, "mysql", tables=[f"{database.name}.*"])
        assert made.omitted == ()
        database.execute(*(statement.sql for statement in made.statements))
    assert not unlike(catalog_in(databases), after)


def test_the_registry_keeps_them(before: Catalog, after: Catalog) -> None:
    registered = catalog_of(table_definitions(after))
    assert compare(registered, after, "mysql") == ()
    assert compare(before, registered, "mysql") != ()
