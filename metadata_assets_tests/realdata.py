"""Third-party databases with their truths; tests that need them skip where they are absent."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

REALDATA = Path(
    os.environ.get("REALDATA", Path(__file__).parents[2] / "shared" / "realdata")
).absolute()

needs_realdata = pytest.mark.skipif(
    not REALDATA.is_dir(), reason=f"the real databases are not at {REALDATA} (set REALDATA)"
)


def truth(name: str) -> Any:
    """A ground truth by its path below `truth/`, plain or gzipped as it is stored."""
    path = REALDATA / "truth" / name
    if path.exists():
        return json.loads(path.read_text(encoding="utf-8"))
    return json.loads(gzip.decompress((path.parent / f"{path.name}.gz").read_bytes()))
