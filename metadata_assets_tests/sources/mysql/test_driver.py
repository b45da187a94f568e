from __future__ import annotations

import json
import shutil
import ssl
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pymysql
import pytest

from metadata_assets.catalog.fingerprint import data_version
from metadata_assets.diff.compare import compare
from metadata_assets.diff.rows import kind_of
from metadata_assets.errors import (
    ConfigurationError,
    MetadataAssetsError,
    SourceRefused,
    SourceUnavailable,
)
from metadata_assets.sources import patience
from metadata_assets.sources.mysql import driver as mysql_driver
from metadata_assets.sources.mysql.connection import MySQLConfig, Sessions, connected
from metadata_assets.sources.mysql.errors import explained
from metadata_assets.sources.registry import open_source
from metadata_assets_tests.sources.mysql_servers import (
    MySQLDatabase,
    MySQLServer,
    connection,
    started,
)
from metadata_assets_tests.sources.reading import listed, only

SECRET = "s3cr/t @:%25 word"


def properties(row: Any) -> Any:
    return json.loads(row["properties"] or "{}")


def test_odd_names_neither_fail_nor_hide_others(mysql: MySQLDatabase) -> None:
    odd = ['odd-name "q"', "with space", "MixedCase", "mixedcase", "select", "dot.ted", "t`ick"]
    columns = [*odd[:3], *odd[4:], "comma,\nline"]
    quoted = [f"`{name.replace('`', '``')}` int" for name in columns]
    mysql.execute(
        *(
            f"CREATE TABLE `{name.replace('`', '``')}` ({', '.join(quoted)})"
            " COMMENT 'a, \"quoted\" ''comment''\\n of \\\\ two lines'"
            for name in odd
        )
    )

    catalog = mysql.read()

    assert sorted(catalog.tables["table_name"].to_pylist()) == sorted(odd)
    assert set(catalog.tables["comment"].to_pylist()) == {
        "a, \"quoted\" 'comment'\n of \\ two lines"
    }
    mixed = f"{mysql.name}.MixedCase"
    assert listed(catalog.columns, "column_name", table_fqdn=mixed) == columns


def test_types_are_as_the_server_prints_them(mysql: MySQLDatabase) -> None:
    types = [
        "int(10) unsigned",
        "int(5) unsigned zerofill",
        "bigint(20)",
        "tinyint(1)",
        "decimal(12,2)",
        "double",
        "bit(3)",
        "datetime(3)",
        "year(4)",
        "varbinary(16)",
        "point",
        "uuid",
        "inet6",
    ]
    mysql.execute(f"CREATE TABLE t ({', '.join(f'c{i} {t}' for i, t in enumerate(types))})")

    assert listed(mysql.read().columns, "native_type") == types


def test_enums_and_sets_give_their_labels(mysql: MySQLDatabase) -> None:
    mysql.execute(
        "CREATE TABLE t (e enum('a,b', 'c''d', 'e\\nf', 'g\\\\h', '', '\\\\n', 'x)', 'i\x01j')"
        " DEFAULT 'c''d', s set('a', 'b'), v varchar(20) DEFAULT 'enum(''a'')')"
    )

    assert listed(mysql.read().columns, "allowed_values", "default_expr") == [
        (["a,b", "c'd", "e\nf", "g\\h", "", "\\n", "x)", "i\x01j"], "'c''d'"),
        (["a", "b"], None),
        (None, "'enum(''a'')'"),
    ]


def test_the_default_null_is_told_from_the_text_null(mysql: MySQLDatabase) -> None:
    mysql.execute(
        "CREATE TABLE t (a varchar(9), b varchar(9) DEFAULT 'NULL', c varchar(9) DEFAULT '',"
        " d int NOT NULL, e int DEFAULT 7, f date DEFAULT (curdate()), g bit(3) DEFAULT b'101')"
    )

    assert listed(mysql.read().columns, "default_expr", "nullable") == [
        (None, True),
        ("'NULL'", True),
        ("''", True),
        (None, False),
        ("7", True),
        ("curdate()", True),
        ("b'101'", True),
    ]


