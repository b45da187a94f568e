"""The statements that move markers, any number of them in one.

Built once and handed to the driver as text: building one takes several times as long as running it,
and SQLAlchemy's part in running one twice as long as SQLite's.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ClauseElement,
    ColumnElement,
    Dialect,
    Uuid,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.sql.compiler import SQLCompiler

from metadata_assets.ledger.column_types import JsonText, StorableJson
from metadata_assets.ledger.database import insert_into
from metadata_assets.ledger.model import sync_markers

# As in the unique index, to the letter, or neither engine recognises the index.
named_table: ColumnElement[str] = literal_column("coalesce(table_name, '')")

PLACE = (sync_markers.c.schema_name, named_table, sync_markers.c.marker_type)
"""What identifies a marker, as the unique index has it."""

_SWAPPED = ("position_data", "last_updated", "sync_run_id", "revision", "position_order")


@lru_cache(maxsize=8)
def statement_of(
    dialect: Dialect, schema: str | None, build: Callable[[str], ClauseElement]
) -> SQLCompiler:
    """A statement as the driver of a dialect takes it; its one parameter is `rows`."""
    compiled = build(dialect.name).compile(
        dialect=dialect,
        schema_translate_map={None: schema} if schema else None,
        render_schema_translate=schema is not None,
    )
    assert isinstance(compiled, SQLCompiler)
    return compiled


def swap_of_read(dialect: str) -> ClauseElement:
    """Markers that were read, or found missing, at their revisions."""
    row = _row(dialect)
    new_id = "lower(hex(randomblob(16)))" if dialect == "sqlite" else "gen_random_uuid()"
    told = row.columns | {"id": literal_column(new_id), "created_at": row.columns["last_updated"]}
    # SQLite would take the ON of the conflict for one of a join, were there no WHERE.
    rows = select(*told.values()).where(literal_column("1 = 1"))
    insert = insert_into(dialect)(sync_markers).from_select(list(told), rows)
    swapping: ClauseElement = insert.on_conflict_do_update(
        index_elements=list(PLACE),
        set_={name: insert.excluded[name] for name in _SWAPPED},
        where=sync_markers.c.revision == insert.excluded.revision - literal_column("1"),
    )
    return swapping


def swap_of_left(dialect: str) -> ClauseElement:
    """Markers that are taken for granted to be where they were left."""
    row = _row(dialect)
    place = (
        row.columns["schema_name"],
        func.coalesce(row.columns["table_name"], literal_column("''")),
        row.columns["marker_type"],
    )
    # Nothing that PostgreSQL could join by a hash of all markers: it takes any array for 100 rows.
    at_place = (
        [known == told for known, told in zip(PLACE, place, strict=True)]
        if dialect == "sqlite"
        else [tuple_(*PLACE) >= tuple_(*place), tuple_(*PLACE) <= tuple_(*place)]
    )
    return (
        update(sync_markers)
        .values({name: row.columns[name] for name in _SWAPPED})
        .where(
            *at_place,
            row.columns["revision"] - sync_markers.c.revision == literal_column("1"),
            # What was deleted, or restored from a backup, may have any revision.
            (sync_markers.c.position_data == row.left).is_(true()),
        )
    )


class _Row(NamedTuple):
    """What a row tells of a marker: where it is to be, and the position it was left at."""

    columns: dict[str, ColumnElement[Any]]
    left: ColumnElement[Any]


def _row(dialect: str) -> _Row:
    # All rows in one parameter: to bind nine of each takes SQLAlchemy longer than to write them.
    is_sqlite = dialect == "sqlite"
    unnest = func.json_each if is_sqlite else func.jsonb_array_elements
    rows = unnest(bindparam("rows", type_=JsonText())).table_valued(column("value", StorableJson()))
    # Literals: SQLAlchemy would bind the number of each field, at every execution.
    texts: list[ColumnElement[Any]] = [
        func.json_extract(rows.c.value, literal_column(f"'$[{place}]'"))
        if is_sqlite
        else rows.c.value.op("->>")(literal_column(str(place)))
        for place in range(8)
    ]
    position, left = (
        text if is_sqlite else rows.c.value.op("->")(literal_column(str(place)))
        for place, text in ((6, texts[6]), (7, texts[7]))
    )
    # As `Database.now`: the server's clock where there is one.
    now = "strftime('%Y-%m-%d %H:%M:%f000', 'now')" if is_sqlite else "clock_timestamp()"
    return _Row(
        {
            "schema_name": texts[0],
            "table_name": texts[1],
            "marker_type": texts[2],
            "position_order": texts[3],
            "revision": cast(texts[4], BigInteger()),
            "sync_run_id": cast(texts[5], Uuid()),
            "position_data": position,
            "last_updated": literal_column(now),
        },
        left,
    )
