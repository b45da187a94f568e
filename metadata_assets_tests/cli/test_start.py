from __future__ import annotations

import subprocess
import sys

SLOW = {"alembic", "asyncpg", "bm25s", "chromadb", "dagster", "fsspec", "mcp", "pandas", "vanna"}


def test_the_command_line_starts_without_what_most_commands_do_not_need() -> None:
    script = f"import sys, metadata_assets.cli; print(sorted({SLOW!r} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout == "[]\n", done.stderr