def test_a_column_of_a_view_has_no_default_of_its_own(mysql: MySQLDatabase) -> None:
    mysql.execute(
        "CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, a int DEFAULT 1)",
        "CREATE VIEW v AS SELECT id, a, 5 AS five, now() AS n FROM t",
    )
    before = mysql.read()
    mysql.execute("ALTER TABLE t ALTER a SET DEFAULT 2")
    after = mysql.read()

    view = f"{mysql.name}.v"
    assert listed(after.columns, "default_expr", table_fqdn=view) == [None] * 4
    assert [(change.table, kind_of(change)) for change in compare(before, after, "mysql")] == [
        (f"{mysql.name}.t", "change_default")
    ]


def test_mariadbs_json_is_json(mysql: MySQLDatabase) -> None:
    mysql.execute(
        "CREATE TABLE t (a json NOT NULL, `b``c` json, d longtext,"
        " e longtext CHECK (json_valid(e)))"
    )

    assert listed(mysql.read().columns, "native_type", "base_type", "collation") == [
        ("json", "longtext", None),
        ("json", "longtext", None),
        ("longtext", None, None),
        ("longtext", None, None),
    ]


def test_generated_automatic_and_invisible_columns_say_so(mysql: MySQLDatabase) -> None:
    mysql.execute(
        "CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, a int, b int AS (a + 1) VIRTUAL,"
        " c int AS (a * 2) STORED, d int INVISIBLE DEFAULT 1,"
        " e timestamp(3) NOT NULL DEFAULT current_timestamp(3) ON UPDATE current_timestamp(3))"
    )

    assert listed(
        mysql.read().columns, "identity", "default_expr", "generated_expr", "properties"
    ) == [
        ("auto_increment", None, None, None),
        (None, None, None, None),
        (None, None, "`a` + 1", '{"generated":"virtual"}'),
        (None, None, "`a` * 2", '{"generated":"stored"}'),
        (None, "1", None, '{"invisible":true}'),
        (None, "current_timestamp(3)", None, '{"on_update":"current_timestamp(3)"}'),
    ]


def test_only_a_collation_of_the_columns_own_is_given(mysql: MySQLDatabase) -> None:
    mysql.execute("CREATE TABLE t (a text, b text COLLATE utf8mb4_bin, c int, d blob)")

    assert listed(mysql.read().columns, "collation") == [None, "utf8mb4_bin", None, None]


def test_keys_and_checks_are_complete(mysql: MySQLDatabase) -> None:
    mysql.execute(
        "CREATE TABLE p (a int, b int, PRIMARY KEY (b, a), UNIQUE KEY ua (a))",
        "CREATE TABLE t (x int, y int, z int CHECK (z > 0), CONSTRAINT apart CHECK (z <> 7),"
        " CONSTRAINT pair FOREIGN KEY (y, x) REFERENCES p (b, a) ON UPDATE CASCADE,"
        " CONSTRAINT one FOREIGN KEY (x) REFERENCES p (a) ON DELETE SET NULL ON UPDATE NO ACTION)",
    )

    catalog = mysql.read()

    assert listed(
        catalog.constraints,
        "constraint_name",
        "constraint_type",
        "columns",
        table_fqdn=f"{mysql.name}.p",
    ) == [("PRIMARY", "primary_key", ["b", "a"]), ("ua", "unique", ["a"])]
    assert listed(
        catalog.constraints,
        "constraint_name",
        "columns",
        "referenced_table",
        "referenced_columns",
        "on_delete",
        "on_update",
        constraint_type="foreign_key",
    ) == [
        ("one", ["x"], f"{mysql.name}.p", ["a"], "SET NULL", None),
        ("pair", ["y", "x"], f"{mysql.name}.p", ["b", "a"], "RESTRICT", "CASCADE"),
    ]
    assert listed(
        catalog.constraints, "constraint_name", "columns", "expression", constraint_type="check"
    ) == [("apart", None, "`z` <> 7"), ("z", ["z"], "`z` > 0")]


def test_a_key_tells_the_beginnings_and_the_order_of_its_columns(mysql: MySQLDatabase) -> None:
    mysql.execute(
        "CREATE TABLE t (a varchar(50), b int, c int, PRIMARY KEY (a(10), b DESC), UNIQUE u (c))"
    )

    assert listed(mysql.read().constraints, "constraint_name", "columns", "properties") == [
        ("PRIMARY", ["a", "b"], '{"parts":["(10)","DESC"]}'),
        ("u", ["c"], None),
    ]


