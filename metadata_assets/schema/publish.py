"""`schema.json`: the schema of a source as a file for other tools; `stored` reads it back.

The file is replaced whole or not at all, and not touched when nothing but its time would change.
A failed build keeps the last good content, but says so in the file: `metadata.status` becomes
`stale` and `metadata.errors` tells why, so that yesterday's schema never passes for today's.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from importlib import resources
from itertools import zip_longest
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import pyarrow as pa

from metadata_assets.catalog.engine import query
from metadata_assets.catalog.model import Catalog
from metadata_assets.ledger.redaction import redact_text
from metadata_assets.schema.build import BuiltSchema

CURRENT = "current"
"""The status of a file that shows what the last build saw."""

STALE = "stale"
"""The status of a file whose last rebuild failed."""

_NAMED_ENUMS = """
SELECT rtrim(native_type, '[]') AS name, any_value(allowed_values) AS labels
FROM columns
WHERE allowed_values IS NOT NULL AND NOT contains(native_type, '(')
GROUP BY name
-- What personal data may be is told nowhere.
HAVING NOT bool_or(coalesce(pii, false))
ORDER BY name
"""

_NAMED_FUNCTIONS = """
SELECT function_name AS name, list(DISTINCT kind ORDER BY kind) AS kinds
FROM functions
GROUP BY name
ORDER BY name
"""

_PLAIN = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_TIME = ' "generated_at":'
_METADATA = ' "metadata":'


def schema_path(folder: Path, source: str) -> Path:
    """Where a source's `schema.json` is: no two sources share a path, nor leave the folder."""
    safe = source
    if _PLAIN.fullmatch(source) is None:
        # Case is lost on some disks, so a name with capitals needs the digest too.
        digest = hashlib.sha256(source.encode()).hexdigest()[:8]
        safe = f"{re.sub(r'[^A-Za-z0-9_-]+', '_', source)[:80]}-{digest}"
    return folder / safe / "schema.json"


def publish_schema(
    folder: Path,
    source: str,
    built: BuiltSchema,
    catalog: Catalog,
    *,
    source_type: str,
    now: datetime,
) -> Path | None:
    """Write a source's `schema.json`.

    Args:
        folder: The folder of all schemas.
        source: The source's key.
        built: Its schema.
        catalog: The catalog it was built from.
        source_type: The type of the source, as configured.
        now: The time of the build.

    Returns:
        The file, or None where the one that is there says the same already.
    """
    path = schema_path(folder, source)
    lines = _lines(source, built, catalog, source_type=source_type, now=now)
    written = _written_beside(path, lines)
    if path.exists() and _same_but_for_time(path, written):
        written.unlink()
        return None
    _move(written, path)
    return path


def mark_stale(folder: Path, source: str, error: str) -> Path | None:
    """Say in a source's `schema.json` that it could not be rebuilt; its content stays.

    Args:
        folder: The folder of all schemas.
        source: The source's key.
        error: Why, without secrets.

    Returns:
        The file, or None where the source has none yet.
    """
    path = schema_path(folder, source)
    if not path.exists():
        return None

    def marked() -> Iterator[str]:
        with path.open(encoding="utf-8", newline="") as stored:
            for line in stored:
                if line.startswith(_METADATA):
                    metadata = json.loads(line[len(_METADATA) :])
                    metadata |= {"status": STALE, "errors": [error]}
                    line = f"{_METADATA} {_json(metadata)}\n"
                yield line

    _move(_written_beside(path, marked()), path)
    return path


@contextmanager
def stale_on_failure(folder: Path, source: str) -> Iterator[None]:
    """Mark a source's `schema.json` as stale if the block that rebuilds it fails."""
    try:
        yield
    except Exception as error:
        mark_stale(folder, source, redact_text(str(error)))
        raise


def _lines(
    source: str, built: BuiltSchema, catalog: Catalog, *, source_type: str, now: datetime
) -> Iterator[str]:
    """The file, a line for each top-level key, table and nested schema."""
    generated_at = now.astimezone(timezone.utc).isoformat(timespec="microseconds")
    parts = {
        "schema_columns": built.columns,
        "tables": catalog.tables,
        "columns": catalog.columns,
        "constraints": catalog.constraints,
    }
    nested = query(_sql("schema_nested"), schema_columns=built.columns).column("line")
    schemas = query("SELECT DISTINCT schema_name AS s FROM t ORDER BY s", t=catalog.tables)
    metadata = {
        "total_tables": catalog.tables.num_rows,
        "total_columns": built.columns.num_rows,
        "databases": schemas.column("s").to_pylist(),
        "source_dialect": built.dialect,
        "enums": named_enums(catalog),
        "functions": named_functions(catalog),
        "status": CURRENT,
        "errors": [
            f"{name}: {reason}"
            for name, reason in zip(
                catalog.unreadable.column("object_name").to_pylist(),
                catalog.unreadable.column("reason").to_pylist(),
                strict=True,
            )
        ],
    }
    yield "{\n"
    yield f' "source_name": {_json(source)},\n'
    yield f' "source_type": {_json(source_type)},\n'
    yield f"{_TIME} {_json(generated_at.replace('+00:00', 'Z'))},\n"
    yield ' "tables": {\n'
    yield from _members(query(_sql("schema_tables"), **parts).column("line"))
    yield ' },\n "sqlglot_schema": {\n'
    yield from _members(nested)
    yield " },\n"
    yield f"{_METADATA} {_json(metadata)}\n"
    yield "}\n"


def named_enums(catalog: Catalog) -> dict[str, list[str]]:
    """The labels of the enums that are types of their own, by the native type of columns."""
    named = query(_NAMED_ENUMS, columns=catalog.columns)
    return dict(zip(*(column.to_pylist() for column in named.columns), strict=True))


def named_functions(catalog: Catalog) -> dict[str, list[str]]:
    """The kinds of each function that is not the engine's own, by its name without a schema."""
    named = query(_NAMED_FUNCTIONS, functions=catalog.functions)
    return dict(zip(*(column.to_pylist() for column in named.columns), strict=True))


def _members(lines: pa.ChunkedArray[Any]) -> Iterator[str]:
    before = ""
    for chunk in lines.chunks:
        for line in chunk:
            yield f"{before}  {line.as_py()}"
            before = ",\n"
    if before:
        yield "\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _written_beside(path: Path, lines: Iterable[str]) -> Path:
    """A new file in the same folder, complete and on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(
        "w", encoding="utf-8", newline="", dir=path.parent, prefix=".schema-", delete=False
    ) as file:
        written = Path(file.name)
        try:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            written.unlink()
            raise
    # A temporary file is private to its user; the schema is for other tools too.
    written.chmod(0o644)
    return written


def _same_but_for_time(one: Path, other: Path) -> bool:
    with one.open("rb") as left, other.open("rb") as right:
        time = _TIME.encode()
        return all(
            a == b
            or (a is not None and b is not None and a.startswith(time) and b.startswith(time))
            for a, b in zip_longest(left, right)
        )


def _move(written: Path, path: Path) -> None:
    written.replace(path)
    # The new name itself has to reach the disk; Windows cannot open folders and does not need it.
    with suppress(PermissionError):
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _sql(name: str) -> str:
    return resources.files(__package__).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
