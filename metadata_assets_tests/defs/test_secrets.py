"""A password that reaches drivers and servers, and their errors, is found nowhere afterwards."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import quote

from metadata_assets_tests.home import Home
from metadata_assets_tests.servers import PostgresServer
from metadata_assets_tests.sources.mysql_servers import MySQLServer

AWKWARD = "hunter2/plan@ted"
SECRETS = {"plain": "hunter2-planted", "awkward": AWKWARD}
URLS = {
    "postgres": "postgresql://me:${password}@127.0.0.1:1/shop?connect_timeout=2",
    "mysql": "mysql://me:${password}@127.0.0.1:1/shop",
    "sqlalchemy": "postgresql+psycopg://me:${password}@127.0.0.1:1/shop?connect_timeout=2",
}


def leaks(home: Home, *done: subprocess.CompletedProcess[str]) -> list[str]:
    """Where a part of a secret is: outputs, and every file below the home."""
    words = (b"hunter2", quote(AWKWARD, safe="").encode())
    places = {f"output {n}": (one.stdout + one.stderr).encode() for n, one in enumerate(done)}
    places |= {
        str(path): path.read_bytes() for path in Path(home.path).rglob("*") if path.is_file()
    }
    return [place for place, text in places.items() if any(word in text for word in words)]


def test_no_error_of_any_driver_tells_the_password(
    home: Home, postgres: PostgresServer, mariadb: MySQLServer
) -> None:
    folder = postgres.admin_url.partition("host=")[2]
    mysql = mariadb.create_database()
    servers = {
        "postgres": {"host": folder, "database": "postgres"},
        "mysql": {"unix_socket": mysql.unix_socket, "database": mysql.name},
    }
    of_kind = {"sqlalchemy": {"dialect": "postgres"}}
    sources = [home.sqlite("fine", "CREATE TABLE t (id INTEGER)")]
    environment = {}
    for name, secret in SECRETS.items():
        environment[name] = secret
        for kind, url in URLS.items():
            config = {"url": url.replace("password", name)}
            sources.append(source(f"away_{kind}_{name}", kind, config))
            # The whole URL in a variable, and the password in it as it is.
            environment[f"{kind}_{name}"] = url.replace("${password}", secret)
            config = {"url": f"${{{kind}_{name}}}", **of_kind.get(kind, {})}
            sources.append(source(f"raw_{kind}_{name}", kind, config))
        for kind, server in servers.items():
            config = {**server, "user": "nobody", "password": f"${{{name}}}"}
            sources.append(source(f"wrong_{kind}_{name}", kind, config))
    home.drop("all.yaml", *sources)
    checked = home.run("metadata-assets", "sources", "check", **environment)
    synced = home.run("metadata-assets", "sync", **environment)
    told = home.run("metadata-assets", "health", "--json", **environment)
    assert synced.returncode == 1
    lines = checked.stdout.splitlines()
    assert sum(line.startswith("failed m.") for line in lines) == len(sources) - 1
    assert leaks(home, checked, synced, told) == []


def source(name: str, kind: str, config: dict[str, str]) -> dict[str, Any]:
    return {"source_id": name, "source_type": kind, "source_config": config}