def test_a_table_that_cannot_be_opened_is_reported_with_the_reason(mysql: MySQLDatabase) -> None:
    mysql.execute(
        "CREATE TABLE part (id int) ENGINE = MyISAM",
        "CREATE TABLE whole (id int) ENGINE = MERGE UNION = (part) COMMENT 'all of them'",
        "CREATE TABLE other (id int)",
        "DROP TABLE part",
    )

    catalog = mysql.read()

    assert listed(catalog.tables, "table_name") == ["other"]
    ((name, reason),) = listed(catalog.unreadable, "object_name", "reason")
    assert name == f"{mysql.name}.whole"
    assert "Unable to open underlying table" in reason


def test_a_key_may_reference_another_database(mariadb: MySQLServer, mysql: MySQLDatabase) -> None:
    other = mariadb.create_database()
    other.execute("CREATE TABLE p (id int PRIMARY KEY)")
    mysql.execute(f"CREATE TABLE t (p int REFERENCES `{other.name}`.p (id))")

    key = only(mysql.read().constraints)
    assert (key["referenced_table"], key["referenced_columns"]) == (f"{other.name}.p", ["id"])


def test_indexes_name_their_parts_in_order(mysql: MySQLDatabase) -> None:
    mysql.execute(
        "CREATE TABLE t (a varchar(50), b int, c text, d point NOT NULL, UNIQUE KEY k1 (a(10), b),"
        " KEY k2 (b DESC, c(20)), FULLTEXT KEY k3 (c, a), SPATIAL KEY k4 (d), UNIQUE KEY k5 (b))"
    )

    catalog = mysql.read()

    assert listed(catalog.indexes, "index_name", "columns", "is_unique", "method") == [
        ("k1", ["a(10)", "b"], True, "btree"),
        ("k2", ["b", "c(20)"], False, "btree"),
        ("k3", ["c", "a"], False, "fulltext"),
        ("k4", ["d"], False, "spatial"),
    ]
    assert listed(catalog.constraints, "constraint_name", "columns") == [("k5", ["b"])]


def test_partitions_are_folded_into_their_table(mysql: MySQLDatabase) -> None:
    mysql.execute(
        "CREATE TABLE t (id int, y int, PRIMARY KEY (id, y)) PARTITION BY RANGE (y)"
        " SUBPARTITION BY HASH (id) SUBPARTITIONS 2"
        " (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE)",
        "CREATE TABLE plain (id int)",
    )

    catalog = mysql.read()

    assert listed(catalog.tables, "table_name", "object_type") == [
        ("plain", "table"),
        ("t", "partitioned_table"),
    ]
    assert properties(only(catalog.tables, table_name="t")) == {
        "collation": "utf8mb4_general_ci",
        "engine": "InnoDB",
        "partition_key": "RANGE (`y`) SUBPARTITION BY HASH (`id`) SUBPARTITIONS 2",
        "partitions": [{"bounds": "10", "name": "p0"}, {"bounds": "MAXVALUE", "name": "p1"}],
    }


def test_a_table_that_keeps_its_history_says_of_what_and_where(mysql: MySQLDatabase) -> None:
    mysql.execute(
        "CREATE TABLE t (a int, b int INVISIBLE WITHOUT SYSTEM VERSIONING) WITH SYSTEM VERSIONING"
        " PARTITION BY SYSTEM_TIME INTERVAL 1 MONTH"
        " (PARTITION p0 HISTORY, PARTITION p1 HISTORY, PARTITION p2 CURRENT)"
    )

    catalog = mysql.read()

    assert listed(catalog.columns, "properties") == [
        None,
        '{"invisible":true,"system_versioned":false}',
    ]
    told = properties(only(catalog.tables))
    assert told["system_versioned"] is True
    assert told["partition_key"] == "SYSTEM_TIME"
    assert told["partitions"] == [
        {"bounds": "HISTORY", "name": "p0"},
        {"bounds": "HISTORY", "name": "p1"},
        {"bounds": "CURRENT", "name": "p2"},
    ]


