"""Records of people's own: added by hand or by a program, and kept whatever the catalog holds.

They are told by their `source_type`, manual or api, and named `manual/<name>` or `api/<name>`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from metadata_assets.catalog.engine import query
from metadata_assets.errors import ConfigurationError
from metadata_assets.training.plan import Stamp, SyncPlan, plan_replacing
from metadata_assets.training.records import DERIVED, KINDS, seal, training_sql

ORIGINS = ("manual", "api")
"""Who may have added a record: a person, or a program."""

_STATEMENTS = pa.schema([column for column in DERIVED if column.name not in {
    "record_id", "content_hash", "vanna_id",
}])  # fmt: skip

_TWINS = """
SELECT c.record_id AS known, c.source_id
FROM added a
JOIN current c ON c.kind = a.kind AND c.content_hash = a.content_hash
WHERE c.record_id <> a.record_id AND c.sync_status <> 'deleted'
UNION ALL
SELECT min(record_id), min(source_id) FROM added GROUP BY kind, content_hash HAVING count(*) > 1
"""


@dataclass(frozen=True, slots=True)
class Addition:
    """One record to add, or to change where its name is taken by one of the same kind and origin.

    Attributes:
        kind: ddl, documentation or sql.
        content: What it says.
        question: The question it answers, for sql and only there.
        name: Its name; from the question, or else the content, where it is None.
        tables: FQDNs of the tables it is about: when one of them goes, it is outdated.
        origin: One of `ORIGINS`.
    """

    kind: str
    content: str
    question: str | None = None
    name: str | None = None
    tables: tuple[str, ...] = ()
    origin: str = "manual"

    def __post_init__(self) -> None:
        """Refuse what teaches nothing.

        Raises:
            ConfigurationError: With what is wrong.
        """
        if self.kind not in KINDS or self.origin not in ORIGINS:
            raise ConfigurationError(
                f"there are no {self.origin} records of the kind {self.kind!r}",
                remedy=f"Kinds are {', '.join(KINDS)}; origins are {', '.join(ORIGINS)}.",
            )
        if not self.content.strip():
            raise ConfigurationError("a record without content teaches nothing")
        if (self.kind == "sql") != bool((self.question or "").strip()):
            raise ConfigurationError(
                "an sql record answers a question, and no other does",
                remedy="Give --question with --kind sql, and only there.",
            )

    @property
    def source_id(self) -> str:
        """What names it among the records of its kind."""
        told = self.question if self.question is not None else self.content
        return f"{self.origin}/{self.name or hashlib.sha256(told.encode()).hexdigest()[:12]}"


def plan_additions(
    current: pa.Table, additions: Sequence[Addition], *, source: str, stamp: Stamp
) -> SyncPlan:
    """Plan to add records, or to change those of the same name.

    Args:
        current: The stored records, with the columns of `RECORDS`.
        additions: The records.
        source: The source's key.
        stamp: Put on every changed record.

    Raises:
        ConfigurationError: Another live record says the same already.
    """
    statements = [
        dict.fromkeys(_STATEMENTS.names)
        | {
            "kind": one.kind,
            "question": one.question,
            "content": one.content,
            "source_id": one.source_id,
            "chunk": 1,
            "source_type": one.origin,
            "object_type": "record",
            "tables": list(one.tables) or None,
        }
        for one in additions
    ]
    added = seal(pa.Table.from_pylist(statements, schema=_STATEMENTS), source=source)
    for twin in query(_TWINS, added=added, current=current).to_pylist():
        raise ConfigurationError(
            f"the record {twin['known']} ({twin['source_id']}) says the same already",
            where=source,
        )
    return _plan("add", current, stamp, added=added)


def plan_removal(current: pa.Table, record_ids: Sequence[str], *, stamp: Stamp) -> SyncPlan:
    """Plan to delete records of people's own; they are kept, marked deleted.

    Raises:
        ConfigurationError: One of them follows the catalog or a declaration, or is not stored.
    """
    named = pa.table({"record_id": pa.array(list(record_ids), pa.string())})
    plan = _plan("remove", current, stamp, named=named)
    refused = set(record_ids) - set(plan.changes["record_id"].to_pylist())
    if refused:
        raise ConfigurationError(
            f"not a live record of someone's own: {', '.join(sorted(refused))}",
            remedy="What follows the catalog or a drop goes with its table or its declaration.",
        )
    return plan


def _plan(rule: str, current: pa.Table, stamp: Stamp, **tables: pa.Table) -> SyncPlan:
    script = training_sql("macros") + training_sql(rule)
    return plan_replacing(current, query(script, current=current, stamp=stamp.as_row(), **tables))
