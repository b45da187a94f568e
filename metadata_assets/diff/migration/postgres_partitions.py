"""The steps of a PostgreSQL table that has other partitions now."""

from __future__ import annotations

from collections.abc import Iterator

from metadata_assets.diff.changes import ChangeTableProperties
from metadata_assets.diff.migration.clauses import Clauses, properties_of
from metadata_assets.diff.migration.script import ByHand, Phase, Statement, Step


def partition_steps(clauses: Clauses, fqdn: str, change: ChangeTableProperties) -> Iterator[Step]:
    """Partitions that came or went; anything else is by hand."""
    was, now = (properties_of({"properties": side}) for side in (change.before, change.after))
    old = {part["name"]: part["bounds"] for part in was.pop("partitions", ())}
    new = {part["name"]: part["bounds"] for part in now.pop("partitions", ())}
    if was.pop("unlogged", False) != (is_unlogged := now.pop("unlogged", False)):
        kept = "UNLOGGED" if is_unlogged else "LOGGED"
        yield Statement(Phase.ALTER_COLUMNS, clauses.alter(fqdn, f"SET {kept}"))
    if was != now:
        yield ByHand(change, "only a new table is partitioned, inherits or is kept otherwise")
        return
    for name, bounds in old.items():
        if new.get(name) != bounds:
            text = (
                f"DROP TABLE {name}"
                if name not in new
                else clauses.alter(fqdn, f"DETACH PARTITION {name}")
            )
            yield Statement(Phase.DROP_TABLES, text)
    for name, bounds in new.items():
        if name not in old:
            table = clauses.full_name(fqdn)
            text = f"CREATE TABLE {name} PARTITION OF {table} {bounds}"
            yield Statement(Phase.ADD_KEYS, text)
        elif old[name] != bounds:
            text = clauses.alter(fqdn, f"ATTACH PARTITION {name} {bounds}")
            yield Statement(Phase.ADD_KEYS, text)
