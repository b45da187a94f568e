"""The ledger as its users see it: open it, call it, close it."""

from __future__ import annotations

from types import TracebackType

from metadata_assets.ledger import migrations
from metadata_assets.ledger.cleanup import Cleanup
from metadata_assets.ledger.connecting import POOL, Pool, connect
from metadata_assets.ledger.dead_letters import DeadLetters
from metadata_assets.ledger.failures import Failures
from metadata_assets.ledger.letter_claims import LetterClaims
from metadata_assets.ledger.positions import Positions
from metadata_assets.ledger.recovery import Recovery
from metadata_assets.ledger.resolution import Resolution
from metadata_assets.ledger.runs import Runs
from metadata_assets.ledger.state import BACKOFF, Backoff
from metadata_assets.ledger.statistics import Statistics
from metadata_assets.ledger.table_registry import TableRegistry


class Ledger(
    Positions,
    Runs,
    TableRegistry,
    Failures,
    Resolution,
    DeadLetters,
    LetterClaims,
    Recovery,
    Cleanup,
    Statistics,
):
    """Positions, runs, registered schemas, errors and dead letters in one database.

    Each operation is a transaction of its own. May be used from several threads; each process
    opens its own.
    """

    @classmethod
    def open(
        cls,
        url: str,
        schema: str | None = None,
        *,
        pool: Pool = POOL,
        backoff: Backoff = BACKOFF,
    ) -> Ledger:
        """Open a ledger; creates or upgrades its tables if need be.

        Args:
            url: A SQLAlchemy URL, `sqlite:///…` or `postgresql://…`.
            schema: The PostgreSQL schema of its tables; by default that of the search path.
            pool: How many connections to keep.
            backoff: How long what failed waits before it is tried again.

        Raises:
            ConfigurationError: The URL will not do, or the ledger is of a newer version than this
                code.
            TransientError: The database does not answer.
        """
        database = connect(url, schema, pool=pool)
        try:
            migrations.ensure_current(database)
        except BaseException:
            database.engine.dispose()
            raise
        return cls(database, backoff)

    def close(self) -> None:
        """Close every connection."""
        self._database.engine.dispose()

    def __enter__(self) -> Ledger:
        """Use it in a `with` statement."""
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close it at the end."""
        self.close()