def test_views_keep_their_query_and_a_broken_one_hides_nothing(mysql: MySQLDatabase) -> None:
    mysql.execute(
        "CREATE TABLE t (id int)",
        "CREATE TABLE gone (id int)",
        "CREATE VIEW v AS SELECT id + 1 AS more FROM t",
        "CREATE VIEW broken AS SELECT id FROM gone",
        "DROP TABLE gone",
        "CREATE SEQUENCE s",
    )

    catalog = mysql.read()

    assert listed(catalog.tables, "table_name", "object_type") == [("t", "table"), ("v", "view")]
    assert only(catalog.tables, table_name="v")["definition"] == (
        f"select `{mysql.name}`.`t`.`id` + 1 AS `more` from `{mysql.name}`.`t`"
    )
    assert only(catalog.tables, table_name="v")["comment"] is None
    (unreadable,) = catalog.unreadable.to_pylist()
    assert unreadable["object_name"] == f"{mysql.name}.broken"
    assert "references invalid table(s)" in unreadable["reason"]


def test_one_database_is_read_or_all_but_the_systems(
    mariadb: MySQLServer, mysql: MySQLDatabase
) -> None:
    mysql.execute("CREATE TABLE t (id int)")
    upper = mariadb.create_database(mysql.name.upper())
    upper.execute("CREATE TABLE t (id int)")

    assert listed(mysql.read().tables, "table_fqdn") == [f"{mysql.name}.t"]
    everything = set(mysql.read(database="").tables["schema_name"].to_pylist())
    assert {mysql.name, upper.name} <= everything
    assert not everything & {"mysql", "sys", "information_schema", "performance_schema"}


def test_a_server_that_folds_names_is_read_by_any_spelling() -> None:
    with started("--lower-case-table-names=1") as server:
        shop = server.create_database("shop")
        shop.execute(
            "CREATE TABLE Orders (Id int PRIMARY KEY, doc json)",
            "CREATE TABLE Parts (Id int REFERENCES ORDERS (ID) ON DELETE CASCADE)",
            "CREATE TABLE Split (Id int) PARTITION BY HASH (ID) PARTITIONS 2",
            "CREATE VIEW V AS SELECT ID FROM ORDERS",
            "CREATE USER reader@localhost",
            *(f"GRANT SELECT, SHOW VIEW ON SHOP.{name} TO reader@localhost" for name in FOLDED),
        )
        everything = shop.read(database="")
        by_spelling = [shop.read(database=name) for name in ("shop", "SHOP", "Shop")]
        granted = shop.read(database="SHOP", user="reader")
        prints = {shop.fingerprint(database=name) for name in ("shop", "SHOP", "")}

    assert listed(everything.tables, "table_fqdn") == [f"shop.{name.lower()}" for name in FOLDED]
    assert listed(everything.columns, "native_type", column_name="doc") == ["json"]
    assert listed(everything.constraints, "referenced_table", constraint_type="foreign_key") == [
        "shop.orders"
    ]
    versions = {data_version(each) for each in (everything, *by_spelling, granted)}
    assert len(versions) == len(prints) == 1


FOLDED = ("Orders", "Parts", "Split", "V")


def test_a_database_may_be_called_almost_as_one_of_the_systems(mariadb: MySQLServer) -> None:
    for name in ("SYS", "sýs"):
        database = mariadb.create_database(name)
        database.execute("CREATE TABLE t (id int)")
        try:
            assert listed(database.read().tables, "table_fqdn") == [f"{name}.t"]
            assert f"{name}.t" in database.read(database="").tables["table_fqdn"].to_pylist()
        finally:
            database.execute(f"DROP DATABASE `{name}`")


@pytest.mark.parametrize("modes", ["ANSI,NO_BACKSLASH_ESCAPES", "ORACLE", "POSTGRESQL"])
def test_the_sessions_settings_are_the_drivers_own(mysql: MySQLDatabase, modes: str) -> None:
    mysql.execute(
        "CREATE TABLE t (a timestamp NOT NULL DEFAULT '2024-01-01 12:00:00', e enum('x''y'),"
        " j json, g int AS (1 + 1), CHECK (e <> 'a'))",
        "CREATE VIEW v AS SELECT a FROM t",
    )
    before = data_version(mysql.read())
    mysql.execute(
        "SET GLOBAL time_zone = '+09:00', GLOBAL sql_select_limit = 1, GLOBAL sql_big_selects = 0,"
        f" GLOBAL max_join_size = 10, GLOBAL sql_quote_show_create = 0, GLOBAL sql_mode = '{modes}'"
    )
    try:
        assert data_version(mysql.read()) == before
    finally:
        mysql.execute(
            "SET GLOBAL time_zone = 'SYSTEM', GLOBAL sql_mode = DEFAULT,"
            " GLOBAL sql_select_limit = DEFAULT, GLOBAL max_join_size = DEFAULT,"
            " GLOBAL sql_big_selects = 1, GLOBAL sql_quote_show_create = 1"
        )


