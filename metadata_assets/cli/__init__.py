"""The command line: `metadata-assets`. One group of commands a file; nothing here computes."""

from __future__ import annotations

from metadata_assets.cli import (
    context,
    control,
    ddl,
    dead_letters,
    demo,
    diff,
    health,
    home,
    impact,
    ledger,
    mcp,
    metrics,
    profile,
    query,
    schema_files,
    sources,
    sql,
    sync,
    training,
    training_sinks,
    watch,
)
from metadata_assets.cli.app import app

__all__ = [
    "app",
    "context",
    "control",
    "ddl",
    "dead_letters",
    "demo",
    "diff",
    "health",
    "home",
    "impact",
    "ledger",
    "mcp",
    "metrics",
    "profile",
    "query",
    "schema_files",
    "sources",
    "sql",
    "sync",
    "training",
    "training_sinks",
    "watch",
]
