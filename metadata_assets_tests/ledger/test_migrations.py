from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, inspect, text

from metadata_assets.errors import ConfigurationError
from metadata_assets.ledger import migrations
from metadata_assets.ledger.connecting import connect
from metadata_assets.ledger.model import metadata
from metadata_assets.ledger.store import Ledger
from metadata_assets_tests.ledger.conftest import Place
from metadata_assets_tests.ledger.processes import run_at_once
from metadata_assets_tests.servers import PostgresServer

TABLES = {"dead_letter_queue", "error_log", "schema_registry", "sync_markers", "sync_runs"}


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations._FOLDER))
    config.set_main_option("path_separator", "os")
    return config


def test_head_is_the_newest_revision() -> None:
    assert ScriptDirectory.from_config(_config()).get_heads() == [migrations.HEAD]


@pytest.mark.filterwarnings("ignore:.*expression-based index")  # SQLite's are not reflected
def test_the_migrated_tables_are_those_of_the_model(place: Place) -> None:
    place.open().close()
    database = connect(place.url, place.schema)
    with database.reading() as connection:
        _look_in(connection, place)
        context = MigrationContext.configure(
            connection,
            opts={
                "version_table": migrations.VERSION_TABLE,
                "compare_server_default": True,
                "compare_type": True,
            },
        )
        assert compare_metadata(context, metadata) == []
        found = _checks(connection)
        declared = {
            (table.name, str(constraint.name))
            for table in metadata.sorted_tables
            for constraint in table.constraints
            if isinstance(constraint, CheckConstraint)
        }
        assert found == declared
    database.engine.dispose()


def _look_in(connection: Connection, place: Place) -> None:
    if place.schema:
        connection.execute(text(f'SET LOCAL search_path TO "{place.schema}"'))
        connection.dialect.default_schema_name = place.schema


def _checks(connection: Connection) -> set[tuple[str, str | None]]:
    inspector = inspect(connection)
    return {
        (table, check["name"])
        for table in metadata.tables
        for check in inspector.get_check_constraints(table)
    }


def test_tables_go_to_the_named_schema_and_nowhere_else(postgres: PostgresServer) -> None:
    url = postgres.create_database()
    Ledger.open(url, "my-schema").close()
    database = connect(url)
    with database.reading() as connection:
        inspector = inspect(connection)
        assert set(inspector.get_table_names("my-schema")) == TABLES | {"ledger_version"}
        assert inspector.get_table_names("public") == []
    database.engine.dispose()


def test_two_schemas_of_one_database_are_two_ledgers(postgres: PostgresServer) -> None:
    url = postgres.create_database()
    with Ledger.open(url, 'say "hi"') as one, Ledger.open(url) as other:
        one.update_position("demo.shop", None, "batch", {"at": 1})
        assert other.position("demo.shop", None, "batch") is None
        assert one.position("demo.shop", None, "batch") == {"at": 1}


def test_processes_may_open_a_fresh_ledger_at_once(place: Place) -> None:
    def work(number: int) -> None:
        with place.open() as ledger:
            ledger.update_position("demo.shop", f"worker {number}", "batch", {"opened": True})

    run_at_once(work, 8)
    with place.open() as ledger:
        assert len(ledger.get_active_markers("demo.shop")) == 8


def test_threads_may_open_fresh_ledgers_at_once(tmp_path: Path) -> None:
    def work(number: int) -> None:
        Ledger.open(f"sqlite:///{tmp_path / f'{number % 2}.db'}").close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))


def test_reopening_keeps_what_was_stored(place: Place) -> None:
    with place.open() as ledger:
        ledger.update_position("demo.shop", None, "batch", {"at": 1})
    with place.open() as ledger:
        assert ledger.position("demo.shop", None, "batch") == {"at": 1}


def test_a_current_ledger_opens_without_alembic_or_pandas(place: Place) -> None:
    place.open().close()
    script = f"""
import sys
from metadata_assets.ledger.recording import recorded_run
from metadata_assets.ledger.store import Ledger
with Ledger.open({place.url!r}, {place.schema!r}) as ledger:
    ledger.latest_versions("demo.shop")
print(sorted({{"alembic", "pandas", "dagster", "duckdb"}} & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout == "[]\n", done.stderr


def test_a_ledger_of_a_newer_version_is_refused(place: Place) -> None:
    with place.open() as ledger, ledger._database.writing() as connection:
        table = migrations._version
        connection.execute(table.update().values(version_num="9999"))
    with pytest.raises(ConfigurationError, match="Upgrade metadata-assets"):
        place.open()


def _go_to(place: Place, revision: str) -> None:
    database = connect(place.url, place.schema)
    with database.writing() as connection:
        _look_in(connection, place)
        config = _config()
        config.attributes.update(connection=connection, schema=place.schema)
        command.downgrade(config, revision)
    database.engine.dispose()


def test_a_ledger_of_the_previous_revision_is_upgraded_with_all_it_holds(place: Place) -> None:
    with place.open() as ledger:
        ledger.update_position("demo.shop", None, "batch", {"at": 1})
        error = ledger.log_exception("demo.shop", ValueError("x"))
        letter = ledger.add_to_dead_letter_queue("demo.shop", "insert", {"id": 1})
    _go_to(place, "0001")
    if place.schema is not None:  # a shared server is not upgraded behind anyone's back
        with pytest.raises(ConfigurationError, match="metadata-assets ledger upgrade"):
            place.open()
        database = connect(place.url, place.schema)
        migrations.upgrade(database)
        database.engine.dispose()
    with place.open() as ledger:
        (marker,) = ledger.get_active_markers()
        assert (marker.position_data, marker.revision) == ({"at": 1}, 1)
        assert [(e.id, e.occurrence_count) for e in ledger.errors()] == [(error.id, 1)]
        assert [waiting.id for waiting in ledger.claim_dead_letters()] == [letter.id]


def test_revisions_can_be_undone(place: Place) -> None:
    place.open().close()
    _go_to(place, "base")
    database = connect(place.url, place.schema)
    with database.reading() as connection:
        assert inspect(connection).get_table_names(place.schema) == [migrations.VERSION_TABLE]
    database.engine.dispose()