def test_a_restricted_user_sees_what_it_may_and_is_told_what_not(mysql: MySQLDatabase) -> None:
    mysql.execute(
        "CREATE TABLE a (id int PRIMARY KEY)",
        "CREATE TABLE b (id int)",
        "CREATE VIEW v AS SELECT id FROM a",
        "CREATE TABLE c (id int, secret int)",
        f"CREATE USER {mysql.name}@localhost IDENTIFIED BY '{SECRET}'",
        f"GRANT SELECT ON a TO {mysql.name}@localhost",
        f"GRANT SELECT ON v TO {mysql.name}@localhost",
        f"GRANT SELECT (id) ON c TO {mysql.name}@localhost",
    )
    source = open_source(
        "test.source",
        "mysql",
        {
            "unix_socket": mysql.unix_socket,
            "database": mysql.name,
            "user": mysql.name,
            "password": "${PW}",
        },
        base=Path(),
        env={"PW": SECRET},
    )

    catalog = source.extract()

    assert listed(catalog.tables, "table_name", "definition") == [("a", None), ("v", None)]
    assert catalog.unreadable.to_pylist() == [
        {
            "object_name": f"{mysql.name}.c",
            "reason": "the user may see some of its columns only",
        },
        {
            "object_name": f"{mysql.name}.v",
            "reason": "the user lacks SHOW VIEW on it: its query is not known",
        },
    ]
    assert SECRET not in repr(source)


def test_a_table_that_is_denied_is_told_from_one_that_is_gone(mysql: MySQLDatabase) -> None:
    user, db = f"{mysql.name}@localhost", mysql.name
    mysql.execute(
        *(f"CREATE TABLE {name} (id int)" for name in ("kept", "revoked", "dropped", "`o``dd`")),
        f"CREATE USER {user}",
        *(
            f"GRANT SELECT ON {name} TO {user}"
            for name in ("kept", "revoked", "dropped", "`o``dd`")
        ),
        f"REVOKE SELECT ON revoked FROM {user}",
        f"REVOKE SELECT ON `o``dd` FROM {user}",
        "DROP TABLE dropped",
    )
    source = mysql.source(user=mysql.name)
    names = [(db, name) for name in ("kept", "revoked", "dropped", "o`dd")]

    assert source.hidden(names) == [
        (db, "revoked"),
        (db, "o`dd"),
    ]
    mysql.execute(f"GRANT SELECT ON {db}.* TO {user}")
    assert source.hidden([*names, ("no_such_database", "t")]) == [("no_such_database", "t")]
    mysql.execute("DROP TABLE revoked")
    assert source.hidden(names) == []


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PAUSES_SECONDS", (0.0, 0.0))


def failure(env: dict[str, str] | None = None, **config: Any) -> MetadataAssetsError:
    source = open_source("test.source", "mysql", config, base=Path(), env=env or {})
    with pytest.raises(MetadataAssetsError) as extracting:
        source.extract()
    with pytest.raises(type(extracting.value)):
        source.fingerprint()
    assert str(extracting.value).count("\n") == 0
    assert SECRET not in str(extracting.value)
    return extracting.value


@pytest.mark.usefixtures("no_pause")
def test_an_unreachable_server_says_which() -> None:
    error = failure(url="mysql://someone@127.0.0.1:1/shop")

    assert isinstance(error, SourceUnavailable)
    assert error.where == "127.0.0.1:1/shop"


def test_a_wrong_password_and_a_missing_database_are_refused(mysql: MySQLDatabase) -> None:
    mysql.execute(f"CREATE USER {mysql.name}@localhost IDENTIFIED BY '{SECRET}'")
    parts = {"unix_socket": mysql.unix_socket, "user": mysql.name, "password": "${PW}"}

    wrong = failure({"PW": "wrong"}, **parts)
    forbidden = failure({"PW": SECRET}, database=mysql.name, **parts)
    missing = failure(unix_socket=mysql.unix_socket, user="root", database="nowhere")

    assert isinstance(wrong, SourceRefused)
    assert "password" in wrong.what
    assert isinstance(forbidden, SourceRefused)
    assert "GRANT SELECT, SHOW VIEW" in forbidden.remedy
    assert isinstance(missing, SourceRefused)
    assert "nowhere" in missing.what


