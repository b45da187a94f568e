from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest
from sqlalchemy import exc

from metadata_assets.catalog.invariants import violations
from metadata_assets.catalog.model import Catalog
from metadata_assets.errors import ConfigurationError, SourceRefused, SourceUnavailable
from metadata_assets.schema.build import SCHEMA_COLUMNS
from metadata_assets.schema.types import canonical_type
from metadata_assets.sources import patience
from metadata_assets.sources.registry import Source, dialect_of, open_source
from metadata_assets.sources.sqlalchemy.connection import connected
from metadata_assets.sources.sqlalchemy.driver import SQLAlchemyConfig
from metadata_assets_tests.home import Home
from metadata_assets_tests.sources.databases import sqlite_file
from metadata_assets_tests.sources.mysql_servers import MySQLDatabase
from metadata_assets_tests.sources.postgres_servers import PostgresDatabase
from metadata_assets_tests.sources.reading import listed, only

pytestmark = pytest.mark.filterwarnings("ignore:Did not recognize type")

SECRET = "hunter2 @secret"


def source(url: str, env: dict[str, str] | None = None, **config: Any) -> Source:
    config = {"url": url, **config}
    return open_source("test.source", "sqlalchemy", config, base=Path(), env=env or {})


def read(url: str, **config: Any) -> Catalog:
    catalog = source(url, **config).extract()
    assert violations(catalog) == []
    return catalog


def test_odd_names_and_types_nobody_knows_hide_nothing(newest: PostgresDatabase) -> None:
    newest.execute(
        "CREATE EXTENSION citext; CREATE EXTENSION ltree",
        'CREATE SCHEMA "odd. schema"',
        "CREATE TYPE public.address AS (street text, zip int)",
        "CREATE TYPE \"odd. schema\".mood AS ENUM ('ok', 'it''s')",
        """
        CREATE TABLE "odd. schema"."se""lect" (
          "a.b" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, c xml, d point[], e public.address,
          f ltree, g "odd. schema".mood[], h timestamptz(3), i numeric(12,4)[],
          j interval day to second, k citext, l int GENERATED ALWAYS AS (1 + 1) STORED,
          m varchar(10) COLLATE "C"
        )
        """,
        'CREATE TABLE public."se""lect" (plain text)',
    )
    catalog = read(newest.url)
    types = dict(listed(catalog.columns, "column_name", "native_type"))
    assert listed(catalog.tables, "schema_name", "table_name") == [
        ("odd. schema", 'se"lect'),
        ("public", 'se"lect'),
    ]
    assert {name: types[name].lower() for name in types} == {
        "a.b": "bigint",
        "c": "xml",
        "d": "point[]",
        "e": "address",
        "f": "ltree",
        "g": '"odd. schema".mood[]',
        "h": "timestamp(3) with time zone",
        "i": "numeric(12, 4)[]",
        "j": "interval day to second",
        "k": "citext",
        "l": "integer",
        "m": "varchar(10)",
        "plain": "text",
    }
    assert only(catalog.columns, column_name="a.b")["identity"] == "always"
    assert only(catalog.columns, column_name="l")["generated_expr"] == "(1 + 1)"
    assert only(catalog.columns, column_name="m")["collation"] == "C"
    assert only(catalog.columns, column_name="g")["allowed_values"] == ["ok", "it's"]


def test_keys_and_comments_of_all_schemas_are_read(newest: PostgresDatabase) -> None:
    newest.execute(
        "CREATE SCHEMA sales",
        "CREATE TABLE public.users (id int PRIMARY KEY, email text UNIQUE)",
        """
        CREATE TABLE sales.orders (
          id int, line int, buyer int REFERENCES public.users ON DELETE CASCADE,
          total int CHECK (total > 0), PRIMARY KEY (id, line)
        )
        """,
        "CREATE INDEX open_orders ON sales.orders (lower(buyer::text), total) WHERE total > 10",
        'CREATE VIEW sales.totals AS SELECT total AS "as" FROM sales.orders',
        "CREATE MATERIALIZED VIEW sales.kept AS SELECT 1 AS one",
        "COMMENT ON TABLE sales.orders IS 'one row a line'",
        "COMMENT ON COLUMN sales.orders.total IS 'in cents'",
    )
    catalog = read(newest.url)
    kinds = dict(listed(catalog.tables, "table_name", "object_type"))
    assert (kinds["totals"], kinds["kept"]) == ("view", "materialized_view")
    assert only(catalog.tables, table_name="orders")["comment"] == "one row a line"
    assert only(catalog.columns, column_name="total")["comment"] == "in cents"
    assert only(catalog.tables, table_name="totals")["definition"].split() == (
        ["SELECT", "total", "AS", '"as"', "FROM", "sales.orders"]
    )
    foreign = only(catalog.constraints, constraint_type="foreign_key")
    assert (foreign["referenced_table"], foreign["referenced_columns"]) == ("public.users", ["id"])
    assert foreign["on_delete"] == "CASCADE"
    keys = listed(catalog.constraints, "columns", constraint_type="primary_key")
    assert keys == [["id"], ["id", "line"]]
    assert only(catalog.constraints, constraint_type="check")["expression"] == "total > 0"
    index = only(catalog.indexes, index_name="open_orders")
    assert (index["columns"], index["predicate"]) == (
        ["lower(buyer::text)", "total"],
        "(total > 10)",
    )


