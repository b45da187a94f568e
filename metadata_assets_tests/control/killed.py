"""An ingestion in a process of its own that is killed at its n-th write to the lake.

`python -m metadata_assets_tests.control.killed LAKE DROPS WRITE`
"""

from __future__ import annotations

import sys
from pathlib import Path

from metadata_assets.control.table import ControlTable
from metadata_assets.lake import Lake
from metadata_assets_tests.control.conftest import NOON
from metadata_assets_tests.training.killed import die_at_write

if __name__ == "__main__":
    die_at_write(int(sys.argv[3]))
    ControlTable(Lake(sys.argv[1])).ingest(Path(sys.argv[2]), now=NOON, user="killed")
