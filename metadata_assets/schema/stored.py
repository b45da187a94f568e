"""A published `schema.json`, read back: what queries are understood with, without the source."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pyarrow as pa
from sqlglot.schema import MappingSchema

from metadata_assets.catalog.engine import query
from metadata_assets.catalog.model import Catalog
from metadata_assets.errors import PermanentError
from metadata_assets.schema.build import SCHEMA_COLUMNS, BuiltSchema, build_schema
from metadata_assets.schema.publish import CURRENT, named_enums, named_functions, schema_path


@dataclass(frozen=True, slots=True)
class StoredSchema:
    """What a `schema.json` holds.

    Attributes:
        source: The source's key.
        dialect: The sqlglot dialect of its type texts.
        generated_at: When its content was built.
        status: `current` or `stale`.
        errors: What could not be read, or why the last rebuild failed.
        schema: The schema.
        primary_keys: The columns of the primary key by FQDN, of the tables that have one.
        enums: The labels of the enums that are types of their own, by native type.
        functions: The kinds of each function that is not the engine's own, by name.
    """

    source: str
    dialect: str
    generated_at: datetime
    status: str
    errors: tuple[str, ...]
    schema: BuiltSchema
    primary_keys: Mapping[str, tuple[str, ...]]
    enums: Mapping[str, tuple[str, ...]]
    functions: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def mapping(self, tables: Iterable[str] | None = None) -> MappingSchema:
        """The sqlglot schema of the named tables (FQDNs); of all by default."""
        return self.schema.mapping(tables)


def unpublished_schema(source: str, catalog: Catalog, dialect: str) -> StoredSchema:
    """The schema of a catalog as `load_schema` would give it, were it published."""
    keys = query(
        "SELECT table_fqdn, columns FROM constraints WHERE constraint_type = 'primary_key'",
        constraints=catalog.constraints,
    ).to_pylist()
    return StoredSchema(
        source=source,
        dialect=dialect,
        generated_at=datetime.fromtimestamp(0, timezone.utc),  # it never was
        status=CURRENT,
        errors=(),
        schema=build_schema(catalog, dialect),
        primary_keys={key["table_fqdn"]: tuple(key["columns"]) for key in keys},
        enums={name: tuple(labels) for name, labels in named_enums(catalog).items()},
        functions=named_functions(catalog),
    )


def load_schema(folder: Path, source: str) -> StoredSchema:
    """Read a source's `schema.json` back.

    Raises:
        PermanentError: There is none, or it is no such file.
    """
    path = schema_path(folder, source)
    try:
        with path.open(encoding="utf-8") as stored:
            content = json.load(stored)
        metadata = content["metadata"]
        return StoredSchema(
            source=content["source_name"],
            dialect=metadata["source_dialect"],
            generated_at=datetime.fromisoformat(content["generated_at"].replace("Z", "+00:00")),
            status=metadata["status"],
            errors=tuple(metadata["errors"]),
            schema=BuiltSchema(metadata["source_dialect"], _columns(content["tables"])),
            primary_keys={
                fqdn: tuple(key)
                for fqdn, table in content["tables"].items()
                # A file of an earlier release has none.
                if (key := table["metadata"].get("primary_key"))
            },
            enums={name: tuple(labels) for name, labels in metadata.get("enums", {}).items()},
            functions=metadata.get("functions", {}),
        )
    except FileNotFoundError as error:
        raise PermanentError(
            "no schema was published yet",
            where=str(path),
            remedy=f"Run `metadata-assets sync {source}`.",
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise PermanentError(
            f"this is no schema file: {error}",
            where=str(path),
            remedy="Delete it and sync the source again.",
        ) from error


def _columns(tables: Mapping[str, Any]) -> pa.Table:
    """The rows of `SCHEMA_COLUMNS` that the `tables` of a file stand for."""
    fields: dict[str, list[Any]] = {name: [] for name in SCHEMA_COLUMNS.schema.names}
    for fqdn, table in tables.items():
        columns, about = table["columns"], table["metadata"]
        width = len(columns)
        fields["table_fqdn"] += [fqdn] * width
        fields["schema_name"] += [about["schema"]] * width
        fields["table_name"] += [about["table_name"]] * width
        fields["ordinal"] += range(1, width + 1)
        fields["column_name"] += columns
        fields["native_type"] += [column["type"] for column in columns.values()]
        fields["sqlglot_type"] += [column["sqlglot_type"] for column in columns.values()]
    return pa.table(fields, schema=SCHEMA_COLUMNS.schema)
