"""CSV, TSV and their kin: dialect, header and types by DuckDB's sniffer, over a decoded sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from metadata_assets.sources.driver import catalog_sql
from metadata_assets.sources.files.contents import require_no_markup
from metadata_assets.sources.files.delimiters import (
    BLANK,
    DELIMITERS,
    declared_delimiter,
    heading_delimiter,
    rare_delimiter,
)
from metadata_assets.sources.files.drawn import undrawn
from metadata_assets.sources.files.inferred import (
    InferredColumn,
    InferredTable,
    Unreadable,
    confidence,
    evidence,
)
from metadata_assets.sources.files.layout import Layout, find_layout, fitted, is_doubtful
from metadata_assets.sources.files.periods import name_years
from metadata_assets.sources.files.rows import Rows, first_line, is_mostly_commented, rows_of
from metadata_assets.sources.files.text import TextSample, read_sample
from metadata_assets.sources.files.workbench import Workbench

LONGEST_NAME = 10_000
"""How many characters a column's name may have: beyond, it is no name."""
WIDEST = 20_000
"""How many fields a line may have: beyond, the sniffer takes minutes and gigabytes."""


@dataclass(frozen=True, slots=True)
class _Dialect:
    delimiter: str
    quote: str
    escape: str
    comment: str
    skipped: int
    has_header: bool
    columns: tuple[tuple[str, str], ...]
    date_format: str | None
    timestamp_format: str | None
    decimal_separator: str = "."

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> _Dialect:
        columns = tuple((column["name"], column["type"]) for column in found["columns"])
        return cls(**{**found, "columns": columns})

    @property
    def numbers(self) -> int:
        return sum(native_type in ("BIGINT", "DOUBLE") for _, native_type in self.columns)


def infer_delimited(path: Path, bench: Workbench) -> list[InferredTable]:
    """Infer the one table of a delimited text file.

    Raises:
        Unreadable: It is empty, no text, far too wide, or no dialect fits.
    """
    sample = read_sample(path)
    require_no_markup(sample.text, "CSV")
    rows_alone = undrawn(sample.text)
    if rows_alone is None:
        return [_infer(sample, bench)]
    return [_infer(replace(sample, text=rows_alone), bench, drawn=True)]


def _infer(sample: TextSample, bench: Workbench, **told: object) -> InferredTable:
    header = first_line(sample.text)
    if any(header.count(delimiter) >= WIDEST for delimiter in DELIMITERS):
        raise Unreadable(f"its first line has more than {WIDEST:,} fields")
    if declared := declared_delimiter(sample.text):
        layout = find_layout(sample.text[declared.end() :], declared[1])
        below = layout and replace(layout, preamble=layout.preamble + 1)
        return _read_by_layout(sample, bench, below, **told)
    copy = bench.copy_of(sample.text)
    try:
        dialect = _sniffed(bench, copy)
    except duckdb.Error:
        dialect = None
    if dialect and dialect.comment and is_mostly_commented(sample.text, dialect.comment):
        dialect = None
    found, width = (dialect.delimiter, len(dialect.columns)) if dialect else (",", 1)
    better = heading_delimiter(sample.text, found) or rare_delimiter(sample.text, found, width)
    if better:
        return _read_by_layout(sample, bench, find_layout(sample.text, better), **told)
    if dialect and not dialect.has_header and (rows := _below_years(sample.text, dialect)):
        layout = Layout(dialect.delimiter, dialect.skipped, True, rows)
        return _read_by_layout(sample, bench, layout, **told)
    if dialect is None or is_doubtful(
        sample.text, dialect.delimiter, dialect.quote, len(dialect.columns), dialect.skipped
    ):
        return _read_by_layout(sample, bench, find_layout(sample.text), ragged=True, **told)
    return _table(sample, bench, copy, dialect, **told)


def _sniffed(bench: Workbench, copy: Path) -> _Dialect:
    def sniffed(decimal_separator: str) -> _Dialect:
        (found,) = bench.rows(
            catalog_sql("files", "sniff_csv"), path=str(copy), decimal_separator=decimal_separator
        )
        return _Dialect.of({**found, "decimal_separator": decimal_separator})

    dialect = sniffed(".")
    # Where fields are not divided by commas, a comma may be the decimal point.
    return dialect if dialect.delimiter == "," else _of_more_numbers(dialect, sniffed(","))


