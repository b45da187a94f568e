"""A password that reaches drivers and servers, and their errors, is found nowhere afterwards."""

from __future__ import annotations

import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest

from metadata_assets_tests.home import Home
from metadata_assets_tests.servers import PostgresServer
from metadata_assets_tests.sources.mysql_servers import MySQLServer

SECRET = "hunter2-planted"
AWKWARD = "hunter2/plan@ted"


def leaks(home: Home, *done: subprocess.CompletedProcess[str]) -> list[str]:
    """Where a part of a secret is: outputs, and every file below the home."""
    words = (b"hunter2", quote(AWKWARD, safe="").encode())
    places = {f"output {n}": (one.stdout + one.stderr).encode() for n, one in enumerate(done)}
    places |= {
        str(path): path.read_bytes() for path in Path(home.path).rglob("*") if path.is_file()
    }
    return [place for place, text in places.items() if any(word in text for word in words)]


@pytest.mark.parametrize("secret", [SECRET, AWKWARD])
def test_no_error_of_any_driver_tells_the_password(
    home: Home, postgres: PostgresServer, mariadb: MySQLServer, secret: str
) -> None:
    folder = postgres.admin_url.partition("host=")[2]
    mysql = mariadb.create_database()
    wrong = {"user": "nobody", "password": "${PW}"}
    urls = {
        "postgres": "postgresql://me:${PW}@127.0.0.1:1/shop?connect_timeout=2",
        "mysql": "mysql://me:${PW}@127.0.0.1:1/shop",
        "sqlalchemy": "postgresql+psycopg://me:${PW}@127.0.0.1:1/shop?connect_timeout=2",
    }
    of_kind = {"sqlalchemy": {"dialect": "postgres"}}
    home.drop(
        "all.yaml",
        home.sqlite("fine", "CREATE TABLE t (id INTEGER)"),
        *(
            {"source_id": f"away_{kind}", "source_type": kind, "source_config": {"url": url}}
            for kind, url in urls.items()
        ),
        *(
            # The whole URL in a variable, and the password in it as it is.
            {
                "source_id": f"raw_{kind}",
                "source_type": kind,
                "source_config": {"url": f"${{{kind}}}", **of_kind.get(kind, {})},
            }
            for kind in urls
        ),
        {
            "source_id": "wrong_postgres",
            "source_type": "postgres",
            "source_config": {"host": folder, "database": "postgres", **wrong},
        },
        {
            "source_id": "wrong_mysql",
            "source_type": "mysql",
            "source_config": {"unix_socket": mysql.unix_socket, "database": mysql.name, **wrong},
        },
    )
    environment = {
        "PW": secret,
        **{kind: url.replace("${PW}", secret) for kind, url in urls.items()},
    }
    checked = home.run("metadata-assets", "sources", "check", **environment)
    synced = home.run("metadata-assets", "sync", **environment)
    told = home.run("metadata-assets", "health", "--json", **environment)
    assert synced.returncode == 1
    lines = checked.stdout.splitlines()
    assert sum(line.startswith("failed m.") for line in lines) == 8
    assert leaks(home, checked, synced, told) == []
