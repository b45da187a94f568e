"""One change of PostgreSQL at a time: told as what it is, and made by the script, rows kept."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from metadata_assets.diff.changes import AddTable, DropTable, RenameTable
from metadata_assets.diff.column_changes import RenameColumn
from metadata_assets.diff.compare import compare
from metadata_assets.diff.following import without_renames
from metadata_assets.diff.migration.migrate import migrate
from metadata_assets_tests.servers import PostgresServer
from metadata_assets_tests.sources.postgres_servers import PostgresDatabase

OLD = """
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE place AS (street text, zip varchar(5));
CREATE TABLE product (id int PRIMARY KEY, sku text, price numeric(10,2), tags text[], width int,
  height int, mood mood, home place, computed int GENERATED ALWAYS AS (width * 2) STORED);
CREATE TABLE line (id int PRIMARY KEY, product_id int REFERENCES product);
CREATE INDEX wide ON product (width);
COMMENT ON INDEX wide IS 'as we sort'; COMMENT ON CONSTRAINT line_pkey ON line IS 'a line';
INSERT INTO product (id, sku, price, tags, width, mood) VALUES (1, 'a', 2.5, '{x,y}', 3, 'sad');
"""
CHANGES = {
    "a new schema": (
        "CREATE SCHEMA fresh; CREATE TABLE fresh.t (id int); CREATE TYPE fresh.e AS ENUM ('a')"
    ),
    "other comments": (
        "COMMENT ON INDEX wide IS NULL; COMMENT ON CONSTRAINT line_pkey ON line IS 'it''s a line';"
        "COMMENT ON CONSTRAINT line_product_id_fkey ON line IS 'what of'"
    ),
    "commented structures": (
        "CREATE TABLE t (a int CONSTRAINT c CHECK (a > 0)); CREATE INDEX i ON t (a);"
        "ALTER TABLE product ADD CONSTRAINT high CHECK (height > 0); CREATE INDEX j ON line (id);"
        "COMMENT ON CONSTRAINT c ON t IS 'c'; COMMENT ON INDEX i IS 'i';"
        "COMMENT ON CONSTRAINT high ON product IS 'high'; COMMENT ON INDEX j IS 'j'"
    ),
    "a renamed label": "ALTER TYPE mood RENAME VALUE 'sad' TO 'unhappy'",
    "renamed and retyped": (
        "ALTER TABLE product RENAME height TO height_mm; ALTER TABLE product ALTER height_mm TYPE"
        " bigint"
    ),
    "a table renamed with a column": (
        "ALTER TABLE product RENAME TO article; ALTER TABLE article RENAME price TO unit_price"
    ),
    "an array becomes jsonb": "ALTER TABLE product ALTER tags TYPE jsonb USING to_jsonb(tags)",
    "a table is unlogged": "ALTER TABLE line SET UNLOGGED",
    "no longer generated": "ALTER TABLE product ALTER computed DROP EXPRESSION",
}


@pytest.mark.parametrize("name", CHANGES)
def test_the_script_makes_the_change(name: str, postgres: PostgresServer, tmp_path: Path) -> None:
    old = made(postgres, OLD, tmp_path)
    new = made(postgres, OLD + CHANGES[name], tmp_path)
    before, after = old.read(), new.read()

    script = migrate(before, after, "postgres")
    run(postgres, old, script.text("test"), tmp_path)

    assert compare(before, after, "postgres") != ()
    assert script.by_hand == ()
    assert compare(old.read(), after, "postgres") == ()
    with psycopg.connect(old.url) as connection, psycopg.connect(new.url) as other:
        for row in after.tables.to_pylist():
            select = f"SELECT * FROM {row['table_fqdn']}".encode()
            rows = connection.execute(select).fetchall()
            assert rows == other.execute(select).fetchall()


def test_a_rename_is_told_with_the_type_it_came_with(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    old = made(postgres, OLD, tmp_path)
    new = made(postgres, OLD + CHANGES["renamed and retyped"], tmp_path)
    (rename,) = compare(old.read(), new.read(), "postgres")
    assert isinstance(rename, RenameColumn)
    assert rename.to == "height_mm"
    assert "type integer became bigint" in rename.evidence


def test_foreign_keys_that_follow_tell_a_renamed_table(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    old = made(postgres, OLD, tmp_path)
    new = made(postgres, OLD + CHANGES["a table renamed with a column"], tmp_path)
    renames = [c for c in compare(old.read(), new.read(), "postgres") if type(c) is RenameTable]
    assert [(one.table, one.to) for one in renames] == [("public.product", "public.article")]
    assert "foreign keys follow" in renames[0].evidence


def test_a_view_of_the_same_query_under_another_name_is_a_rename_of_little_confidence(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    view = "CREATE VIEW {name} AS SELECT id, sku FROM product WHERE price < {price}; "
    old = made(postgres, OLD + view.format(name="cheap", price=5), tmp_path)
    new = made(postgres, OLD + view.format(name="monthly", price=5), tmp_path)
    (rename,) = compare(old.read(), new.read(), "postgres")
    assert isinstance(rename, RenameTable)
    assert rename.evidence == ("2 of 2 columns are the same", "same query")
    assert rename.confidence == 0.6
    assert without_renames([rename]) == (
        DropTable("public.cheap", "view"),
        AddTable("public.monthly", "view"),
    )
    other = made(postgres, OLD + view.format(name="monthly", price=6), tmp_path)
    assert {type(c) for c in compare(old.read(), other.read(), "postgres")} == {
        *(DropTable, AddTable)
    }
    run(postgres, old, migrate(old.read(), new.read(), "postgres").text("test"), tmp_path)
    assert compare(old.read(), new.read(), "postgres") == ()


SHARED = """
CREATE TABLE a (a_id serial, x text, old int);
CREATE TABLE b (b_id int DEFAULT nextval('a_a_id_seq'), y date);
INSERT INTO a (x) VALUES ('r'), ('s');
"""


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE a RENAME TO t; ALTER TABLE b RENAME TO a; ALTER TABLE t RENAME TO b",
        "ALTER SEQUENCE a_a_id_seq OWNED BY b.b_id; DROP TABLE a",
        "ALTER SEQUENCE a_a_id_seq OWNED BY b.b_id; ALTER TABLE a DROP a_id",
    ],
    ids=["two tables swap their names", "its table goes", "its column goes"],
)
def test_a_sequence_that_others_count_by_outlives_its_column(
    change: str, postgres: PostgresServer, tmp_path: Path
) -> None:
    old, new = made(postgres, SHARED, tmp_path), made(postgres, SHARED + change, tmp_path)
    run(postgres, old, migrate(old.read(), new.read(), "postgres").text("test"), tmp_path)
    assert compare(old.read(), new.read(), "postgres") == ()
    with psycopg.connect(old.url) as connection:
        counted = connection.execute("SELECT nextval('a_a_id_seq') > 2").fetchone()
        assert counted == (True,), "it begins anew"


def test_an_attribute_that_a_column_holds_is_left_to_the_reader(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    old = made(postgres, OLD, tmp_path)
    swap = (
        "ALTER TABLE product DROP home; ALTER TYPE place ALTER ATTRIBUTE zip TYPE text;"
        "ALTER TABLE product ADD home place"
    )
    new = made(postgres, OLD + swap, tmp_path)
    script = migrate(old.read(), new.read(), "postgres")
    run(postgres, old, script.text("test"), tmp_path)
    assert "retypes no attribute" in " ".join(step.why for step in script.by_hand)


def made(server: PostgresServer, script: str, folder: Path) -> PostgresDatabase:
    database = PostgresDatabase(server.create_database())
    run(server, database, script, folder)
    return database


def run(server: PostgresServer, database: PostgresDatabase, sql: str, folder: Path) -> None:
    (folder / "script.sql").write_text(sql, encoding="utf-8")
    server.load(database.url, folder / "script.sql")
