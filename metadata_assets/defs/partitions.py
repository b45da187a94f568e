"""The partition sets: every active source, by its key `module.source_id`; every module."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import dagster as dg

SOURCES = "sources"
"""The name of the dynamic partition set."""

MODULES = "modules"
"""The name of the partition set of modules."""

sources = dg.DynamicPartitionsDefinition(name=SOURCES)
modules = dg.DynamicPartitionsDefinition(name=MODULES)


def register_sources(instance: dg.DagsterInstance, keys: Sequence[str]) -> None:
    """Make `keys` the partition set: add what is missing, remove what is no longer active."""
    registered = set(instance.get_dynamic_partitions(SOURCES))
    missing = [key for key in keys if key not in registered]
    if missing:
        instance.add_dynamic_partitions(SOURCES, missing)
    for key in sorted(registered - set(keys)):
        instance.delete_dynamic_partition(SOURCES, key)


def register_modules(instance: dg.DagsterInstance, names: Iterable[str]) -> None:
    """Add the modules that are missing; one that was there stays, for its runs are its history."""
    missing = sorted(set(names) - set(instance.get_dynamic_partitions(MODULES)))
    if missing:
        instance.add_dynamic_partitions(MODULES, missing)