def test_what_an_engine_stumbles_over_hides_nothing_else(tmp_path: Path) -> None:
    path = sqlite_file(
        tmp_path / "shop.db",
        """
        CREATE TABLE t (a UNSIGNED BIG INT, b); CREATE TABLE gone (b int);
        CREATE VIEW broken AS SELECT * FROM gone; CREATE VIEW good AS SELECT a FROM t;
        DROP TABLE gone;
        """,
    )
    catalog = read(f"sqlite:///{path}")
    assert listed(catalog.tables, "table_name", "definition") == [
        ("good", "SELECT a FROM t"),
        ("t", None),
    ]
    assert listed(catalog.columns, "native_type", table_fqdn="main.t") == ["UNSIGNED BIG INT", ""]
    (reason,) = listed(catalog.unreadable, "reason", object_name="main.broken")
    assert reason.startswith("columns: OperationalError: no such table: main.gone")


def test_what_a_bulk_answer_leaves_out_is_told(mysql: MySQLDatabase) -> None:
    mysql.execute(
        "CREATE TABLE gone (a int)",
        "CREATE TABLE t (a int)",
        "CREATE VIEW broken AS SELECT a FROM gone",
        "DROP TABLE gone",
    )
    catalog = read(mysql.url.replace("mysql", "mariadb", 1))
    assert listed(catalog.tables, "table_name") == ["t"]
    (reason,) = listed(catalog.unreadable, "reason", object_name=f"{mysql.name}.broken")
    assert reason.startswith("columns: ")


def test_a_database_of_mariadb_is_the_one_schema_of_its_url(mysql: MySQLDatabase) -> None:
    mysql.execute(
        "CREATE TABLE t (id int unsigned auto_increment primary key, e enum('a','b,c') NOT NULL)"
    )
    catalog = read(mysql.url.replace("mysql", "mariadb", 1))
    assert listed(catalog.tables, "schema_name") == [mysql.name]
    column = only(catalog.columns, column_name="id")
    assert (column["native_type"], column["identity"]) == ("INTEGER(10) UNSIGNED", "auto_increment")
    assert only(catalog.columns, column_name="e")["allowed_values"] == ["a", "b,c"]


@pytest.mark.parametrize(
    ("url", "dialect"),
    [
        ("mssql+pyodbc://me@host/db", "tsql"),
        ("oracle+oracledb://me@host", "oracle"),
        ("redshift+redshift_connector://host/db", "redshift"),
        ("cockroachdb://host/db", "postgres"),
        ("trino://host/catalog", "trino"),
        ("mariadb+pymysql://host/db", "mysql"),
        ("snowflake://me@account/db", "snowflake"),
        ("firebird://host/db", ""),
    ],
)
def test_the_dialect_is_the_one_of_the_url(url: str, dialect: str) -> None:
    assert dialect_of("sqlalchemy", {"url": url}) == dialect
    assert dialect_of("sqlalchemy", {"url": url, "dialect": "bigquery"}) == "bigquery"


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({"url": "${URL}"}, "say which SQLGlot `dialect` is spoken there"),
        ({"url": "trino://h", "dialect": "trinoo"}, "no such dialect: did you mean `trino`?"),
        ({"url": "trino://h", "connect_args": {"tls": {"password": SECRET}}}, "a literal secret"),
        ({"url": f"trino://me:{SECRET}@h"}, "a literal secret"),
        ({"url": "mssql+pyodbc:///?odbc_connect=SERVER%3Dh%3BPWD%3Dhunter2"}, "a literal secret"),
        ({"url": "trino://h", "connect_args": {"api_key": "hunter2"}}, "a literal secret"),
        ({"url": "bigquery://p?credentials_base64=hunter2"}, "a literal secret"),
        *(
            ({"url": "trino://h", "connect_args": arguments}, "a literal secret")
            for arguments in (
                {"dsn": "user=u password=hunter2 host=h"},
                {"dsn": "user=u passwd='hunter2'"},
                {"dsn": "postgresql://u:hunter2@h/d"},
                {"pool": {"dsns": ["user=u", "user=u sslpassword=hunter2"]}},
            )
        ),
    ],
)
def test_a_wrong_configuration_says_what_is_wrong(config: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigurationError) as failed:
        source(**config)
    assert told in str(failed.value)
    assert "hunter2" not in str(failed.value)


