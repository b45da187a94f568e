"""The ledger for asynchronous programs: the same operations, to be awaited.

Nothing is written twice: an operation runs as it is, in a greenlet that hands every wait for the
database to the event loop, as SQLAlchemy's own asynchronous sessions do. Needs the extra `async`.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import greenlet_spawn

from metadata_assets.ledger import migrations
from metadata_assets.ledger.connecting import APPLICATION, POOL, Drivers, Pool, connect
from metadata_assets.ledger.state import BACKOFF, Backoff
from metadata_assets.ledger.store import Ledger

P = ParamSpec("P")
T = TypeVar("T")


def _make_engine(*arguments: Any, **options: Any) -> Engine:
    return create_async_engine(*arguments, **options).sync_engine


AWAITED = Drivers(
    _make_engine,
    "sqlite+aiosqlite",
    "postgresql+asyncpg",
    {"timeout": 10, "server_settings": {"application_name": APPLICATION}},
)


def _awaited(
    operation: Callable[Concatenate[Ledger, P], T],
) -> Callable[Concatenate[AsyncLedger, P], Coroutine[Any, Any, T]]:
    async def run(self: AsyncLedger, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await greenlet_spawn(partial(operation, self._ledger, *args, **kwargs))

    run.__name__, run.__doc__ = operation.__name__, operation.__doc__
    return run


class AsyncLedger:
    """`Ledger` to be awaited; may be used by any number of tasks of one event loop."""

    def __init__(self, ledger: Ledger) -> None:
        """Take over a ledger whose database has an asynchronous driver; see `open`."""
        self._ledger = ledger

    @classmethod
    async def open(
        cls,
        url: str,
        schema: str | None = None,
        *,
        pool: Pool = POOL,
        backoff: Backoff = BACKOFF,
    ) -> AsyncLedger:
        """Open a ledger; arguments and errors are those of `Ledger.open`."""
        database = connect(url, schema, pool=pool, drivers=AWAITED)
        try:
            await greenlet_spawn(migrations.ensure_current, database)
        except BaseException:
            await AsyncEngine(database.engine).dispose()
            raise
        return cls(Ledger(database, backoff))

    async def close(self) -> None:
        """Close every connection."""
        await AsyncEngine(self._ledger._database.engine).dispose()

    async def __aenter__(self) -> AsyncLedger:
        """Use it in an `async with` statement."""
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close it at the end."""
        await self.close()

    add_to_dead_letter_queue = _awaited(Ledger.add_to_dead_letter_queue)
    dead_letter = _awaited(Ledger.dead_letter)
    dead_letters = _awaited(Ledger.dead_letters)
    claim_dead_letters = _awaited(Ledger.claim_dead_letters)
    claim_dead_letter = _awaited(Ledger.claim_dead_letter)
    resolve_dead_letter = _awaited(Ledger.resolve_dead_letter)
    return_dead_letter = _awaited(Ledger.return_dead_letter)

    log_error = _awaited(Ledger.log_error)
    log_exception = _awaited(Ledger.log_exception)
    errors = _awaited(Ledger.errors)
    claim_due_retries = _awaited(Ledger.claim_due_retries)
    resolve_error = _awaited(Ledger.resolve_error)
    ignore_error = _awaited(Ledger.ignore_error)
    resolve_errors = _awaited(Ledger.resolve_errors)

    register_schemas = _awaited(Ledger.register_schemas)
    latest_versions = _awaited(Ledger.latest_versions)
    definitions = _awaited(Ledger.definitions)
    register_schema = _awaited(Ledger.register_schema)
    get_schema_version = _awaited(Ledger.get_schema_version)
    diff_schema_versions = _awaited(Ledger.diff_schema_versions)
    versions = _awaited(Ledger.versions)

    start_sync_run = _awaited(Ledger.start_sync_run)
    complete_sync_run = _awaited(Ledger.complete_sync_run)
    heartbeat = _awaited(Ledger.heartbeat)
    sync_run = _awaited(Ledger.sync_run)
    runs = _awaited(Ledger.runs)

    recover_failed_runs = _awaited(Ledger.recover_failed_runs)
    abandon_dead_runs = _awaited(Ledger.abandon_dead_runs)
    cleanup_old_metadata = _awaited(Ledger.cleanup_old_metadata)
    get_sync_statistics = _awaited(Ledger.get_sync_statistics)

    update_position = _awaited(Ledger.update_position)
    update_positions = _awaited(Ledger.update_positions)
    update_stream_position = _awaited(Ledger.update_stream_position)
    get_stream_position = _awaited(Ledger.get_stream_position)
    update_batch_timestamp = _awaited(Ledger.update_batch_timestamp)
    get_batch_timestamp = _awaited(Ledger.get_batch_timestamp)
    position = _awaited(Ledger.position)
    get_active_markers = _awaited(Ledger.get_active_markers)
