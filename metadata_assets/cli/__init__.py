"""The command line: `metadata-assets`. One group of commands a file; nothing here computes."""

from __future__ import annotations

from metadata_assets.cli import (
    control,
    demo,
    diff,
    health,
    home,
    mcp,
    profile,
    query,
    sources,
    sql,
    sync,
)
from metadata_assets.cli.app import app

__all__ = [
    "app",
    "control",
    "demo",
    "diff",
    "health",
    "home",
    "mcp",
    "profile",
    "query",
    "sources",
    "sql",
    "sync",
]
