"""The event log: what every process of a home did, as JSON, one event a line.

Any record of the loggers below `metadata_assets` is an event; `source`, `stage` and `run_id` are
taken from its `extra`. Secrets are hidden, and the file is rotated by size, whoever is writing it.
"""

from __future__ import annotations

import json
import logging
from datetime import datetime, timezone
from pathlib import Path

from concurrent_log_handler import ConcurrentRotatingFileHandler

from metadata_assets.ledger.redaction import redact_text

_MAX_BYTES = 10_000_000
_BACKUPS = 5
_CONTEXT = ("source", "stage", "run_id", "dagster_run_id", "status", "duration_ms")


class JsonLines(logging.Formatter):
    """One record as one line of JSON, without secrets."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        moment = datetime.fromtimestamp(record.created, timezone.utc)
        event = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": redact_text(record.getMessage()),
        }
        event |= {
            name: value for name in _CONTEXT if (value := getattr(record, name, None)) is not None
        }
        if record.exc_info:
            event["exception"] = redact_text(self.formatException(record.exc_info))
        return json.dumps(event, ensure_ascii=False, default=str)


def write_events_to(path: Path) -> None:
    """Append this process's events to a file from now on; asking again changes nothing.

    Args:
        path: The file; its folder is made.
    """
    logger = logging.getLogger("metadata_assets")
    written = {
        handler.baseFilename
        for handler in logger.handlers
        if isinstance(handler, ConcurrentRotatingFileHandler)
    }
    if str(path) in written:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = ConcurrentRotatingFileHandler(
        str(path), maxBytes=_MAX_BYTES, backupCount=_BACKUPS, encoding="utf-8"
    )
    handler.setFormatter(JsonLines())
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
