"""JSON, one array or a record a line: columns and nested types by DuckDB's reader."""

from __future__ import annotations

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
from metadata_assets.sources.files.text import read_sample
from metadata_assets.sources.files.workbench import Workbench

COUNTED_BYTES = 16 * 1024 * 1024
"""Files up to this size have their records counted."""

_WHOLE_DEPTH = -1
_TOP_DEPTH = 1


def infer_documents(path: Path, bench: Workbench) -> list[InferredTable]:
    """Infer the one table of a JSON file.

    Raises:
        Unreadable: It is empty or no JSON.
    """
    size = path.stat().st_size
    encoding, link = readable_json(path, bench)
    depth = _WHOLE_DEPTH
    try:
        try:
            columns = _columns(bench, link, depth)
        except duckdb.Error:
            # An object may hold a key twice, deep inside: its fields then stay JSON.
            depth = _TOP_DEPTH
            columns = _columns(bench, link, depth)
        rows = None
        if size <= COUNTED_BYTES:
            ((rows,),) = (row.values() for row in bench.rows(_sql("count_json"), path=link))
    except duckdb.Error as error:
        raise Unreadable(
            f"it is no JSON, or damaged ({bench.reason(error)}); "
            "correct it there, or export it again"
        ) from error
    return [
        InferredTable(
            columns=columns,
            row_estimate=rows,
            properties=evidence(
                encoding=None if encoding.startswith("utf-8") else encoding,
                format="json",
                nested_types_are_inferred=depth == _WHOLE_DEPTH,
                sample="the first 20480 records",
            ),
        )
    ]


def readable_json(path: Path, bench: Workbench) -> tuple[str, str]:
    """The encoding of a JSON file, and the path where DuckDB can read it.

    Raises:
        Unreadable: It is empty or no text.
    """
    sample = read_sample(path)
    require_no_markup(sample.text, "JSON")
    return sample.encoding, str(bench.in_utf8(path, sample.encoding))


def _columns(bench: Workbench, link: str, depth: int) -> tuple[InferredColumn, ...]:
    found = bench.rows(_sql("json_columns"), path=link, depth=depth)
    return tuple(InferredColumn(**column) for column in found)


def _sql(name: str) -> str:
    return catalog_sql("files", name)