def test_a_missing_dialect_or_module_says_what_to_install() -> None:
    with pytest.raises(SourceRefused, match=r"no such dialect .* such as\s+sqlalchemy-redshift"):
        source("firebird://host/db").extract()
    with pytest.raises(
        SourceRefused, match=r"oracledb connects with cannot be imported .*oracledb"
    ):
        source("oracle+oracledb://host").extract()


def test_a_missing_file_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="does not exist"):
        source(f"sqlite:///{tmp_path / 'gone.db'}").extract()
    assert list(tmp_path.iterdir()) == []


def test_no_secret_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PAUSES_SECONDS", ())
    with pytest.raises(SourceUnavailable) as failed:
        source("mysql://me:${PW}@127.0.0.1:1/db", {"PW": SECRET}).extract()
    assert "hunter2" not in str(failed.value)
    assert str(failed.value).startswith("127.0.0.1:1/db: the database cannot be reached")
    with pytest.raises(SourceRefused) as refused:
        source("${URL}", {"URL": f"mysql//{SECRET}"}, dialect="mysql").extract()
    assert "hunter2" not in str(refused.value)


def test_no_secret_within_an_argument_is_told(mysql: MySQLDatabase) -> None:
    url = mysql.url
    arguments = {"init_command": "CONNECT password=${PW}"}
    with pytest.raises(SourceRefused, match=r"CONNECT password=\*\*\*") as failed:
        source(url, {"PW": "hunter2"}, connect_args=arguments).extract()
    assert "hunter2" not in str(failed.value)


def test_a_wrong_password_is_not_tried_again(
    mysql: MySQLDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "PAUSES_SECONDS", (60.0,))
    mysql.execute(f"CREATE USER IF NOT EXISTS {mysql.name} IDENTIFIED BY 'right'")
    url = f"mysql://{mysql.name}:${{PW}}@/{mysql.name}?unix_socket={mysql.unix_socket}"
    with pytest.raises(SourceRefused, match="does not accept the user and password"):
        source(url, {"PW": SECRET}).extract()


def test_arguments_the_driver_does_not_take_are_told(tmp_path: Path) -> None:
    path = sqlite_file(tmp_path / "shop.db", "CREATE TABLE t (a int)")
    with pytest.raises(SourceRefused, match=r"sqlite does not take these arguments \(TypeError\)"):
        source(f"sqlite:///{path}", connect_args={"sslmode": "require"}).extract()


def test_the_session_can_neither_write_nor_take_for_ever(newest: PostgresDatabase) -> None:
    config = SQLAlchemyConfig(
        url=newest.url, statement_timeout=1, session=("SET work_mem = '5MB'",)
    )
    with connected(config) as connection:
        assert connection.exec_driver_sql("SHOW work_mem").scalar() == "5MB"
        with pytest.raises(exc.InternalError, match="read-only transaction"):
            connection.exec_driver_sql("CREATE TABLE t (a int)")
    with (
        pytest.raises(SourceUnavailable, match="canceling statement due to statement timeout"),
        connected(config) as connection,
    ):
        connection.exec_driver_sql("SELECT pg_sleep(5)")


def test_a_connection_that_is_lost_is_no_oddity(newest: PostgresDatabase) -> None:
    newest.execute("CREATE TABLE t (a int)")
    url = newest.url
    with pytest.raises(SourceUnavailable, match="cannot be reached, or failed"):
        source(url, session=["SET idle_session_timeout = 1", "SELECT pg_sleep(0.1)"]).extract()


