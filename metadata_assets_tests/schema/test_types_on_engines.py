"""The canonical type, written back in the source's dialect, declares the same column again."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import duckdb
import psycopg
import pymysql

from metadata_assets.schema.types import canonical_type
from metadata_assets_tests.realdata import REALDATA, needs_realdata
from metadata_assets_tests.servers import PostgresServer
from metadata_assets_tests.sources.mysql_servers import MySQLServer
from metadata_assets_tests.sources.mysql_servers import connection as mysql_connection

pytestmark = needs_realdata

MORE_POSTGRES = [
    "numeric(4,-2)",
    "interval(6)",
    "interval day to second(3)",
    "interval year to month",
    '"char"',
    "xml",
    "xid8",
    "public.mood",
    "public.mood[]",
    '"My Domain"',
    'public."My Domain"[]',
    "composite",
    "name",
    "box",
    "line",
    "circle",
    "polygon",
    "varchar(10)[][3]",
    "bit varying(5)[]",
    "oid[]",
    "regclass[]",
    "national character varying(3)",
    "float(3)",
    "pg_lsn",
    "interval hour to minute[]",
    "regcollation[]",
    "int4range[]",
    "timetz(3)",
]

MORE_MARIADB = [
    "decimal(10,2) unsigned zerofill",
    "float(10,2) unsigned",
    "double unsigned",
    "enum('a''b','c,d)')",
    r"enum('a\\b')",
    "set('')",
    "int8",
    "real",
    "long",
    "int signed",
    "inet4",
    "inet6",
    "multipoint",
    "geometrycollection",
    "multipolygon",
    "bit(1)",
    "timestamp(6)",
    "year(4)",
    "national varchar(20)",
]

MORE_DUCKDB = [
    'STRUCT("my field" INT, "select" VARCHAR)',
    "UNION(a INT, b VARCHAR)",
    "ENUM('a''b','c')",
    "MAP(VARCHAR, INTEGER[])",
    "HUGEINT",
    "INTEGER[3][]",
    'STRUCT(a INTEGER, b "NULL"[])',
    "VARCHAR(10)",
]


def types_of(dialect: str) -> list[str]:
    listed: dict[str, list[str]] = json.loads(
        (REALDATA / "types" / "types.json").read_text(encoding="utf-8")
    )
    return listed[dialect]


def test_postgres_declares_the_same_type_again(postgres: PostgresServer) -> None:
    tried = 0
    with psycopg.connect(postgres.create_database(), autocommit=True) as connection:
        for extension in ("citext", "hstore", "ltree", "isn", "cube", "seg"):
            connection.execute(f"CREATE EXTENSION {extension}")
        connection.execute(
            "CREATE TYPE mood AS ENUM ('a', 'b'); CREATE DOMAIN \"My Domain\" AS int;"
            "CREATE TYPE composite AS (a int)"
        )

        def declared(native: str) -> str:
            connection.execute(f"CREATE TEMP TABLE t (c {native})")
            row = connection.execute(
                "SELECT format_type(atttypid, atttypmod) FROM pg_attribute "
                "WHERE attrelid = 't'::regclass AND attname = 'c'"
            ).fetchone()
            connection.execute("DROP TABLE t")
            assert row is not None
            return str(row[0])

        for native in (*types_of("postgres"), *MORE_POSTGRES):
            try:
                printed = declared(native)
            except psycopg.Error:
                continue  # not a type of this server: PostGIS, a pseudo-type
            for text in {native, printed}:
                assert declared(canonical_type(text, "postgres").sql("postgres")) == printed, text
                tried += 1
    assert tried > 300


def test_mariadb_declares_the_same_type_again(mariadb: MySQLServer) -> None:
    tried = 0
    database = mariadb.create_database()
    with mysql_connection(database) as session, session.cursor() as cursor:

        def declared(native: str) -> str:
            cursor.execute(f"CREATE OR REPLACE TABLE t (c {native})")
            cursor.execute(
                "SELECT column_type FROM information_schema.columns WHERE table_schema = %s",
                [database.name],
            )
            (row,) = cursor.fetchall()
            return str(row[0])

        for native in (*types_of("mysql"), *MORE_MARIADB):
            try:
                printed = declared(native)
            except pymysql.MySQLError:
                continue  # VARCHAR without a length
            for text in {native, printed}:
                written = canonical_type(text, "mysql").sql("mysql")
                # How many zeros are displayed is no part of a type.
                assert declared(written) == printed.removesuffix(" zerofill"), text
                tried += 1
    assert tried > 250


def test_duckdb_declares_the_same_type_again() -> None:
    tried = 0
    with closing(duckdb.connect()) as connection:

        def declared(native: str) -> str:
            connection.execute(f"CREATE OR REPLACE TABLE t (c {native})")
            rows = connection.execute("SELECT data_type FROM duckdb_columns()").fetchall()
            return str(rows[0][0])

        for native in (*types_of("duckdb"), *MORE_DUCKDB):
            try:
                printed = declared(native)
            except duckdb.Error:
                continue  # LIST and MAP without parameters, NUMERIC(1, 2)
            for text in {native, printed}:
                assert declared(canonical_type(text, "duckdb").sql("duckdb")) == printed, text
                tried += 1
    assert tried > 150


def test_sqlite_takes_every_type_back() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        for native in types_of("sqlite"):
            written = canonical_type(native, "sqlite").sql("sqlite")
            connection.execute(f"CREATE TABLE t (c {written})")
            connection.execute("DROP TABLE t")
