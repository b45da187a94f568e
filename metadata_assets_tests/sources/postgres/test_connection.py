from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from metadata_assets.catalog.fingerprint import data_version
from metadata_assets.catalog.invariants import require_no_mass_deletion
from metadata_assets.errors import (
    ConfigurationError,
    MetadataAssetsError,
    SourceRefused,
    SourceUnavailable,
)
from metadata_assets.sources import patience
from metadata_assets.sources.driver import catalog_sql
from metadata_assets.sources.postgres import connection as postgres_connection
from metadata_assets.sources.postgres import driver as postgres
from metadata_assets.sources.postgres.connection import PostgresConfig, begin, connected
from metadata_assets.sources.postgres.copy import reading
from metadata_assets.sources.postgres.errors import explained
from metadata_assets.sources.registry import open_source
from metadata_assets_tests.servers import PostgresServer
from metadata_assets_tests.sources.postgres_servers import PostgresDatabase
from metadata_assets_tests.sources.reading import listed

SECRET = "s3cr/t @:%25 word"


def failure(env: dict[str, str] | None = None, **config: Any) -> MetadataAssetsError:
    """How extracting and probing a source fail, in the same way."""
    source = open_source("test.source", "postgres", config, base=Path(), env=env or {})
    with pytest.raises(MetadataAssetsError) as extracting:
        source.extract()
    with pytest.raises(type(extracting.value)):
        source.fingerprint()
    assert str(extracting.value).count("\n") == 0
    assert SECRET not in str(extracting.value)
    return extracting.value


def guest(database: PostgresDatabase) -> str:
    """A login role that needs the password SECRET, though the server trusts all others."""
    name = f"guest_{database.name}"
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{SECRET}'".encode())
        (hba,) = connection.execute("SHOW hba_file").fetchall()[0]
        (rules,) = connection.execute("SELECT pg_read_file(%s)", (hba,)).fetchall()[0]
        connection.execute("CREATE TABLE rules (line text)")
        with connection.cursor().copy("COPY rules FROM STDIN") as copy:
            for line in (f"local all {name} scram-sha-256", *rules.splitlines()):
                copy.write_row((line,))
        connection.execute(f"COPY rules TO '{hba}'".encode())
        connection.execute(b"DROP TABLE rules; SELECT pg_reload_conf()")
    return name


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PAUSES_SECONDS", (0.0, 0.0))


@pytest.mark.usefixtures("no_pause")
def test_an_unreachable_host_says_which(unused_port: int) -> None:
    error = failure(url=f"postgresql://someone@127.0.0.1:{unused_port}/shop")

    assert isinstance(error, SourceUnavailable)
    assert error.where == f"127.0.0.1:{unused_port}/shop"
    assert "refused" in error.what
    assert "port" in error.remedy


@pytest.mark.usefixtures("no_pause")
def test_an_unknown_host_says_so() -> None:
    error = failure(host="no-such-host.invalid", database="shop", user="someone")

    assert isinstance(error, SourceUnavailable)
    assert "no-such-host.invalid" in str(error)


def test_a_transient_failure_to_connect_is_tried_again(newest: PostgresDatabase) -> None:
    with late_proxy(f"{newest.folder}/.s.PGSQL.5432") as port:
        started = time.monotonic()
        catalog = newest.source(
            url=f"postgresql://postgres@127.0.0.1:{port}/{newest.name}"
        ).extract()
    assert catalog.tables.num_rows == 0
    assert time.monotonic() - started >= 0.3


def test_a_wrong_password_is_refused_at_once(newest: PostgresDatabase) -> None:
    user = guest(newest)
    started = time.monotonic()
    error = failure({"PW": "wrong"}, url=newest.url.replace("postgres:@", f"{user}:${{PW}}@"))

    assert isinstance(error, SourceRefused)
    assert "password" in error.what
    assert "wrong" not in str(error)
    assert time.monotonic() - started < 3


def test_a_password_of_odd_characters_reaches_the_server(newest: PostgresDatabase) -> None:
    user = guest(newest)
    folder, name = newest.folder, newest.name
    for config in (
        {"url": newest.url.replace("postgres:@", f"{user}:${{PW}}@")},
        {"host": folder, "database": name, "user": user, "password": "${PW}"},
        {"url": newest.url.replace("postgres:@", f"{user}@"), "password": "${PW}"},
    ):
        source = open_source("test.source", "postgres", config, base=Path(), env={"PW": SECRET})
        assert source.extract().tables.num_rows == 0
        assert SECRET not in repr(source)