def test_the_fingerprint_changes_with_what_is_read_and_not_with_rows(tmp_path: Path) -> None:
    path = sqlite_file(tmp_path / "shop.db", "CREATE TABLE t (a int)")
    opened = source(f"sqlite:///{path}")
    before = opened.fingerprint()
    sqlite_file(path, "INSERT INTO t VALUES (1)")
    assert opened.fingerprint() == before
    sqlite_file(path, "CREATE INDEX i ON t (a)")
    assert opened.fingerprint() != before


def test_a_source_syncs_in_the_dialect_of_its_url(home: Home) -> None:
    sqlite3.connect(home.path / "x.db").executescript("CREATE TABLE t (a UNSIGNED BIG INT)")
    config = {"url": f"sqlite:///{home.path / 'x.db'}"}
    home.drop("x.yaml", {"source_id": "x", "source_type": "sqlalchemy", "source_config": config})
    assert home.sync().succeeded
    (column,) = home.lake.read(SCHEMA_COLUMNS, "m.x").to_pylist()
    # In another dialect than SQLite's, it would have been read as a type of the source's own.
    assert canonical_type(column["sqlglot_type"], "sqlite").sql() == "UBIGINT"


@pytest.mark.parametrize(
    "url",
    [
        "mysql://root:S3cr:t/@w0rd@localhost/d1",
        "postgresql+psycopg://sa:p@ss/W0rd@dbhost/shop",
        "mysql://sa:p@0rd?x@dbhost/shop",
    ],
)
def test_a_password_that_runs_over_into_the_host_is_not_told(url: str) -> None:
    refused = source("${W}", {"W": url}, dialect="postgres")
    with pytest.raises(SourceRefused, match="percent-encode the password") as failed:
        refused.extract()
    assert "0rd" not in str(failed.value)


def test_a_short_secret_is_not_told_by_what_is_missing_elsewhere() -> None:
    for password in ("p", "n:"):
        unknown = source("nosuch://u:${W}@h/d", {"W": password}, dialect="postgres")
        with pytest.raises(SourceRefused, match="no such dialect") as failed:
            unknown.extract()
        assert "plugin: sqlalchemy.dialects:nosuch" in str(failed.value)


def test_a_partial_index_is_read(tmp_path: Path) -> None:
    database = sqlite_file(
        tmp_path / "a.db", "CREATE TABLE t (a int); CREATE INDEX i ON t (a) WHERE a > 0"
    )
    catalog = read(f"sqlite:///{database}")
    assert listed(catalog.indexes, "index_name", "predicate") == [("i", "a > 0")]
    assert source(f"sqlite:///{database}").fingerprint()


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection")
def test_rules_and_expressions_that_the_dialect_of_sqlite_leaves_out_are_read(
    tmp_path: Path,
) -> None:
    database = sqlite_file(
        tmp_path / "a.db",
        """
        CREATE TABLE t (id integer PRIMARY KEY, a text);
        CREATE TABLE f (
          x int REFERENCES t ON DELETE CASCADE,
          y int REFERENCES t (id) ON UPDATE SET NULL,
          z int REFERENCES t
        );
        CREATE UNIQUE INDEX i ON t (lower(a) DESC, id) WHERE a <> ')';
        CREATE INDEX j ON t (a);
        """,
    )
    catalog = read(f"sqlite:///{database}")
    keys = listed(*(catalog.constraints, "columns", "on_delete", "on_update"), table_fqdn="main.f")
    assert keys == [(["x"], "CASCADE", None), (["y"], None, "SET NULL"), (["z"], None, None)]
    assert listed(catalog.indexes, "index_name", "columns", "is_unique", "predicate") == [
        ("i", ["lower(a) DESC", "id"], True, "a <> ')'"),
        ("j", ["a"], False, None),
    ]


