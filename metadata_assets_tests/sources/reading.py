"""Reading a catalog in a test: one call for each question."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from metadata_assets.catalog.invariants import violations
from metadata_assets.catalog.model import Catalog
from metadata_assets.sources.registry import Source, open_source


def source(source_type: str, path: Path, **config: Any) -> Source:
    """A source of a file or folder."""
    return open_source(
        "test.source",
        source_type,
        {"path": str(path), **config},
        base=path.parent,
        env={},
    )


def read(source_type: str, path: Path, **config: Any) -> Catalog:
    """The catalog of a file or folder, known to be sound."""
    catalog = source(source_type, path, **config).extract()
    assert violations(catalog) == []
    return catalog


def fingerprint(source_type: str, path: Path, **config: Any) -> str:
    return source(source_type, path, **config).fingerprint()


def listed(part: pa.Table, *columns: str, **equal: Any) -> list[Any]:
    """The values of some columns, of the rows where others are equal to what is given.

    Tuples; or the values themselves where one column is asked for.
    """
    return [
        row[columns[0]] if len(columns) == 1 else tuple(row[name] for name in columns)
        for row in part.to_pylist()
        if all(row[name] == value for name, value in equal.items())
    ]


def only(part: pa.Table, **equal: Any) -> Mapping[str, Any]:
    """The one row where the columns are equal to what is given."""
    rows = [row for row in part.to_pylist() if all(row[n] == v for n, v in equal.items())]
    assert len(rows) == 1, rows
    row: Mapping[str, Any] = rows[0]
    return row


def differences(found: Mapping[Any, Any], expected: Mapping[Any, Any]) -> list[str]:
    """A line for every key whose values differ."""
    return [
        f"{key}: found {found.get(key)!r}, expected {expected.get(key)!r}"
        for key in sorted({*found, *expected}, key=repr)
        if found.get(key) != expected.get(key)
    ]
