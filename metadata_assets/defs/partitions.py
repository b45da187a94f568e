"""The one partition set: every active source, by its key `module.source_id`."""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg

SOURCES = "sources"
"""The name of the dynamic partition set."""

sources = dg.DynamicPartitionsDefinition(name=SOURCES)


def register_sources(instance: dg.DagsterInstance, keys: Sequence[str]) -> None:
    """Make `keys` the partition set: add what is missing, remove what is no longer active."""
    registered = set(instance.get_dynamic_partitions(SOURCES))
    missing = [key for key in keys if key not in registered]
    if missing:
        instance.add_dynamic_partitions(SOURCES, missing)
    for key in sorted(registered - set(keys)):
        instance.delete_dynamic_partition(SOURCES, key)
