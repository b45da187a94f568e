"""Make database files for a test."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb


def sqlite_file(path: Path, *scripts: str) -> Path:
    """Run scripts in a SQLite file, making it if needed."""
    with closing(sqlite3.connect(path)) as connection:
        for script in scripts:
            connection.executescript(f"PRAGMA synchronous = OFF;\n{script}")
        connection.commit()
    return path


def duckdb_file(path: Path, *statements: str) -> Path:
    """Run statements in a DuckDB file, making it if needed."""
    with closing(duckdb.connect(str(path))) as connection:
        for statement in statements:
            connection.execute(statement)
    return path
