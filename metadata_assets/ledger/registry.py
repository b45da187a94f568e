"""The registry: every version of every table's schema, in bulk and Arrow-shaped.

A version is a schema hash, which ignores the order of columns and their comments. What affects
training beyond that changes the content hash alone: the version stays and is brought up to date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, Row, Select, and_, bindparam, func, insert, select, update

from metadata_assets.ledger.arrow import int_column, text_column
from metadata_assets.ledger.model import schema_registry
from metadata_assets.ledger.state import LedgerState
from metadata_assets.ledger.values import Registration, SchemaVersion

_text: pa.DataType = pa.string()
_number: pa.DataType = pa.int64()

DEFINITIONS = pa.schema(
    [
        ("table_name", _text),
        ("schema_definition", _text),
        ("schema_hash", _text),
        ("content_hash", _text),
        ("evolution_type", _text),
        ("compatibility_status", _text),
    ]
)
"""What `register_schemas` takes; `evolution_type` `drop_table` registers that a table is gone."""

VERSIONS = pa.schema(
    [
        ("table_name", _text),
        ("version", _number),
        ("schema_hash", _text),
        ("content_hash", _text),
        ("evolution_type", _text),
    ]
)
"""What `latest_versions` returns; `definitions` adds the `schema_definition`."""

DROPPED = "drop_table"
"""The evolution type of a version that says the table is gone."""

_CHUNK = 5000
"""Tables a statement; SQLite takes 32,766 variables at most."""

_columns = schema_registry.c


class Registry(LedgerState):
    """Registers and reads schema versions."""

    def register_schemas(self, source: str, definitions: pa.Table) -> Registration:
        """Register the definitions of a source's tables, all or none.

        A definition whose hash is that of the table's latest version makes no new version; going
        back to an earlier definition does. Concurrent registrations of one source take turns.

        Args:
            source: The source.
            definitions: Columns of `DEFINITIONS`, one row a table; tables not in it stay as they
                are.

        Returns:
            What became of them.
        """
        done = Registration(0, 0, 0)
        with self._database.writing() as connection:
            self._database.lock(connection, f"registry/{source}")
            now = self._database.now(connection)
            for batch in definitions.select(DEFINITIONS.names).to_batches(max_chunksize=_CHUNK):
                done = _sum(done, _register(connection, source, batch.to_pylist(), now))
        return done

    def latest_versions(self, source: str) -> pa.Table:
        """The latest version of each of a source's tables, dropped ones too; as `VERSIONS`."""
        with self._database.reading() as connection:
            rows = connection.execute(_latest(source, VERSIONS.names)).all()
        return _to_arrow(VERSIONS, rows)

    def definitions(self, source: str, table_names: Iterable[str]) -> pa.Table:
        """The latest definitions of the named tables, those that are registered.

        Args:
            source: The source.
            table_names: Their names.

        Returns:
            Columns of `VERSIONS` and `schema_definition`.
        """
        schema = VERSIONS.append(DEFINITIONS.field("schema_definition"))
        with self._database.reading() as connection:
            parts = [
                _to_arrow(schema, connection.execute(_latest(source, schema.names, names)).all())
                for names in _chunks(table_names)
            ]
        return pa.concat_tables([schema.empty_table(), *parts])

    def get_schema_version(
        self, source: str, table_name: str, version: int | None = None
    ) -> SchemaVersion | None:
        """One version of one table, the latest by default; None where there is no such version."""
        statement = versions_of(source, table_name).limit(1)
        if version is not None:
            statement = statement.where(_columns.version == version)
        with self._database.reading() as connection:
            row = connection.execute(statement).one_or_none()
        return None if row is None else SchemaVersion(**row._asdict())

    def versions(self, source: str, table_name: str) -> list[SchemaVersion]:
        """All versions of one table, newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(versions_of(source, table_name)).all()
        return [SchemaVersion(**row._asdict()) for row in rows]


def _register(
    connection: Connection, source: str, definitions: Sequence[dict[str, Any]], now: datetime
) -> Registration:
    names = [definition["table_name"] for definition in definitions]
    latest = {
        row.table_name: row for row in connection.execute(_latest(source, VERSIONS.names, names))
    }
    inserted, refreshed = [], []
    for definition in definitions:
        before = latest.get(definition["table_name"])
        if before is None or not _is_same_schema(before, definition):
            previous = None if before is None else before.version
            inserted.append(
                definition
                | {
                    "schema_name": source,
                    "version": (previous or 0) + 1,
                    "previous_version": previous,
                    "registered_at": now,
                }
            )
        elif before.content_hash != definition["content_hash"]:
            refreshed.append(
                {
                    "refreshed_table": definition["table_name"],
                    "refreshed_version": before.version,
                    "content_hash": definition["content_hash"],
                    "schema_definition": definition["schema_definition"],
                }
            )
    if inserted:
        connection.execute(insert(schema_registry), inserted)
    if refreshed:
        connection.execute(_refresh(source), refreshed)
    changed = len(inserted) + len(refreshed)
    return Registration(len(inserted), len(refreshed), len(definitions) - changed)


def _is_same_schema(before: Row[Any], definition: dict[str, Any]) -> bool:
    # A dropped table and one without columns have the same hash.
    is_same_hash: bool = before.schema_hash == definition["schema_hash"]
    was_dropped: bool = before.evolution_type == DROPPED
    return is_same_hash and was_dropped == (definition["evolution_type"] == DROPPED)


def _refresh(source: str) -> Any:
    return (
        update(schema_registry)
        .where(
            _columns.schema_name == source,
            _columns.table_name == bindparam("refreshed_table"),
            _columns.version == bindparam("refreshed_version"),
        )
        .values(
            content_hash=bindparam("content_hash"), schema_definition=bindparam("schema_definition")
        )
    )


def _latest(
    source: str, columns: Sequence[str], table_names: Sequence[str] | None = None
) -> Select[Any]:
    newest = select(_columns.table_name, func.max(_columns.version).label("version")).where(
        _columns.schema_name == source
    )
    if table_names is not None:
        newest = newest.where(_columns.table_name.in_(table_names))
    found = newest.group_by(_columns.table_name).subquery()
    return (
        select(*(_columns[name] for name in columns))
        .join(
            found,
            and_(
                _columns.schema_name == source,
                _columns.table_name == found.c.table_name,
                _columns.version == found.c.version,
            ),
        )
        .order_by(_columns.table_name)
    )


def versions_of(source: str, table_name: str) -> Select[Any]:
    """All versions of one table, newest first."""
    return (
        select(schema_registry)
        .where(_columns.schema_name == source, _columns.table_name == table_name)
        .order_by(_columns.version.desc())
    )


def _sum(one: Registration, other: Registration) -> Registration:
    return Registration(
        one.inserted + other.inserted,
        one.refreshed + other.refreshed,
        one.unchanged + other.unchanged,
    )


def _chunks(names: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(names)
    while chunk := list(islice(remaining, _CHUNK)):
        yield chunk


def _to_arrow(schema: pa.Schema, rows: Sequence[Row[Any]]) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else [()] * len(schema)
    arrays = [
        int_column(values) if field.type == _number else text_column(values)
        for field, values in zip(schema, columns, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=schema)
