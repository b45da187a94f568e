"""A push in a process of its own that is killed at its n-th act.

`python -m metadata_assets_tests.sinks.killed FOLDER ACT`: pushes what the lake in the folder holds
to the store with random ids beside it, and dies by SIGKILL right after that act, counted from 1.
Acts are the writes of the lake, and what the store is told, trained and removed.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from metadata_assets.lake import Lake, partition
from metadata_assets.sinks.vanna import VannaSink
from metadata_assets_tests.sinks import stores
from metadata_assets_tests.sinks.conftest import Shelf


def dying_after(number: int) -> Callable[[Any], Any]:
    acts = 0

    def counted(act: Any) -> Any:
        def do(*args: Any, **kwargs: Any) -> Any:
            nonlocal acts
            result = act(*args, **kwargs)
            acts += 1
            if acts == number:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return do

    return counted


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    os.environ["VANNA_FOLDER"] = str(folder)
    counted = dying_after(int(sys.argv[2]))
    partition.write_deltalake = counted(partition.write_deltalake)
    for method in ("_add", "remove_training_data"):
        setattr(stores.RandomIds, method, counted(getattr(stores.RandomIds, method)))
    sink = VannaSink("random ids", stores.random_ids)
    Shelf(Lake(str(folder / "lake")), sink, locks=folder / "locks").push()
