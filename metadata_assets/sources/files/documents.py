"""JSON, one array or a record a line: columns and nested types by DuckDB's reader."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from metadata_assets.sources.driver import catalog_sql
from metadata_assets.sources.files.contents import require_no_markup
from metadata_assets.sources.files.inferred import (
    InferredColumn,
    InferredTable,
    Unreadable,
    evidence,
)
from metadata_assets.sources.files.text import TextSample, read_sample
from metadata_assets.sources.files.workbench import Workbench

COUNTED_BYTES = 16 * 1024 * 1024
"""Files up to this size have their records counted."""

MAP_THRESHOLD, NO_MAPS = 200, -1
"""From how many fields of one type on an object is a map to DuckDB; never."""
_WHOLE_DEPTH = -1
_TOP_DEPTH = 1


def infer_documents(path: Path, bench: Workbench) -> list[InferredTable]:
    """Infer the one table of a JSON file.

    Raises:
        Unreadable: It is empty or no JSON.
    """
    size = path.stat().st_size
    sample, link = readable_json(path, bench)
    depth = _WHOLE_DEPTH
    try:
        try:
            columns = _columns(bench, link, depth)
        except duckdb.Error:
            # An object may hold a key twice, deep inside: its fields then stay JSON.
            depth = _TOP_DEPTH
            columns = _columns(bench, link, depth)
        # DuckDB names the one column of what it does not take for records.
        is_map = [c.name for c in columns] == ["json"] and columns[0].native_type.startswith("MAP(")
        if is_map:
            # Hundreds of fields of one type are columns all the same.
            columns = _columns(bench, link, depth, NO_MAPS)
        rows = None
        if size <= COUNTED_BYTES:
            ((rows,),) = (row.values() for row in bench.rows(_sql("count_json"), path=link))
    except duckdb.Error as error:
        found = (sample.share == 1 and _fault(sample.text)) or bench.reason(error)
        raise Unreadable(
            f"it cannot be read as JSON ({found}); correct it there, or export it again"
        ) from error
    return [
        InferredTable(
            columns=columns,
            row_estimate=rows,
            properties=evidence(
                encoding=None if sample.encoding.startswith("utf-8") else sample.encoding,
                format="json",
                maps_are_inferred=False if is_map else None,
                nested_types_are_inferred=depth == _WHOLE_DEPTH,
                sample="the first 20480 records",
            ),
        )
    ]


def readable_json(path: Path, bench: Workbench) -> tuple[TextSample, str]:
    """The beginning of a JSON file, and the path where DuckDB can read it.

    Raises:
        Unreadable: It is empty or no text.
    """
    sample = read_sample(path)
    require_no_markup(sample.text, "JSON")
    return sample, str(bench.in_utf8(path, sample.encoding))


def _fault(text: str) -> str | None:
    """Where in a text, or in one of its lines, JSON ends; DuckDB tells no line."""
    try:
        # A number as text: Python refuses those of more than 4,300 digits.
        json.loads(text, parse_int=str)
    except RecursionError:
        return None
    except json.JSONDecodeError as error:
        if error.msg != "Extra data":
            return f"line {error.lineno}, column {error.colno}: {error.msg}"
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            json.loads(line or "null", parse_int=str)
        except RecursionError:
            return f"line {number}: it is nested too deeply"
        except json.JSONDecodeError as error:
            return f"line {number}, column {error.colno}: {error.msg}"
    return None


def _columns(
    bench: Workbench, link: str, depth: int, map_threshold: int = MAP_THRESHOLD
) -> tuple[InferredColumn, ...]:
    found = bench.rows(_sql("json_columns"), path=link, depth=depth, map_threshold=map_threshold)
    return tuple(InferredColumn(**column) for column in found)


def _sql(name: str) -> str:
    return catalog_sql("files", name)
