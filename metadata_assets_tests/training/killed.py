"""A sync in a process of its own that is killed at its n-th write to the lake.

`python -m metadata_assets_tests.training.killed LAKE WRITE`: syncs `AFTER` over what the lake
holds, and dies by SIGKILL the moment it is about to make that write, counted from 1.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from metadata_assets.lake import Lake, partition
from metadata_assets_tests.training.catalogs import catalog, column, table, view
from metadata_assets_tests.training.conftest import Training

ORDERS = table("orders", column("id"), column("amount", "numeric"))
TOTALS = view("totals", "SELECT sum(amount) FROM orders", column("sum", "numeric"))
BEFORE = catalog(ORDERS, TOTALS, table("refunds", column("id")))
AFTER = catalog(
    table("orders", column("id"), column("amount", "bigint")), TOTALS, table("claims", column("id"))
)


def die_at_write(number: int) -> None:
    write = partition.write_deltalake
    writes = 0

    def write_or_die(*args: Any, **kwargs: Any) -> None:
        nonlocal writes
        writes += 1
        if writes == number:
            os.kill(os.getpid(), signal.SIGKILL)
        write(*args, **kwargs)

    partition.write_deltalake = write_or_die  # type: ignore[assignment]


if __name__ == "__main__":
    die_at_write(int(sys.argv[2]))
    Training(Lake(sys.argv[1])).sync(AFTER)