@pytest.mark.parametrize(
    "url", ["mysql://me:literal@host/shop", "mysql://me@h/s?password=literal", "http://literal"]
)
def test_a_literal_password_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        open_source("test.source", "mysql", {"url": url}, base=Path(), env={})

    assert "literal" not in str(refused.value).replace("literal secret", "")


@pytest.mark.parametrize("url", ["mysql://me:pa/ss@h/db", "mysql://me@h/p@ss", "mysql://h/d?x=ss"])
def test_a_whole_url_that_cannot_be_understood_is_not_repeated(url: str) -> None:
    error = failure({"URL": url}, url="${URL}")

    assert isinstance(error, SourceRefused)
    assert url.split("ss")[0][-2:] + "ss" not in str(error)


@pytest.mark.parametrize(
    ("code", "kind", "remedy"),
    [
        (1698, SourceRefused, "valid password"),
        (4151, SourceRefused, "not locked"),
        (1226, SourceUnavailable, "connections to 1"),
    ],
)
def test_a_user_that_is_not_admitted_is_told_from_a_server_that_is_full(
    code: int, kind: type[MetadataAssetsError], remedy: str
) -> None:
    error = explained(pymysql.OperationalError(code, "…"), "host")
    assert type(error) is kind
    assert remedy in str(error)


def test_tls_that_is_asked_for_is_demanded_and_verified(mysql: MySQLDatabase) -> None:
    bundle = ssl.get_default_verify_paths().cafile
    parts = {"unix_socket": mysql.unix_socket, "user": "root"}
    for asked in ({"ssl_ca": bundle}, {"ssl_verify_identity": True}):
        error = failure(**parts, **asked)
        assert isinstance(error, SourceRefused)
        assert "no TLS connection as configured" in error.what
    missing = failure(**parts, ssl_ca="/no/such/file")
    assert "TLS files cannot be used: No such file" in missing.what


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl makes a certificate")
def test_tls_that_a_server_offers_is_used_whatever_its_certificate() -> None:
    # Not pytest's folder: the server, which is another user's, could not enter it.
    with TemporaryDirectory() as folder:
        key, certificate = self_signed(Path(folder))
        with started(f"--ssl-key={key}", f"--ssl-cert={certificate}") as server:
            parts = {"unix_socket": server.unix_socket, "user": "root"}
            with connected(MySQLConfig(**parts)) as sessions, sessions.one() as cursor:
                cursor.execute("SHOW STATUS LIKE 'Ssl_cipher'")
                ((_, cipher),) = cursor.fetchall()
            error = failure(**parts, ssl_ca=ssl.get_default_verify_paths().cafile)

    assert cipher
    assert "certificate verify failed" in error.what


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A key and a certificate of nobody's that any user may read."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    folder.chmod(0o755)
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
        timeout=60,
    )
    key.chmod(0o644)
    return key, certificate


def run(config: MySQLConfig, statement: str) -> None:
    with connected(config) as sessions, sessions.one() as cursor:
        cursor.execute(statement)


def test_a_query_that_takes_too_long_is_stopped(mysql: MySQLDatabase) -> None:
    config = MySQLConfig(
        unix_socket=mysql.unix_socket, user="root", database=mysql.name, statement_timeout=1
    )
    with pytest.raises(SourceUnavailable) as stopped:
        run(config, "SELECT count(*) FROM seq_1_to_100000 a JOIN seq_1_to_100000 b")

    assert "statement_timeout" in stopped.value.remedy


def test_a_server_that_goes_away_is_unavailable(mysql: MySQLDatabase) -> None:
    with pytest.raises(SourceUnavailable):
        run(MySQLConfig(unix_socket=mysql.unix_socket, user="root"), "KILL CONNECTION_ID()")


