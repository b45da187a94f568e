"""The health of a home: how true its training records are, and how far its indexes lag behind.

For every way in: the command line, the checks, the MCP server. Reads a few columns, no content.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from metadata_assets.control.table import ControlTable
from metadata_assets.lake import SOURCE, Lake
from metadata_assets.ledger.store import Ledger
from metadata_assets.settings import Settings
from metadata_assets.sinks.config import open_index
from metadata_assets.sources.probe import last_synced
from metadata_assets.training.health import MEASURED, Health, Thresholds, health
from metadata_assets.training.records import RECORDS


def home_health(
    settings: Settings, ledger: Ledger, *, now: datetime, sources: Sequence[str] = ()
) -> Health:
    """Assess sources.

    Args:
        settings: Where state lives, and from where on it warns.
        ledger: Where the last syncs are remembered.
        now: The time of asking.
        sources: Keys of sources; none means all that have records or were ever synced.
    """
    lake = Lake(settings.lake_uri)
    synced = last_synced(ledger)
    wanted = {key: moment for key, moment in synced.items() if not sources or key in sources}
    return health(
        _measured(lake, sources),
        last_synced_at=wanted,
        lag=_lag(lake, settings, sources),
        now=now,
        thresholds=thresholds_of(settings),
    )


def thresholds_of(settings: Settings) -> Thresholds:
    """From where on a home wants to be warned."""
    return Thresholds(
        max_outdated=settings.health_max_outdated,
        max_outdated_share=settings.health_max_outdated_share,
        max_edited=settings.health_max_edited,
        max_age=timedelta(days=settings.health_max_age_days),
        max_lag=settings.health_max_lag,
    )


def health_document(found: Health) -> dict[str, Any]:
    """A health as JSON-ready values, for machines."""
    return {
        "healthy": not found.warnings,
        "warnings": list(found.warnings),
        "overall": {
            "live": found.live,
            "outdated": found.outdated,
            "outdated_share": round(found.outdated_share, 4),
            "deleted": found.deleted,
            "edited": found.edited,
            "to_be_pushed": found.lag,
            "oldest_sync": found.oldest_sync,
        },
        "sources": [
            {
                "source": one.source,
                "live": one.live,
                "outdated": one.outdated,
                "outdated_share": round(one.outdated_share, 4),
                "deleted": one.deleted,
                "edited": one.edited,
                "to_be_pushed": one.lag,
                "last_synced_at": one.last_synced_at,
                "records": [
                    {"kind": kind, "status": status, "count": count}
                    for (kind, status), count in one.records.items()
                ],
            }
            for one in found.sources
        ],
    }


def _measured(lake: Lake, sources: Sequence[str]) -> pa.Table:
    if not sources:
        return lake.read_all(RECORDS, columns=(SOURCE, *MEASURED))
    parts = [(key, lake.read(RECORDS, key, columns=MEASURED)) for key in sources]
    return pa.concat_tables(
        [rows.append_column(SOURCE, pa.repeat(key, rows.num_rows)) for key, rows in parts]
    )


def _lag(lake: Lake, settings: Settings, sources: Sequence[str]) -> dict[str, int]:
    """How many entries are to be pushed, of each active source that names a sink."""
    indexes = {
        row.key: open_index(row.key, row.target_config, lake, settings)
        for row in ControlTable(lake).rows()
        if row.is_active and (not sources or row.key in sources)
    }
    return {key: one.pending().num_rows for key, one in indexes.items() if one is not None}
