"""The Python API of a sync: what `metadata-assets sync` does, for programs.

```python
from metadata_assets.defs.api import sync

report = sync("shop.orders_db", mode="verify", tables=["sales.*"])
assert report.succeeded, report.sources[0].changed_records
```
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone

from metadata_assets.defs.execution import SyncOptions
from metadata_assets.defs.instance import home_instance
from metadata_assets.defs.sync import sync_sources
from metadata_assets.defs.workers import WorkerPool
from metadata_assets.outcomes import OnOutcome, SyncReport, tell_nobody
from metadata_assets.preview import preview_sources
from metadata_assets.settings import Settings
from metadata_assets.training.request import SyncRequest
from metadata_assets.training.selection import Selection


def sync(
    *sources: str,
    mode: str = "incremental",
    dry_run: bool = False,
    domains: Sequence[str] = (),
    tables: Sequence[str] = (),
    kinds: Sequence[str] = (),
    since: datetime | None = None,
    force: bool = False,
    allow_mass_delete: bool = False,
    settings: Settings | None = None,
    on_outcome: OnOutcome = tell_nobody,
) -> SyncReport:
    """Bring sources up to date, or say what that would change.

    Runs worker processes, so a script calls it below `if __name__ == "__main__":`.

    Args:
        *sources: Keys, `module.source_id`; all active sources by default.
        mode: `incremental`, `full` or `verify`, see `SyncRequest`.
        dry_run: Write nothing, and tell the very changes the sync would make.
        domains: Only training records of these business domains may change.
        tables: Only those of tables that match one of these GLOB patterns.
        kinds: Only those of these kinds.
        since: See `SyncRequest`.
        force: Read unchanged sources again too.
        allow_mass_delete: Accept a catalog most of which is gone.
        settings: Where state lives; from the environment by default.
        on_outcome: Told of each source as it is done.

    Raises:
        ConfigurationError: The mode or a kind is unknown, or a key names no active source.
    """
    request = SyncRequest(mode, Selection(tuple(domains), tuple(tables), tuple(kinds)), since)
    home = settings or Settings()
    if dry_run or request.only_looks:
        return preview_sources(
            home,
            sources,
            now=datetime.now(timezone.utc),
            request=request,
            allow_mass_delete=allow_mass_delete,
            on_outcome=on_outcome,
        )
    return sync_as_requested(
        sources,
        request,
        force=force,
        allow_mass_delete=allow_mass_delete,
        settings=home,
        on_outcome=on_outcome,
    )


def sync_as_requested(
    sources: Sequence[str],
    request: SyncRequest,
    *,
    force: bool,
    allow_mass_delete: bool,
    settings: Settings,
    on_outcome: OnOutcome,
) -> SyncReport:
    """`sync` for those who have the request ready."""
    options = SyncOptions(force, allow_mass_delete, request)
    with home_instance(settings) as instance, WorkerPool(settings.workers) as pool:
        return sync_sources(settings, instance, sources, options, pool.sync, on_outcome=on_outcome)