def test_a_missing_database_or_user_says_which(postgres: PostgresServer) -> None:
    database = failure(url=postgres.url("nowhere"))
    user = failure(url=postgres.url("postgres").replace("postgres:@", "nobody@"))

    assert isinstance(database, SourceRefused)
    assert 'database "nowhere" does not exist' in database.what
    assert isinstance(user, SourceRefused)
    assert 'role "nobody" does not exist' in user.what


def test_a_server_that_must_speak_tls_but_cannot_is_refused(newest: PostgresDatabase) -> None:
    with late_proxy(f"{newest.folder}/.s.PGSQL.5432", delay=0) as port:
        error = failure(url=f"postgresql://postgres@127.0.0.1:{port}/postgres", sslmode="require")

    assert isinstance(error, SourceRefused)
    assert "sslmode" in error.remedy


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://someone:literal@host/shop",
        "postgresql://someone@host/shop?password=literal",
        "host=h user=someone password=literal",
        "postgresql://someone:lit/eral@host/shop",
    ],
)
def test_a_literal_password_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        open_source("test.source", "postgres", {"url": url}, base=Path(), env={})

    assert "eral" not in str(refused.value).replace("literal secret", "")


@pytest.mark.parametrize("text", ["postgresql://me:pa/ss@h/db", "postgresql://me:p@ss@h/db", "x=y"])
def test_a_whole_url_that_cannot_be_understood_is_not_repeated(text: str) -> None:
    error = failure({"URL": text}, url="${URL}")

    assert isinstance(error, SourceRefused)
    assert "ss" not in str(error).replace("percent-encode the password", "").replace(
        "${PASSWORD}", ""
    )
    assert "percent-encode" in error.remedy


def test_sqlalchemys_urls_are_understood(newest: PostgresDatabase) -> None:
    url = newest.url.replace("postgresql://", "postgresql+psycopg://")
    assert newest.source(url=url).extract().tables.num_rows == 0


def test_an_old_server_is_refused(
    newest: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_connection, "OLDEST_VERSION", 990000)
    assert "Versions from 99" in failure(url=newest.url).remedy


def run(config: PostgresConfig, *statements: str) -> None:
    """Run statements as the driver runs its own; `{pid}` is this session."""
    with connected(config) as connection:
        begin(connection, config)
        for statement in statements:
            connection.execute(statement.format(pid=connection.info.backend_pid).encode())


def test_a_query_that_takes_too_long_is_stopped(newest: PostgresDatabase) -> None:
    config = PostgresConfig(url=newest.url, statement_timeout=1)
    with pytest.raises(SourceUnavailable, match="statement timeout") as stopped:
        run(config, "SELECT pg_sleep(10)")

    assert "statement_timeout" in stopped.value.remedy


def test_a_database_that_goes_away_in_the_middle_is_unavailable(newest: PostgresDatabase) -> None:
    with pytest.raises(SourceUnavailable) as lost:
        run(PostgresConfig(url=newest.url), "SELECT pg_terminate_backend({pid})", "SELECT 1")

    assert lost.value.where.endswith(newest.name)


def test_a_copy_cut_off_in_the_middle_is_unavailable(newest: PostgresDatabase) -> None:
    newest.execute("CREATE TABLE t (id int)")
    config = PostgresConfig(url=newest.url)
    kill = "SELECT pg_terminate_backend(pg_backend_pid()) AS a, 1 AS b FROM pg_class"
    queries = {"columns": "SELECT 1 AS a, 2 AS b", "tables": kill}
    with (
        pytest.raises(SourceUnavailable),
        connected(config) as connection,
        reading((connection, queries)) as rows,
    ):
        _ = rows("columns"), rows("tables")


