from __future__ import annotations

import asyncio
import inspect
import threading
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timezone

import pyarrow as pa
import pytest
from sqlalchemy import text

from metadata_assets.errors import PermanentError, PositionBackwards
from metadata_assets.ledger.async_store import AsyncLedger
from metadata_assets.ledger.connecting import Pool
from metadata_assets.ledger.registry import DEFINITIONS
from metadata_assets.ledger.store import Ledger
from metadata_assets.ledger.values import SyncRunStatistics
from metadata_assets_tests.ledger.conftest import Place
from metadata_assets_tests.servers import PostgresServer

Work = Callable[[AsyncLedger], Awaitable[None]]


def with_ledger(place: Place, work: Work) -> None:
    async def run() -> None:
        async with await AsyncLedger.open(place.url, place.schema) as ledger:
            await asyncio.wait_for(work(ledger), timeout=60)

    asyncio.run(run())


def test_every_operation_of_the_ledger_can_be_awaited() -> None:
    operations = {
        name
        for name, member in inspect.getmembers(Ledger, inspect.isfunction)
        if not name.startswith("_")
    } - {"close"}
    awaited = {
        name
        for name, member in inspect.getmembers(AsyncLedger, inspect.iscoroutinefunction)
        if not name.startswith("_")
    }
    assert operations <= awaited


def test_a_run_and_all_that_belongs_to_it_is_recorded(place: Place) -> None:
    async def work(ledger: AsyncLedger) -> None:
        run = await ledger.start_sync_run("shop", "stream", source_info={"type": "mongodb"})
        await ledger.update_stream_position("shop", {"lsn": "0/2"}, sync_run_id=run.id)
        with pytest.raises(PositionBackwards):
            await ledger.update_stream_position("shop", {"lsn": "0/1"})
        moment = datetime(2026, 1, 1, tzinfo=timezone.utc)
        await ledger.update_batch_timestamp("shop", moment, "orders")
        assert await ledger.get_batch_timestamp("shop", "orders") == moment
        error = await ledger.log_exception("shop", ValueError("bad"), record_data={"id": 1})
        await ledger.add_to_dead_letter_queue("shop", "insert", {"id": 1}, error_log_id=error.id)
        (letter,) = await ledger.claim_dead_letters()
        await ledger.resolve_dead_letter(letter.id, "reprocessed", claim_id=letter.claim_id)
        done = await ledger.complete_sync_run(run.id, "completed", SyncRunStatistics(10))
        assert (done.status, done.records_processed) == ("completed", 10)
        with pytest.raises(PermanentError, match="has ended already"):
            await ledger.complete_sync_run(run.id, "failed", SyncRunStatistics())

    with_ledger(place, work)
    with place.open() as ledger:
        assert ledger.get_stream_position("shop") == {"lsn": "0/2"}
        assert [run.status for run in ledger.runs()] == ["completed"]


def test_tasks_share_a_ledger(place: Place) -> None:
    async def work(ledger: AsyncLedger) -> None:
        await asyncio.gather(
            *(ledger.update_position("shop", f"t{n}", "batch", {"at": n}) for n in range(40))
        )
        assert len(await ledger.get_active_markers("shop")) == 40

    with_ledger(place, work)


def test_definitions_read_back_as_the_blocking_ledger_reads_them(place: Place) -> None:
    definition = {
        "table_name": "orders",
        "schema_definition": '{"a":[1,{"b":"ü"}]}',
        "schema_hash": "A",
        "content_hash": "a",
        "evolution_type": "create",
        "compatibility_status": "compatible",
    }
    with place.open() as blocking:
        blocking.register_schemas("shop", pa.Table.from_pylist([definition], schema=DEFINITIONS))
        expected = blocking.get_schema_version("shop", "orders")

    async def work(ledger: AsyncLedger) -> None:
        assert await ledger.get_schema_version("shop", "orders") == expected

    with_ledger(place, work)


def test_close_leaves_no_thread_and_no_connection(
    postgres: PostgresServer, tmp_path: object
) -> None:
    url = postgres.create_database()
    sessions = text(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'metadata-assets ledger'"
        " AND datname = current_database()"
    )

    async def use() -> None:
        for place in (url, f"sqlite:///{tmp_path}/ledger.db"):
            ledger = await AsyncLedger.open(place, pool=Pool(size=2, overflow=1))
            await asyncio.gather(
                *(ledger.update_position("shop", f"t{n}", "batch", {"at": n}) for n in range(9))
            )
            await ledger.close()

    before = threading.active_count()
    asyncio.run(use())
    deadline = time.monotonic() + 5
    while threading.active_count() > before:  # a driver's thread ends just after its connection
        assert time.monotonic() < deadline, threading.enumerate()
        time.sleep(0.01)
    with Ledger.open(url) as ledger, ledger._database.reading() as connection:
        assert connection.scalar(sessions) == 1
