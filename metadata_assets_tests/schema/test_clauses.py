"""What keys, indexes and views say beyond their columns: read, compared, migrated and written."""

from __future__ import annotations

import psycopg
import pytest

from metadata_assets.diff.compare import compare
from metadata_assets.diff.migration.migrate import migrate
from metadata_assets.diff.rows import kind_of
from metadata_assets.diff.structure_changes import ChangeIndex
from metadata_assets.schema.ddl import create_empty_tables
from metadata_assets.schema.versions import catalog_of, table_definitions
from metadata_assets_tests.schema.ddl.facts import unlike
from metadata_assets_tests.servers import PostgresServer
from metadata_assets_tests.sources.postgres_servers import PostgresDatabase

SHOP = (
    "CREATE TABLE parent (id int PRIMARY KEY)",
    "CREATE TABLE t (id int PRIMARY KEY, code varchar(20), note text, at timestamptz, of int,"
    " span tstzrange, CONSTRAINT u UNIQUE (code, at), CONSTRAINT c CHECK (code <> ''),"
    " CONSTRAINT f FOREIGN KEY (of) REFERENCES parent)",
    "CREATE INDEX i ON t (code)",
    "CREATE INDEX g ON t USING gist (span)",
    "CREATE UNIQUE INDEX e ON t (lower(note), at) WHERE at > '2026-01-01'",
    "CREATE VIEW v AS SELECT id, code FROM t WHERE code > 'a'",
)
UNIQUE = "ALTER TABLE t DROP CONSTRAINT u, ADD CONSTRAINT u UNIQUE"
INCLUDED = f"{UNIQUE} (code, at) INCLUDE (note, span)"
CHECK = "ALTER TABLE t DROP CONSTRAINT c, ADD CONSTRAINT c CHECK (code <> '')"
KEY = "ALTER TABLE t DROP CONSTRAINT f, ADD CONSTRAINT f FOREIGN KEY (of) REFERENCES parent"
AGAIN = {"drop_constraint", "add_constraint"}
ACTIONS = {"change_foreign_key_actions"}
INDEX = {"change_index"}
CHANGES = {
    f"{UNIQUE} (code, at) DEFERRABLE": AGAIN,
    f"{UNIQUE} (code, at) INITIALLY DEFERRED": AGAIN,
    f"{UNIQUE} NULLS NOT DISTINCT (code, at)": AGAIN,
    INCLUDED: AGAIN,
    f"{CHECK} NOT VALID": AGAIN,
    f"{CHECK} NO INHERIT": AGAIN,
    f"{KEY} DEFERRABLE INITIALLY DEFERRED": ACTIONS,
    f"{KEY} MATCH FULL NOT VALID": ACTIONS,
    f"{KEY} ON DELETE SET NULL (of)": ACTIONS,
    "DROP INDEX i; CREATE INDEX i ON t (code DESC)": INDEX,
    "DROP INDEX i; CREATE INDEX i ON t (code NULLS FIRST)": INDEX,
    'DROP INDEX i; CREATE INDEX i ON t (code COLLATE "C")': INDEX,
    "DROP INDEX i; CREATE INDEX i ON t (code text_pattern_ops)": INDEX,
    "DROP INDEX i; CREATE INDEX i ON t (code) INCLUDE (at, note)": INDEX,
    "ALTER INDEX i SET (fillfactor = 70)": INDEX,
    "DROP INDEX e; CREATE UNIQUE INDEX e ON t (lower(note), at) NULLS NOT DISTINCT"
    " WHERE at > '2026-01-01'": INDEX,
    "DROP INDEX e; CREATE UNIQUE INDEX e ON t"
    ' (lower(note) COLLATE "C" text_pattern_ops DESC NULLS LAST, at) INCLUDE (of)'
    " WITH (fillfactor = 60) WHERE at > '2026-01-01'": INDEX,
    "ALTER VIEW v SET (security_barrier = true, check_option = local)": {"change_table_properties"},
    f"{CHECK} NOT ENFORCED": AGAIN,
    f"{UNIQUE} (code, span WITHOUT OVERLAPS)": AGAIN,
}


@pytest.fixture(scope="module")
def before(postgres: PostgresServer) -> PostgresDatabase:
    """A schema with the shop in it for each alteration."""
    database = PostgresDatabase(postgres.create_database())
    with psycopg.connect(database.url) as connection:
        connection.execute("CREATE EXTENSION btree_gist")
        for n in range(len(CHANGES)):
            connection.execute(f"CREATE SCHEMA s{n}; SET search_path = s{n}, public".encode())
            for statement in SHOP:
                connection.execute(statement.encode())
    return database


@pytest.fixture(scope="module")
def after(postgres: PostgresServer, before: PostgresDatabase) -> PostgresDatabase:
    """Each shop altered."""
    database = PostgresDatabase(postgres.create_database(template=before.name))
    with psycopg.connect(database.url) as connection:
        for n, alteration in enumerate(CHANGES):
            connection.execute(f"SET search_path = s{n}, public; {alteration}".encode())
    return database


def test_each_is_told_as_the_one_change_it_is(
    before: PostgresDatabase, after: PostgresDatabase
) -> None:
    told: dict[str, set[str]] = {}
    for change in compare(before.read(), after.read(), "postgres"):
        told.setdefault(change.table.partition(".")[0], set()).add(kind_of(change))
    assert told == {f"s{n}": kinds for n, kinds in enumerate(CHANGES.values())}


def test_the_script_makes_each(
    postgres: PostgresServer, before: PostgresDatabase, after: PostgresDatabase
) -> None:
    copy = PostgresDatabase(postgres.create_database(template=before.name))
    script = migrate(before.read(), after.read(), "postgres")
    copy.execute(script.text("test"))
    assert script.by_hand == ()
    assert compare(copy.read(), after.read(), "postgres") == ()


def test_their_ddl_makes_them_again(postgres: PostgresServer, after: PostgresDatabase) -> None:
    again = PostgresDatabase(postgres.create_database())
    create_empty_tables(after.read(), "postgres", again.url)
    assert not unlike(again.read(), after.read())


def test_the_registry_keeps_them(before: PostgresDatabase, after: PostgresDatabase) -> None:
    registered = catalog_of(table_definitions(after.read()))
    assert compare(registered, after.read(), "postgres") == ()
    assert compare(before.read(), registered, "postgres") != ()


def test_the_columns_they_name_follow_a_rename(
    postgres: PostgresServer, after: PostgresDatabase
) -> None:
    renamed = PostgresDatabase(postgres.create_database(template=after.name))
    schema = f"s{list(CHANGES).index(INCLUDED)}"
    renamed.execute(f"ALTER TABLE {schema}.t RENAME note TO notes")
    changes = compare(after.read(), renamed.read(), "postgres")
    assert [kind_of(c) for c in changes if not isinstance(c, ChangeIndex)] == ["rename_column"]
    copy = PostgresDatabase(postgres.create_database(template=after.name))
    copy.execute(migrate(after.read(), renamed.read(), "postgres").text("test"))
    assert compare(copy.read(), renamed.read(), "postgres") == ()
