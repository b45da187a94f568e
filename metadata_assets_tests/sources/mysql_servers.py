"""A MariaDB server for the tests, from the binaries that are installed on the machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pymysql
import pytest

from metadata_assets.catalog.invariants import violations
from metadata_assets.catalog.model import Catalog
from metadata_assets.sources.registry import Source, open_source


@dataclass(frozen=True)
class MySQLDatabase:
    """One database of a server that listens on a Unix socket."""

    unix_socket: str
    name: str

    @property
    def url(self) -> str:
        """As SQLAlchemy writes it."""
        return f"mysql://root@/{self.name}?unix_socket={self.unix_socket}"

    def execute(self, *statements: str) -> None:
        """Run statements as root."""
        with connection(self) as session, session.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def source(self, **config: Any) -> Source:
        """This database as a source."""
        parts = {"unix_socket": self.unix_socket, "database": self.name, "user": "root"}
        return open_source("test.source", "mariadb", parts | config, base=Path(), env={})

    def fingerprint(self, **config: Any) -> str:
        """What the driver says of this database, whatever its configuration."""
        source = self.source(**config)
        return str(source.driver.fingerprint(source.config))

    def read(self, **config: Any) -> Catalog:
        """The catalog, known to be sound."""
        catalog = self.source(**config).extract()
        assert violations(catalog) == []
        return catalog


@dataclass(frozen=True)
class MySQLServer:
    """A server with root's password empty."""

    unix_socket: str
    client: str

    def create_database(self, name: str | None = None) -> MySQLDatabase:
        name = name or f"t_{uuid.uuid4().hex[:12]}"
        MySQLDatabase(self.unix_socket, "mysql").execute(
            # Scripts that name their database share it on a server, one after the other; what is
            # replaced may have foreign keys.
            "SET foreign_key_checks = 0",
            f"CREATE OR REPLACE DATABASE `{name}` CHARACTER SET utf8mb4",
        )
        return MySQLDatabase(self.unix_socket, name)

    def load(self, database: MySQLDatabase, script: Path) -> None:
        """Run a script; any error fails the test."""
        with script.open("rb") as text:
            done = subprocess.run(
                [
                    *(self.client, "--no-defaults", "--user=root", f"--socket={self.unix_socket}"),
                    database.name,
                ],
                stdin=text,
                capture_output=True,
                text=False,
                timeout=300,
                check=False,
            )
        assert done.returncode == 0, done.stderr[-2000:]


@contextmanager
def connection(database: MySQLDatabase) -> Iterator[pymysql.Connection[Any]]:
    """A session of root."""
    session = pymysql.connect(
        unix_socket=database.unix_socket,
        user="root",
        database=database.name,
        charset="utf8mb4",
        autocommit=True,
    )
    with session:
        yield session


@contextmanager
def started(*own: str) -> Iterator[MySQLServer]:
    """A server on a Unix socket of its own, in a folder that is gone afterwards.

    Args:
        *own: Options of it alone.
    """
    server, client = shutil.which("mariadbd"), shutil.which("mariadb")
    if not server or not client:
        missing = "no mariadbd on PATH (Debian: apt-get install mariadb-server)"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    # Not pytest's folder: another user could not enter it, and its path is long for a socket.
    folder = Path(tempfile.mkdtemp(prefix="ma_my_"))
    as_user = ["--user=mysql"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "mysql")
    options = [
        *("--no-defaults", *as_user, f"--datadir={folder / 'data'}"),
        # Of its own: a server that starts removes the temporary tables it finds there.
        f"--tmpdir={folder}",
        *own,
    ]
    try:
        installed = subprocess.run(
            ["mariadb-install-db", *options, "--auth-root-authentication-method=normal"],
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
        if installed.returncode:
            pytest.fail(f"{installed.stdout}\n{installed.stderr}")
        process = subprocess.Popen(
            [
                *(server, *options, f"--socket={folder / 'socket'}", "--skip-networking"),
                *("--innodb-flush-method=nosync", "--innodb-flush-log-at-trx-commit=0"),
                *("--skip-log-bin", "--innodb-buffer-pool-size=64M"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield _answering(MySQLServer(str(folder / "socket"), client))
        finally:
            process.terminate()
            process.wait(timeout=60)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _answering(server: MySQLServer) -> MySQLServer:
    deadline = time.monotonic() + 60
    while True:
        try:
            MySQLDatabase(server.unix_socket, "mysql").execute("SELECT 1")
            return server
        except pymysql.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
