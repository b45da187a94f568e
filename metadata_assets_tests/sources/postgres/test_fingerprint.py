"""The change probe: moved by every kind of DDL that the catalog shows, by nothing else."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from metadata_assets.sources.driver import catalog_sql
from metadata_assets_tests.servers import PostgresServer
from metadata_assets_tests.sources.postgres_servers import PostgresDatabase

SHOP = (
    "CREATE SCHEMA s; CREATE SCHEMA other",
    "CREATE ROLE {role}_owner; CREATE ROLE {role}_reader",
    "CREATE TYPE s.mood AS ENUM ('glad', 'sad')",
    "CREATE DOMAIN s.code AS varchar(10) CHECK (VALUE <> '')",
    "CREATE DOMAIN s.codes AS int[]",
    "CREATE TYPE s.pair AS (a int, b int)",
    "CREATE TYPE s.span AS RANGE (subtype = numeric)",
    "CREATE FUNCTION s.one() RETURNS int LANGUAGE sql IMMUTABLE RETURN 1",
    "CREATE SEQUENCE s.counter",
    "CREATE TABLE s.p (id serial PRIMARY KEY, n int DEFAULT s.one(), m s.mood, c s.code,"
    " g int GENERATED ALWAYS AS (id * 2) STORED, x text UNIQUE, v varchar(10), k int NOT NULL,"
    " CONSTRAINT positive CHECK (n > 0))",
    "CREATE TABLE s.f (id int PRIMARY KEY, p int CONSTRAINT f_p REFERENCES s.p, d text)",
    "CREATE INDEX f_d ON s.f (d)",
    "CREATE VIEW s.view AS SELECT id, x FROM s.p",
    "CREATE MATERIALIZED VIEW s.mv AS SELECT count(*) AS n FROM s.p",
    "CREATE TABLE s.m (id int) PARTITION BY RANGE (id)",
    "CREATE TABLE s.m_1 PARTITION OF s.m FOR VALUES FROM (0) TO (10)",
    "CREATE TABLE s.child (more int) INHERITS (s.f)",
    "CREATE TEXT SEARCH CONFIGURATION s.config (COPY = simple)",
    "CREATE TEXT SEARCH DICTIONARY s.dict (TEMPLATE = simple)",
    "CREATE TYPE s.place",
    "CREATE FUNCTION s.place_in(cstring) RETURNS s.place LANGUAGE internal STRICT IMMUTABLE"
    " AS 'point_in'; CREATE FUNCTION s.place_out(s.place) RETURNS cstring LANGUAGE internal STRICT"
    " IMMUTABLE AS 'point_out'",
    "CREATE TYPE s.place (INPUT = s.place_in, OUTPUT = s.place_out, INTERNALLENGTH = 16,"
    " ALIGNMENT = double, ELEMENT = float8)",
    "CREATE OPERATOR CLASS s.ints FOR TYPE int4 USING btree AS OPERATOR 1 <, OPERATOR 2 <=,"
    " OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(int4, int4)",
    "CREATE TABLE s.w (b text, n int, at s.place, t tsvector"
    " GENERATED ALWAYS AS (to_tsvector('s.config'::regconfig, b)) STORED,"
    " l text[] DEFAULT ts_lexize('s.dict'::regdictionary, 'x'))",
    "CREATE INDEX w_t ON s.w USING gist (t tsvector_ops (siglen = 32)); CREATE INDEX w_n ON s.w"
    " (n s.ints)",
    "COMMENT ON TABLE s.p IS 'p'; COMMENT ON COLUMN s.p.x IS 'x'; COMMENT ON TYPE s.mood IS 'm'",
    "INSERT INTO s.p (m, c, v, k) SELECT 'glad', 'c', 'v', i FROM generate_series(1, 100) i",
)

QUIET = (
    "INSERT INTO s.p (m, k) SELECT 'sad', i FROM generate_series(1, 5000) i",
    "UPDATE s.p SET v = 'w'; DELETE FROM s.p WHERE id > 50",
    "ANALYZE",
    "VACUUM",
    "VACUUM FULL s.p",
    "VACUUM FREEZE",
    "CLUSTER s.p USING p_pkey",
    "TRUNCATE s.f, s.child",
    "REINDEX TABLE s.p",
    "REINDEX TABLE CONCURRENTLY s.p",
    "REINDEX INDEX CONCURRENTLY s.f_d",
    "REFRESH MATERIALIZED VIEW s.mv",
    "GRANT SELECT ON s.p TO {role}_reader",
    "ALTER TABLE s.p ALTER COLUMN v SET STATISTICS 500",
    "ALTER TABLE s.p SET (fillfactor = 90)",
    "ALTER TABLE s.p ENABLE ROW LEVEL SECURITY",
    "SELECT nextval('s.p_id_seq'), nextval('s.counter')",
    "CREATE SEQUENCE s.unused",
    "CREATE TEMP TABLE passing (id int) PARTITION BY RANGE (id)",
    "CREATE TYPE pg_temp.passing_mood AS ENUM ('a')",
    "CREATE ROLE {role}_new",
    "COMMENT ON INDEX s.p_pkey IS 'x'; COMMENT ON SEQUENCE s.counter IS 'x'",
    "COMMENT ON SCHEMA s IS 'x'",
    "COMMENT ON TABLE s.m_1 IS 'x'; ALTER TABLE s.m_1 ADD CHECK (id < 100), ALTER id SET DEFAULT 1",
    "ALTER TABLE s.m_1 OWNER TO {role}_owner; CREATE INDEX ON s.m_1 (id)",
    "ALTER SEQUENCE s.p_id_seq INCREMENT 5; ALTER TABLE s.p ALTER v SET STORAGE EXTERNAL",
    "CREATE STATISTICS s.stats ON n, k FROM s.p; CREATE POLICY pol ON s.p USING (true)",
    "CREATE RULE quiet AS ON DELETE TO s.f DO ALSO NOTHING",
    "CREATE TEMP TABLE scratch (id serial PRIMARY KEY, v text DEFAULT 'x')",
    "CREATE TRIGGER t BEFORE UPDATE ON s.p FOR EACH ROW"
    " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "BEGIN; ALTER TABLE s.p ADD COLUMN never int; ROLLBACK",
)

LOUD = (
    "CREATE TABLE s.new ()",
    "DROP TABLE s.child",
    "ALTER TABLE s.f RENAME TO f2",
    "ALTER TABLE s.child SET SCHEMA other",
    "ALTER SCHEMA s RENAME TO t",
    "ALTER TABLE s.p OWNER TO {role}_owner",
    "ALTER TABLE s.f SET UNLOGGED",
    "ALTER TABLE s.p ADD COLUMN added int",
    "ALTER TABLE s.p DROP COLUMN k",
    "ALTER TABLE s.p RENAME COLUMN x TO y",
    "ALTER TABLE s.p ALTER COLUMN k TYPE bigint",
    "ALTER TABLE s.p ALTER COLUMN v TYPE varchar(11)",
    "ALTER TABLE s.p ALTER COLUMN k DROP NOT NULL",
    "ALTER TABLE s.p ALTER COLUMN n SET DEFAULT 2",
    "ALTER TABLE s.p ALTER COLUMN n DROP DEFAULT",
    "ALTER TABLE s.p ALTER COLUMN g DROP EXPRESSION",
    "ALTER TABLE s.p ALTER COLUMN k ADD GENERATED ALWAYS AS IDENTITY",
    'ALTER TABLE s.f ALTER COLUMN d TYPE text COLLATE "C"',
    "ALTER FUNCTION s.one() RENAME TO uno",
    "CREATE FUNCTION s.unused() RETURNS int LANGUAGE sql RETURN 2",
    "CREATE OPERATOR s.<%%> (LEFTARG = int, RIGHTARG = int, FUNCTION = int4pl)",
    "ALTER SEQUENCE s.p_id_seq RENAME TO numbers",
    "ALTER TABLE s.p DROP CONSTRAINT positive",
    "ALTER TABLE s.p ADD CHECK (k > 0)",
    "ALTER TABLE s.p RENAME CONSTRAINT positive TO above_zero",
    "ALTER TABLE s.f DROP CONSTRAINT f_p",
    "ALTER TABLE s.f DROP CONSTRAINT f_p, ADD CONSTRAINT f_p FOREIGN KEY (p) REFERENCES s.p"
    " ON DELETE CASCADE",
    "ALTER TABLE s.p DROP CONSTRAINT p_x_key",
    "CREATE INDEX ON s.p (k)",
    "DROP INDEX s.f_d",
    "ALTER INDEX s.f_d RENAME TO f_e",
    "DROP INDEX s.f_d; CREATE INDEX f_d ON s.f (d) WHERE p > 0",
    "DROP INDEX s.f_d; CREATE UNIQUE INDEX f_d ON s.f (d)",
    "DROP INDEX s.f_d; CREATE INDEX f_d ON s.f USING hash (d)",
    "DROP INDEX s.f_d; CREATE INDEX f_d ON s.f (d DESC)",
    "DROP INDEX s.f_d; CREATE INDEX f_d ON s.f (d text_pattern_ops)",
    "DROP INDEX s.f_d; CREATE INDEX f_d ON s.f (d) INCLUDE (p)",
    "ALTER INDEX s.f_d SET (fillfactor = 70)",
    "ALTER TABLE s.f ALTER CONSTRAINT f_p DEFERRABLE",
    "ALTER TABLE s.p DROP CONSTRAINT positive, ADD CONSTRAINT positive CHECK (n > 0) NOT VALID",
    "ALTER VIEW s.view SET (security_barrier = true)",
    "CREATE OR REPLACE VIEW s.view AS SELECT id, x FROM s.p WHERE id > 1",
    "DROP MATERIALIZED VIEW s.mv; CREATE MATERIALIZED VIEW s.mv AS SELECT 1 AS n",
    "CREATE TABLE s.m_2 PARTITION OF s.m FOR VALUES FROM (10) TO (20)",
    "ALTER TABLE s.m DETACH PARTITION s.m_1",
    "ALTER TABLE s.m_1 RENAME TO m_one",
    "ALTER VIEW s.view RENAME COLUMN x TO y",
    "ALTER DOMAIN s.code DROP CONSTRAINT code_check",
    "ALTER TYPE s.pair ALTER ATTRIBUTE b TYPE bigint",
    "DROP INDEX s.f_d; CREATE INDEX f_d ON s.f (lower(d))",
    "ALTER TABLE s.child NO INHERIT s.f",
    "ALTER TYPE s.mood ADD VALUE 'meh'",
    "ALTER TYPE s.mood RENAME VALUE 'sad' TO 'blue'",
    "ALTER TYPE s.mood RENAME TO feeling",
    "ALTER DOMAIN s.code SET NOT NULL",
    "ALTER DOMAIN s.code SET DEFAULT 'x'",
    "ALTER DOMAIN s.code ADD CHECK (VALUE <> 'y')",
    "ALTER DOMAIN s.codes RENAME TO numbers",
    "ALTER TYPE s.pair ADD ATTRIBUTE c text",
    "ALTER TYPE s.pair RENAME ATTRIBUTE a TO z",
    "DROP TYPE s.span",
    "COMMENT ON TABLE s.p IS 'other'",
    "COMMENT ON TABLE s.p IS NULL",
    "COMMENT ON COLUMN s.p.x IS 'other'",
    "COMMENT ON COLUMN s.p.x IS NULL",
    "COMMENT ON COLUMN s.view.x IS 'new'",
    "COMMENT ON TYPE s.mood IS NULL",
    "COMMENT ON INDEX s.f_d IS 'new'",
    "COMMENT ON CONSTRAINT positive ON s.p IS 'new'",
    "COMMENT ON DOMAIN s.code IS 'new'",
    "DROP INDEX s.w_t; CREATE INDEX w_t ON s.w USING gist (t tsvector_ops (siglen = 64))",
    "ALTER TEXT SEARCH CONFIGURATION s.config RENAME TO other_config",
    "ALTER TEXT SEARCH DICTIONARY s.dict RENAME TO other_dict",
    "ALTER OPERATOR CLASS s.ints USING btree RENAME TO integers",
    "ALTER TYPE s.place RENAME TO spot",
    "CREATE FUNCTION s.one(int) RETURNS int LANGUAGE sql IMMUTABLE RETURN 1",
    "CREATE PROCEDURE s.one(int) LANGUAGE sql AS ''",
    "CREATE EXTENSION pg_stat_statements SCHEMA public;"
    " ALTER EXTENSION pg_stat_statements ADD TABLE s.m",
)

LOUD_SINCE_15 = (
    "TRUNCATE s.p CASCADE; ALTER TABLE s.p DROP CONSTRAINT p_x_key,"
    " ADD CONSTRAINT p_x_key UNIQUE NULLS NOT DISTINCT (x)",
    "ALTER VIEW s.view SET (security_invoker = true)",
)


@dataclass(frozen=True)
class Shop:
    """A database with something of every kind, and the prefix of its roles."""

    database: PostgresDatabase
    role: str

    def statements(self, text: str) -> list[str]:
        return text.format(role=self.role).split("; ")


@pytest.fixture(scope="module")
def shop(any_postgres: PostgresServer) -> Shop:
    shop = Shop(PostgresDatabase(any_postgres.create_database()), f"r{uuid.uuid4().hex[:12]}")
    shop.database.execute(*(part for text in SHOP for part in shop.statements(text)))
    return shop


def probe(session: psycopg.Connection) -> Any:
    halves = (catalog_sql("postgres", name) for name in ("fingerprint", "fingerprint_columns"))
    return [session.execute(half.encode()).fetchall() for half in halves]


@pytest.mark.parametrize("statement", LOUD)
def test_each_kind_of_ddl_moves_the_fingerprint(shop: Shop, statement: str) -> None:
    assert moves_the_fingerprint(shop, statement)


@pytest.mark.parametrize("statement", LOUD_SINCE_15)
def test_each_kind_of_ddl_that_came_later_moves_the_fingerprint(
    shop: Shop, any_postgres: PostgresServer, statement: str
) -> None:
    if any_postgres.major_version < 15:
        pytest.skip("PostgreSQL 15 brought it")
    assert moves_the_fingerprint(shop, statement)


def moves_the_fingerprint(shop: Shop, statement: str) -> bool:
    # In one transaction, which sees its own changes and is rolled back: no database to copy.
    with psycopg.connect(shop.database.url) as session:
        session.execute(catalog_sql("postgres", "session").encode())
        before = probe(session)
        assert probe(session) == before
        for part in shop.statements(statement):
            session.execute(part.encode())
        after = probe(session)
        session.rollback()
    return bool(after != before)


@pytest.mark.parametrize("statement", QUIET)
def test_loading_and_maintenance_leave_the_fingerprint_alone(shop: Shop, statement: str) -> None:
    before = shop.database.fingerprint()
    with psycopg.connect(shop.database.url, autocommit=True) as session:
        for part in shop.statements(statement):
            session.execute(part.encode())
        after = shop.database.fingerprint()

    assert after == before


def test_a_renamed_owner_moves_the_fingerprint(database: PostgresDatabase) -> None:
    role = f"r_{uuid.uuid4().hex[:12]}"
    database.execute(f"CREATE ROLE {role}; CREATE TABLE t (); ALTER TABLE t OWNER TO {role}")
    before = database.fingerprint()

    database.execute(f"ALTER ROLE {role} RENAME TO {role}_2")

    assert database.fingerprint() != before


def test_another_include_extensions_moves_the_fingerprint(newest: PostgresDatabase) -> None:
    assert (
        newest.source(include_extensions=True).fingerprint()
        != newest.source(include_extensions=False).fingerprint()
    )
