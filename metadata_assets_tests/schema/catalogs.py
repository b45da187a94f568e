"""Small catalogs written by hand, through the same door as a driver's."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa

from metadata_assets.catalog.assemble import assemble
from metadata_assets.catalog.model import Catalog
from metadata_assets.schema.build import BuiltSchema, build_schema
from metadata_assets.schema.publish import publish_schema
from metadata_assets.schema.stored import StoredSchema, load_schema

Row = dict[str, Any]


def column(name: str, native_type: str = "integer", **fields: Any) -> Row:
    return {"column_name": name, "native_type": native_type, "nullable": True, **fields}


def table(name: str, *columns: Row, schema: str = "public", **fields: Any) -> Row:
    """A table; its `constraints` and `indexes` are lists of rows."""
    return {
        "schema_name": schema,
        "table_name": name,
        "object_type": "table",
        "columns": list(columns),
        **fields,
    }


def catalog(
    *tables: Row, types: list[Row] | None = None, unreadable: tuple[str, ...] = ()
) -> Catalog:
    def named(part: str, number: str | None = None) -> list[Row]:
        return [
            {"schema_name": t["schema_name"], "table_name": t["table_name"], **row}
            | ({number: position} if number else {})
            for t in tables
            for position, row in enumerate(t.get(part, ()), start=1)
        ]

    parts = {"columns", "constraints", "indexes"}
    return assemble(
        tables=_rows([{k: v for k, v in t.items() if k not in parts} for t in tables]),
        columns=_rows(named("columns", "ordinal")),
        constraints=_rows(named("constraints")),
        indexes=_rows(named("indexes")),
        types=_rows(types or []),
        unreadable=_rows([{"object_name": name, "reason": "denied"} for name in unreadable]),
    )


def stored(catalog: Catalog, dialect: str) -> StoredSchema:
    """The schema of a catalog, published and read back."""
    with TemporaryDirectory() as folder:
        publish_schema(
            Path(folder),
            "test.source",
            build_schema(catalog, dialect),
            catalog,
            source_type=dialect,
            now=datetime.now(timezone.utc),
        )
        return load_schema(Path(folder), "test.source")


def opened(built: BuiltSchema) -> StoredSchema:
    """A schema as if it had been read back, without keys and enums."""
    now = datetime.now(timezone.utc)
    return StoredSchema("test.source", built.dialect, now, "current", (), built, {}, {})


def primary_key(*columns: str, name: str | None = None, **fields: Any) -> Row:
    return {
        "constraint_type": "primary_key",
        "constraint_name": name,
        "columns": list(columns),
        **fields,
    }


def foreign_key(column: str, to: str, to_column: str = "id", **fields: Any) -> Row:
    return {
        "constraint_type": "foreign_key",
        "columns": [column],
        "ref_schema_name": "public",
        "ref_table_name": to,
        "referenced_columns": [to_column],
        **fields,
    }


def index(name: str, *columns: str, **fields: Any) -> Row:
    return {"index_name": name, "columns": list(columns), "is_unique": False, **fields}


def _rows(rows: list[Row]) -> pa.Table:
    names = {name: None for row in rows for name in row}
    return pa.table({name: pa.array([row.get(name) for row in rows]) for name in names})