def test_a_server_that_dies_in_the_middle_of_an_extract_is_unavailable(
    mysql: MySQLDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    mysql.execute("CREATE TABLE t (id int)")

    def read(sessions: Sessions, name: str) -> bytes:
        if name == "index_parts":
            with sessions.one() as cursor:
                cursor.execute("KILL CONNECTION_ID()")
        return read_query(sessions, name)

    read_query = mysql_driver._read
    monkeypatch.setattr(mysql_driver, "_read", read)
    with pytest.raises(SourceUnavailable):
        mysql.read()


def test_the_session_can_write_nothing(mysql: MySQLDatabase) -> None:
    mysql.execute("CREATE TABLE t (id int)")
    config = MySQLConfig(unix_socket=mysql.unix_socket, user="root", database=mysql.name)
    with pytest.raises(MetadataAssetsError, match="READ ONLY"):
        run(config, "INSERT INTO t VALUES (1)")


SHOP = (
    "CREATE TABLE p (id int AUTO_INCREMENT PRIMARY KEY, n int DEFAULT 1, e enum('a', 'b'),"
    " x varchar(10) UNIQUE COMMENT 'x', k int NOT NULL, CONSTRAINT positive CHECK (n > 0))"
    " COMMENT 'p'",
    "CREATE TABLE f (id int PRIMARY KEY, p int, d varchar(10), KEY f_d (d),"
    " CONSTRAINT f_p FOREIGN KEY (p) REFERENCES p (id))",
    "CREATE VIEW v AS SELECT id, x FROM p",
    "CREATE TABLE m (id int) PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10))",
    "INSERT INTO p (k) SELECT seq FROM seq_1_to_100",
)

QUIET = (
    "INSERT INTO p (k) SELECT seq FROM seq_1_to_5000",
    "UPDATE p SET n = 2",
    "DELETE FROM p WHERE id > 50",
    "ANALYZE TABLE p",
    "OPTIMIZE TABLE p",
    "TRUNCATE f",
    "ALTER TABLE f ROW_FORMAT = COMPRESSED",
    "CREATE USER IF NOT EXISTS somebody@localhost",
)

LOUD = (
    "CREATE TABLE new (id int)",
    "DROP TABLE f",
    "ALTER TABLE f RENAME TO f2",
    "ALTER TABLE p ADD COLUMN added int",
    "ALTER TABLE p DROP COLUMN k",
    "ALTER TABLE p CHANGE k l int NOT NULL",
    "ALTER TABLE p MODIFY k bigint NOT NULL",
    "ALTER TABLE p MODIFY k int",
    "ALTER TABLE p MODIFY k int NOT NULL FIRST",
    "ALTER TABLE p ALTER n SET DEFAULT 2",
    "ALTER TABLE p MODIFY e enum('a', 'b', 'c')",
    "ALTER TABLE p MODIFY x varchar(10) COMMENT 'y'",
    "ALTER TABLE p MODIFY x varchar(10) COLLATE utf8mb4_bin COMMENT 'x'",
    "ALTER TABLE p COMMENT 'q'",
    "ALTER TABLE p COMMENT ''",
    "ALTER TABLE p DROP CONSTRAINT positive",
    "ALTER TABLE p ADD CHECK (k > 0)",
    "ALTER TABLE p DROP INDEX x",
    "ALTER TABLE f DROP FOREIGN KEY f_p",
    "ALTER TABLE f DROP FOREIGN KEY f_p, ADD CONSTRAINT f_q FOREIGN KEY (p) REFERENCES p (id)"
    " ON DELETE CASCADE",
    "CREATE INDEX i ON p (k)",
    "DROP INDEX f_d ON f",
    "ALTER TABLE f DROP INDEX f_d, ADD UNIQUE KEY f_d (d)",
    "ALTER TABLE f DROP INDEX f_d, ADD KEY f_d (d(5))",
    "ALTER VIEW v AS SELECT id, x FROM p WHERE id > 1",
    "ALTER TABLE m ADD PARTITION (PARTITION p1 VALUES LESS THAN (20))",
    "ALTER TABLE m ENGINE = MyISAM",
)


@pytest.mark.parametrize("statement", QUIET)
def test_loading_and_maintenance_leave_the_fingerprint_alone(
    mysql: MySQLDatabase, statement: str
) -> None:
    mysql.execute(*SHOP)
    before = mysql.fingerprint()

    with connection(mysql) as session, session.cursor() as cursor:
        cursor.execute(statement)
        cursor.fetchall()

    assert mysql.fingerprint() == before


@pytest.mark.parametrize("statement", LOUD)
def test_each_kind_of_ddl_moves_the_fingerprint(mysql: MySQLDatabase, statement: str) -> None:
    mysql.execute(*SHOP)
    before = mysql.fingerprint()

    mysql.execute(statement)

    assert mysql.fingerprint() != before
