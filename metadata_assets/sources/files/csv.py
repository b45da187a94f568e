"""CSV, TSV and their kin: dialect, header and types by DuckDB's sniffer, over UTF-8 text."""

from __future__ import annotations

import glob
import json
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb

from metadata_assets.sources.driver import catalog_sql
from metadata_assets.sources.files.encoding import Encoding, decoded_sample, detect_encoding


class Unreadable(Exception):
    """This file cannot be made into a table; the message says why."""


@dataclass(frozen=True, slots=True)
class InferredTable:
    """A table as inferred from a file.

    Attributes:
        columns: Each column's name and DuckDB type, in order.
        row_estimate: How many rows it has, as far as was counted.
        properties: Canonical JSON of the evidence; nothing that changes as rows are appended.
    """

    columns: tuple[tuple[str, str], ...]
    row_estimate: int | None
    properties: str


def infer_csv(path: Path) -> InferredTable:
    """Infer the table of a delimited text file.

    Raises:
        Unreadable: It is empty, or no dialect fits.
    """
    if path.stat().st_size == 0:
        raise Unreadable("the file is empty")
    encoding = detect_encoding(path)
    if encoding.name in ("utf-8", "utf-8-sig"):
        return _sniffed(path, encoding)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "sample.csv")
        copy.write_text(decoded_sample(path, encoding), encoding="utf-8", newline="")
        return _sniffed(copy, encoding)


def _sniffed(path: Path, encoding: Encoding) -> InferredTable:
    try:
        with closing(duckdb.connect()) as connection:
            sniffed = connection.sql(
                catalog_sql("files", "sniff_csv"), params={"path": glob.escape(str(path))}
            ).to_arrow_table()
    except duckdb.Error as error:
        raise Unreadable(str(error).splitlines()[0]) from error
    found = sniffed.to_pylist()[0]
    evidence = {
        "date_format": found["date_format"],
        "delimiter": found["delimiter"],
        "encoding": encoding.name,
        "encoding_certain": encoding.is_certain,
        "has_header": found["has_header"],
        "quote": found["quote"],
        "skipped_lines": found["skipped_lines"],
        "timestamp_format": found["timestamp_format"],
    }
    return InferredTable(
        columns=tuple((column["name"], column["type"]) for column in found["columns"]),
        row_estimate=None,
        properties=json.dumps(evidence, sort_keys=True, separators=(",", ":"), ensure_ascii=False),
    )
