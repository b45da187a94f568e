from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from metadata_assets.errors import ConfigurationError
from metadata_assets.ledger.connecting import connect
from metadata_assets.ledger.importing import import_metadata
from metadata_assets.ledger.store import Ledger
from metadata_assets_tests.servers import PostgresServer

# The tables as the older system's documentation lists their columns.
_TABLES = """
CREATE TABLE {s}sync_runs (id {uuid} PRIMARY KEY, schema_name text, sync_mode text, status text,
  started_at {time}, completed_at {time}, duration_ms bigint, records_processed bigint,
  records_inserted bigint, config_hash text, source_info {json}, error_message text);
CREATE TABLE {s}sync_markers (id {uuid} PRIMARY KEY, schema_name text, table_name text,
  marker_type text, position_data {json}, last_updated {time}, sync_run_id {uuid});
CREATE TABLE {s}schema_registry (id {uuid} PRIMARY KEY, schema_name text, table_name text,
  version int, schema_definition {json}, schema_hash text, evolution_type text,
  previous_version int, registered_at {time});
CREATE TABLE {s}error_log (id {uuid} PRIMARY KEY, sync_run_id {uuid}, schema_name text,
  table_name text, error_type text, error_message text, error_details {json}, retry_count int,
  max_retries int, status text, occurred_at {time});
CREATE TABLE {s}dead_letter_queue (id {uuid} PRIMARY KEY, sync_run_id {uuid}, error_log_id {uuid},
  schema_name text, table_name text, operation_type text, record_data {json}, error_count int,
  first_error_at {time}, last_error_at {time}, status text)
"""

RUN, GONE_RUN, MARKER, ERROR, LETTER = (str(uuid4()) for _ in range(5))
MOMENT = "2024-01-02 03:04:05"
DEFINITION = json.dumps({"columns": [{"name": "id", "type": "INTEGER"}]})
_ROWS: list[tuple[str, list[Any]]] = [
    ("sync_runs", [RUN, "shop", "stream", "completed", MOMENT, MOMENT, 10, 5, 5, "abc",
                   json.dumps({"type": "mongodb", "password": "S3cret"}), None]),
    ("sync_markers", [MARKER, "shop", None, "stream", json.dumps({"lsn": "0/9"}), MOMENT, RUN]),
    ("schema_registry", [str(uuid4()), "shop", "orders", 1, DEFINITION, "h1", "create", None,
                         MOMENT]),
    ("schema_registry", [str(uuid4()), "shop", "orders", 2, DEFINITION, "h2", "add_column", 1,
                         MOMENT]),
    ("error_log", [ERROR, GONE_RUN, "shop", "orders", "validation", "bad password=S3cret",
                   json.dumps({"field": "d"}), 1, 3, "open", MOMENT]),
    ("dead_letter_queue", [LETTER, RUN, ERROR, "shop", "orders", "insert",
                           json.dumps(json.dumps({"id": 7})), 2, MOMENT, MOMENT, "pending"]),
]  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"])
def older(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str | None]:
    """The URL and schema of an older system's metadata."""
    if request.param == "sqlite":
        path = tmp_path / "older.db"
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.executescript(
                _TABLES.format(s="", uuid="text", time="datetime", json="json")
            )
            for table, row in _ROWS:
                places = ", ".join("?" * len(row))
                connection.execute(f"INSERT INTO {table} VALUES ({places})", row)
        return f"sqlite:///{path}", None
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.create_database()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE SCHEMA cartridge_warp")
        statements = _TABLES.format(
            s="cartridge_warp.", uuid="uuid", time="timestamptz", json="jsonb"
        )
        for statement in statements.split(";"):
            connection.execute(statement)
        for table, row in _ROWS:
            places = ", ".join(["%s"] * len(row))
            connection.execute(f"INSERT INTO cartridge_warp.{table} VALUES ({places})", row)
    return url, "cartridge_warp"


def test_an_older_systems_metadata_is_brought_over_once(
    ledger: Ledger, older: tuple[str, str | None]
) -> None:
    other = connect(*older)
    ledger.update_position("shop", "orders", "batch", {"at": 1})
    added = import_metadata(ledger, other)
    assert added == {
        "sync_runs": 1,
        "sync_markers": 1,
        "schema_registry": 2,
        "error_log": 1,
        "dead_letter_queue": 1,
    }
    assert set(import_metadata(ledger, other).values()) == {0}
    other.engine.dispose()

    (run,) = ledger.runs()
    assert (str(run.id), run.status, run.records_processed) == (RUN, "completed", 5)
    assert (run.heartbeat_at, run.started_at.isoformat()) == (
        run.completed_at,
        "2024-01-02T03:04:05+00:00",
    )
    assert run.source_info == {"type": "mongodb", "password": "***"}
    assert ledger.get_stream_position("shop") == {"lsn": "0/9"}
    assert ledger.position("shop", "orders", "batch") == {"at": 1}
    versions = ledger.versions("shop", "orders")
    assert [(v.version, v.previous_version, v.schema_hash) for v in versions] == [
        (2, 1, "h2"),
        (1, None, "h1"),
    ]
    assert json.loads(versions[0].schema_definition) == json.loads(DEFINITION)
    (error,) = ledger.errors()
    assert (error.sync_run_id, error.error_message) == (None, "bad password=***")
    (letter,) = ledger.claim_dead_letters()
    assert (str(letter.id), str(letter.error_log_id), letter.record_data) == (
        LETTER,
        ERROR,
        {"id": 7},
    )


def test_a_database_without_such_tables_is_refused(ledger: Ledger, tmp_path: Path) -> None:
    other = connect(f"sqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(ConfigurationError, match="there are no metadata tables"):
        import_metadata(ledger, other)
    other.engine.dispose()