def _below_years(text: str, dialect: _Dialect) -> Rows | None:
    """The rows of a table whose first row names years, which the sniffer takes for values."""
    lines = text.splitlines(keepends=True)
    rows = rows_of("".join(lines[dialect.skipped :]), dialect.delimiter, dialect.quote)
    return fitted(rows, len(rows[0])) if rows and name_years(rows[0]) else None


def _read_by_layout(
    sample: TextSample, bench: Workbench, layout: Layout | None, **told: object
) -> InferredTable:
    """The table of a file that the sniffer does not divide: as wide as its header."""
    if layout is None:
        raise Unreadable("no delimiter, header and rows could be told apart")
    copy = bench.csv_of(layout.rows)

    def sniffed(decimal_separator: str) -> _Dialect:
        (found,) = bench.rows(
            catalog_sql("files", "sniff_regular_csv"),
            path=str(copy),
            header=layout.has_header,
            decimal_separator=decimal_separator,
        )
        regular = {"delimiter": ",", "quote": '"', "escape": '"', "comment": "", "skipped": 0}
        return _Dialect.of({**found, **regular, "decimal_separator": decimal_separator})

    try:
        dialect = sniffed(".")
        if layout.delimiter != ",":
            dialect = _of_more_numbers(dialect, sniffed(","))
    except duckdb.Error as error:
        raise Unreadable(bench.reason(error)) from error
    return _table(
        sample,
        bench,
        copy,
        dialect,
        # As in the file, not as in the regular copy.
        delimiter=layout.delimiter,
        skipped_rows=layout.preamble or None,
        aligned=True if layout.delimiter == BLANK else None,
        **told,
    )


def _of_more_numbers(first: _Dialect, second: _Dialect) -> _Dialect:
    return second if second.numbers > first.numbers else first


def _table(
    sample: TextSample, bench: Workbench, copy: Path, dialect: _Dialect, **told: object
) -> InferredTable:
    longest = max(len(name) for name, _ in dialect.columns)
    if longest > LONGEST_NAME:
        raise Unreadable(
            f"its header has a name of {longest:,} characters; is it a table, with lines that end?"
        )
    rows, *counted = _counts(bench, copy, dialect)
    width = len(dialect.columns)
    values, lengths = counted[:width], counted[width:]
    found = {
        "date_format": dialect.date_format,
        "decimal_separator": None if dialect.decimal_separator == "." else ",",
        "delimiter": dialect.delimiter,
        "encoding": sample.encoding,
        "encoding_is_certain": sample.is_certain,
        "has_header": dialect.has_header,
        "quote": dialect.quote or None,
        "sample": "all rows" if sample.share == 1 else "the first 4 MiB",
        "skipped_rows": dialect.skipped or None,
        "timestamp_format": dialect.timestamp_format,
        **told,
    }
    return InferredTable(
        columns=tuple(
            InferredColumn(name, _without_time(native_type, length), properties=confidence(count))
            for (name, native_type), count, length in zip(
                dialect.columns, values, lengths, strict=True
            )
        ),
        row_estimate=round(rows / sample.share) if sample.share else None,
        properties=evidence(**found),
    )


def _without_time(native_type: str, longest: int | None) -> str:
    """The type of values: DuckDB takes ISO dates for times if another column has other dates."""
    is_date = native_type == "TIMESTAMP" and (longest or 0) <= len("2024-01-31")
    return "DATE" if is_date else native_type


def _counts(bench: Workbench, copy: Path, dialect: _Dialect) -> tuple[int, ...]:
    """The number of rows, that of the values of each column, and the length of its longest."""
    try:
        (counts,) = bench.rows(
            catalog_sql("files", "count_csv_values"),
            path=str(copy),
            delimiter=dialect.delimiter,
            quote=dialect.quote,
            escape=dialect.escape,
            comment=dialect.comment,
            skipped=dialect.skipped,
            header=dialect.has_header,
        )
    except duckdb.Error as error:
        raise Unreadable(bench.reason(error)) from error
    return tuple(counts.values())