def test_a_server_that_dies_in_the_middle_of_an_extract_is_unavailable(
    newest: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest.execute("CREATE TABLE t (id int)")

    def sql(engine: str, name: str) -> str:
        end = "SELECT pg_terminate_backend(pg_backend_pid()) AS relation, 1 AS index_name"
        return end if name == "indexes" else catalog_sql(engine, name)

    monkeypatch.setattr(postgres, "catalog_sql", sql)
    with pytest.raises(SourceUnavailable, match=r"administrator command|server failed|lost"):
        newest.read()


def test_the_session_can_write_nothing(database: PostgresDatabase) -> None:
    with pytest.raises(MetadataAssetsError, match="read-only"):
        run(PostgresConfig(url=database.url), "CREATE TABLE t ()")


@pytest.mark.parametrize("connections", [1, 2])
@pytest.mark.parametrize("query", ["types", "columns", "indexes"])
def test_a_moment_in_which_objects_vanish_is_read_again(
    query: str, connections: int, newest: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest.execute("CREATE TABLE t (id int)")
    sound = catalog_sql("postgres", query)
    vanishing = iter(["SELECT pg_get_viewdef('gone'::regclass) AS a, 1 AS b", sound])

    def sql(engine: str, name: str) -> str:
        return next(vanishing) if name == query else catalog_sql(engine, name)

    monkeypatch.setattr(postgres, "catalog_sql", sql)
    assert newest.read(connections=connections).tables.num_rows == 1


def test_a_view_that_is_made_anew_meanwhile_hides_nothing_else(
    database: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.execute(
        "CREATE TABLE t (id int); CREATE VIEW kept AS SELECT * FROM t",
        "CREATE VIEW v AS SELECT * FROM t; CREATE MATERIALIZED VIEW mv AS SELECT * FROM t",
    )

    def sql(engine: str, name: str) -> str:
        if name == "tables":
            database.execute(
                "DROP VIEW v; CREATE VIEW v AS SELECT * FROM t",
                "DROP MATERIALIZED VIEW mv; CREATE MATERIALIZED VIEW mv AS SELECT * FROM t",
            )
        return catalog_sql(engine, name)

    monkeypatch.setattr(postgres, "catalog_sql", sql)
    catalog = database.read()

    assert listed(catalog.tables, "table_name") == ["kept", "t"]
    assert listed(catalog.unreadable, "object_name") == ["public.mv", "public.v"]
    assert "has just dropped it" in catalog.unreadable["reason"][0].as_py()


def test_a_restricted_user_sees_the_structure_and_what_it_may_not_read(
    database: PostgresDatabase,
) -> None:
    name = f"reader_{database.name}"
    database.execute(
        f"CREATE ROLE {name} LOGIN",
        "CREATE SCHEMA closed",
        "CREATE TYPE mood AS ENUM ('x')",
        "CREATE TABLE closed.t (id int PRIMARY KEY CHECK (id > 0), m mood DEFAULT 'x')",
        "CREATE TABLE forbidden (id int GENERATED ALWAYS AS IDENTITY)",
        "CREATE TABLE allowed (id int); CREATE TABLE partly (a int, b int)",
        "CREATE VIEW v AS SELECT * FROM closed.t",
        f"GRANT SELECT ON allowed, closed.t TO {name}; GRANT SELECT (a) ON partly TO {name}",
        "COMMENT ON TABLE forbidden IS 'seen'",
    )
    owner = database.read()
    reader = database.source(
        url=database.url.replace("postgres:@", f"{name}@").replace("postgres@", f"{name}@")
    ).extract()

    assert data_version(reader) == data_version(owner)
    assert reader.unreadable.to_pylist() == [
        {
            "object_name": object_name,
            "reason": "the user lacks SELECT on it, or USAGE on its schema",
        }
        for object_name in ("closed.t", "public.forbidden", "public.v")
    ]
    require_no_mass_deletion(owner.tables, reader, source="test.source", max_shrink=0)


def test_a_grant_moves_the_fingerprint_of_the_user_it_concerns(database: PostgresDatabase) -> None:
    name = f"reader_{database.name}"
    database.execute(f"CREATE ROLE {name} LOGIN; CREATE TABLE t (id int)")
    url = database.url.replace("postgres:@", f"{name}@").replace("postgres@", f"{name}@")
    before = database.fingerprint(url=url)

    database.execute(f"GRANT SELECT ON t TO {name}")

    assert database.fingerprint(url=url) != before


def test_a_user_with_a_single_connection_is_probed_with_that(database: PostgresDatabase) -> None:
    name = f"single_{database.name}"
    database.execute(f"CREATE ROLE {name} LOGIN CONNECTION LIMIT 1; CREATE TABLE t (id int)")
    url = database.url.replace("postgres:@", f"{name}@").replace("postgres@", f"{name}@")
    before = database.fingerprint(url=url, connections=1)

    database.execute("ALTER TABLE t ADD total int")

    assert database.fingerprint(url=url, connections=1) != before


def test_how_many_connections_a_source_takes_is_not_what_it_holds(
    database: PostgresDatabase,
) -> None:
    one, two = (database.source(connections=number) for number in (1, 2))

    assert one.fingerprint() == two.fingerprint()


def test_a_server_that_has_no_connection_left_tells_what_to_do(database: PostgresDatabase) -> None:
    name = f"none_{database.name}"
    database.execute(f"CREATE ROLE {name} LOGIN CONNECTION LIMIT 0")
    url = database.url.replace("postgres:@", f"{name}@").replace("postgres@", f"{name}@")

    with pytest.raises(SourceUnavailable, match=r"too many connections .* set connections to 1"):
        database.fingerprint(url=url)


def test_text_of_no_known_encoding_is_read(any_postgres: PostgresServer) -> None:
    name = f"ascii_{threading.get_ident()}"
    PostgresDatabase(any_postgres.admin_url).execute(
        f"DROP DATABASE IF EXISTS {name}",
        f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'",
    )
    database = PostgresDatabase(any_postgres.url(name))
    database.execute(
        "CREATE TABLE t (id int)",
        "SET client_encoding = 'SQL_ASCII'; COMMENT ON TABLE t IS E'caf\\xe9';"
        "CREATE TYPE mood AS ENUM (E'g\\xe9', 'ü'); CREATE INDEX i ON t ((id || E'\\xe9'))",
    )

    catalog = database.read()
    assert listed(catalog.tables, "comment") == ["caf<e9>"]
    assert listed(catalog.types, "labels") == [["g<e9>", "ü"]]
    assert listed(catalog.indexes, "columns") == [["((id || '<e9>'::text))"]]


def test_an_owner_named_in_another_encoding_hides_nothing(database: PostgresDatabase) -> None:
    latin = f"latin_{database.name}"
    database.execute(
        f"CREATE DATABASE {latin} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'",
        "CREATE TABLE t (id int)",
    )
    admin = PostgresDatabase(database.url.replace(database.name, latin))
    admin.execute(
        f"DO $$ BEGIN EXECUTE format('CREATE ROLE %I', '{latin}' || chr(233)); END $$",
    )
    database.execute(
        "DO $$ DECLARE r name := (SELECT rolname FROM pg_roles WHERE rolname LIKE "
        f"'{latin}%'); BEGIN EXECUTE 'ALTER TABLE t OWNER TO ' || quote_ident(r); END $$"
    )
    database.fingerprint()

    assert listed(database.read().tables, "owner") == [f"{latin}<e9>"]


def test_an_owner_that_the_databases_encoding_cannot_convert_hides_nothing(
    database: PostgresDatabase,
) -> None:
    name = f"win_{database.name}"
    database.execute(
        f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'WIN1252' LOCALE 'C'",
        f'CREATE ROLE "{name}Á"',
    )
    windows = PostgresDatabase(database.url.replace(database.name, name))
    windows.execute(
        "SET client_encoding = 'UTF8'",
        """CREATE TABLE t ("größe €" int); COMMENT ON TABLE t IS '„à, "é"“'""",
        "DO $$ DECLARE r name := (SELECT rolname FROM pg_roles WHERE rolname LIKE "
        f"'{name}%'); BEGIN EXECUTE 'ALTER TABLE t OWNER TO ' || quote_ident(r); END $$",
    )
    windows.fingerprint()

    catalog = windows.read()
    assert listed(catalog.tables, "owner", "comment") == [(f"{name}Ã<81>", '„à, "é"“')]
    assert listed(catalog.columns, "column_name") == ["größe €"]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("consuming input failed: SSL error: unexpected eof while reading", SourceUnavailable),
        ("SSL SYSCALL error: EOF detected", SourceUnavailable),
        ("SSL error: certificate verify failed", SourceRefused),
        ('could not load private key file "k": bad decrypt', SourceRefused),
        ('definition of service "x" not found', SourceRefused),
    ],
)
def test_what_is_cut_off_is_tried_again_and_what_is_misconfigured_is_not(
    said: str, kind: type[Exception]
) -> None:
    assert type(explained(psycopg.OperationalError(said), "host")) is kind


def test_the_path_of_a_password_file_is_no_secret() -> None:
    url = "postgresql://u@h/db?passfile=/run/secrets/pgpass"
    assert PostgresConfig(url=url).url == url


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def late_proxy(unix_socket: str, delay: float = 0.2) -> Iterator[int]:
    """A TCP port that leads to a Unix socket, but is open only after a while."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port: int = reserved.getsockname()[1]
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)

    def serve() -> None:
        time.sleep(delay)
        listener.bind(("127.0.0.1", port))
        listener.listen()
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(unix_socket)
            for source, target in ((client, server), (server, client)):
                threading.Thread(target=forward, args=(source, target), daemon=True).start()

    serving = threading.Thread(target=serve, daemon=True)
    serving.start()
    if not delay:
        time.sleep(0.05)
    try:
        yield port
    finally:
        listener.close()


def forward(source: socket.socket, target: socket.socket) -> None:
    with target, suppress(OSError):
        while received := source.recv(65536):
            target.sendall(received)