@pytest.mark.filterwarnings("ignore:Unknown schema content")
def test_names_with_a_backtick_are_read_and_so_are_the_keys_on_them(mysql: MySQLDatabase) -> None:
    mysql.execute(
        "CREATE TABLE p (`c``d` int, e int, PRIMARY KEY (`c``d`, e), KEY `i``x` (e, `c``d`))",
        "CREATE TABLE `p``q` LIKE p",
        """
        CREATE TABLE f (
          `g``h` int, e int, CONSTRAINT `f``k` FOREIGN KEY (`g``h`, e) REFERENCES p (`c``d`, e)
          ON DELETE CASCADE
        )
        """,
        "CREATE TABLE g (c int, e int, FOREIGN KEY (c, e) REFERENCES `p``q` (`c``d`, e))",
    )
    catalog = read(mysql.url)
    (f, g) = catalog.constraints.filter(pc.field("constraint_type") == "foreign_key").to_pylist()
    assert (f["constraint_name"], f["columns"]) == ("f`k", ["g`h", "e"])
    assert (f["referenced_table"], f["referenced_columns"]) == (f"{mysql.name}.p", ["c`d", "e"])
    assert (f["on_delete"], f["on_update"]) == ("CASCADE", None)
    assert (g["columns"], g["referenced_columns"]) == (["c", "e"], ["c`d", "e"])
    assert g["referenced_table"] == only(catalog.tables, table_name="p`q")["table_fqdn"]
    assert (g["on_delete"], g["on_update"]) == (None, None)
    of_p = {"table_fqdn": f"{mysql.name}.p"}
    assert listed(catalog.columns, "column_name", **of_p) == ["c`d", "e"]
    assert listed(catalog.constraints, "columns", **of_p) == [["c`d", "e"]]
    assert listed(catalog.indexes, "index_name", "columns", **of_p) == [("i`x", ["e", "c`d"])]


def test_the_columns_of_a_rule_keep_their_case(newest: PostgresDatabase) -> None:
    newest.execute(
        "CREATE TABLE p (a int, b int, PRIMARY KEY (a, b))",
        """
        CREATE TABLE f (
          a int, "bC" int, FOREIGN KEY (a, "bC") REFERENCES p ON DELETE SET NULL ("bC")
        )
        """,
    )
    key = only(read(newest.url).constraints, constraint_type="foreign_key")
    assert (key["on_delete"], key["on_update"]) == ('SET NULL ("bC")', None)


def test_labels_and_defaults_of_mariadb_are_those_it_was_given(mysql: MySQLDatabase) -> None:
    mysql.execute(
        r"CREATE TABLE t (e enum('a\\b', 'it''s', 'c\nd') DEFAULT 'a\\b', s set('x\\y', 'z'),"
        " b bit(3) DEFAULT b'101', i int INVISIBLE DEFAULT 3, n varchar(9) DEFAULT 'NULL',"
        " d datetime DEFAULT (now() + interval 1 day), o int, u timestamp NULL"
        " DEFAULT current_timestamp ON UPDATE current_timestamp)"
    )
    assert listed(read(mysql.url).columns, "column_name", "allowed_values", "default_expr") == [
        ("e", ["a\\b", "it's", "c\nd"], r"'a\\b'"),
        ("s", ["x\\y", "z"], None),
        ("b", None, "b'101'"),
        ("i", None, "3"),
        ("n", None, "'NULL'"),
        ("d", None, "(current_timestamp() + interval 1 day)"),
        ("o", None, None),
        ("u", None, "current_timestamp() ON UPDATE current_timestamp()"),
    ]


def test_domains_tell_what_they_rest_on_in_the_end(newest: PostgresDatabase) -> None:
    newest.execute(
        "CREATE DOMAIN code AS varchar(12) NOT NULL",
        "CREATE SCHEMA s",
        "CREATE DOMAIN s.short AS public.code CHECK (length(value) < 5)",
        "CREATE DOMAIN price AS numeric(9,3)",
        "CREATE TABLE t (a code, b s.short, c price, d varchar(12))",
        "CREATE VIEW s.v AS SELECT c FROM t",
    )
    columns = listed(read(newest.url).columns, "column_name", "base_type", "nullable")
    assert columns == [
        ("a", "character varying(12)", False),
        ("b", "character varying(12)", False),
        ("c", "numeric(9,3)", True),
        ("d", None, True),
        ("c", "numeric(9,3)", True),
    ]


def test_generated_columns_of_sqlite_end_where_they_end(tmp_path: Path) -> None:
    path = sqlite_file(
        tmp_path / "x.db",
        "CREATE TABLE t (a INT, g INT GENERATED ALWAYS AS (a * 2) STORED, "
        "v AS ('x)' || a) NOT NULL, h TEXT, CHECK (a > 0))",
    )
    columns = read(f"sqlite:///{path}").columns
    assert listed(columns, "column_name", "generated_expr", "properties") == [
        ("a", None, None),
        ("g", "a * 2", '{"generated":"stored"}'),
        ("v", "'x)' || a", '{"generated":"virtual"}'),
        ("h", None, None),
    ]
