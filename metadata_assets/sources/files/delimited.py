"""CSV, TSV and their kin: dialect, header and types by DuckDB's sniffer, over a decoded sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from metadata_assets.sources.files.contents import require_no_markup
from metadata_assets.sources.files.delimiters import (
    BLANK,
    DELIMITERS,
    declared_delimiter,
    heading_delimiter,
    rare_delimiter,
)
from metadata_assets.sources.files.dialect import (
    Dialect,
    Types,
    regular_dialect,
    sniffed_dialect,
    sniffed_types,
)
from metadata_assets.sources.files.drawn import undrawn
from metadata_assets.sources.files.inferred import (
    InferredColumn,
    InferredTable,
    Unreadable,
    confidence,
    evidence,
)
from metadata_assets.sources.files.layout import (
    Layout,
    find_layout,
    is_doubtful,
    misjudged_header,
)
from metadata_assets.sources.files.preamble import table_within
from metadata_assets.sources.files.rows import is_mostly_commented, lines_of
from metadata_assets.sources.files.text import TextSample, read_sample
from metadata_assets.sources.files.values import ISO_DAY, Values, described
from metadata_assets.sources.files.workbench import Workbench

LONGEST_NAME = 10_000
"""How many characters a column's name may have: beyond, it is no name."""
WIDEST = 20_000
"""How many fields a line may have: beyond, the sniffer takes minutes and gigabytes."""


def infer_delimited(path: Path, bench: Workbench) -> list[InferredTable]:
    """Infer the one table of a delimited text file.

    Raises:
        Unreadable: It is empty, no text, far too wide, or no dialect fits.
    """
    sample = read_sample(path)
    require_no_markup(sample.text, "CSV")
    rows_alone = undrawn(sample.text)
    if rows_alone is not None:
        return [_infer(replace(sample, text=rows_alone), bench, drawn=True)]
    return [_infer(sample, bench)]


def _infer(sample: TextSample, bench: Workbench, **told: object) -> InferredTable:
    text = sample.text
    if any(line.count(sign) >= WIDEST for line in lines_of(text) for sign in DELIMITERS):
        raise Unreadable(f"one of its lines has more than {WIDEST:,} fields")
    if declared := declared_delimiter(text):
        below = sample.below(1)
        return _read_by_layout(below, bench, find_layout(below.text, declared[1]), **told)
    copy = bench.copy_of(text)
    try:
        dialect = sniffed_dialect(bench, copy)
        types = sniffed_types(bench, copy, dialect, may_have_comma=dialect.delimiter != ",")
    except duckdb.Error:
        dialect = None
    if dialect and dialect.comment and is_mostly_commented(text, dialect.comment):
        dialect = None
    found, width = (dialect.delimiter, len(dialect.names)) if dialect else (",", 1)
    if better := heading_delimiter(text, found) or rare_delimiter(text, found, width):
        return _read_by_layout(sample, bench, find_layout(text, better), **told)
    if dialect and not dialect.has_header:
        headed = misjudged_header(text, found, dialect.quote, dialect.skipped)
        if headed:
            # R's header is one name short.
            is_ragged = not headed.rows[0][0] or None
            return _read_by_layout(sample, bench, headed, ragged=is_ragged, **told)
    is_sound = dialect and not is_doubtful(text, found, dialect.quote, width, dialect.skipped)
    within = None if is_sound and width > 1 else table_within(text)
    if dialect and is_sound and within is None:
        return _table(sample, bench, copy, dialect, types, **told)
    return _read_by_layout(sample, bench, within or find_layout(text), ragged=True, **told)


def _read_by_layout(
    sample: TextSample, bench: Workbench, layout: Layout | None, **told: object
) -> InferredTable:
    """The table of a file that the sniffer does not divide: as wide as its header."""
    if layout is None:
        raise Unreadable("no delimiter, header and rows could be told apart")
    copy = bench.csv_of(layout.rows)
    try:
        dialect = regular_dialect(bench, copy, has_header=layout.has_header)
        types = sniffed_types(bench, copy, dialect, may_have_comma=layout.delimiter != ",")
    except duckdb.Error as error:
        raise Unreadable(bench.reason(error)) from error
    return _table(
        sample,
        bench,
        copy,
        dialect,
        types,
        # As in the file, not as in the regular copy.
        delimiter=layout.delimiter,
        skipped_rows=sample.above + layout.preamble or None,
        aligned=True if layout.delimiter == BLANK else None,
        **told,
    )


def _table(
    sample: TextSample,
    bench: Workbench,
    copy: Path,
    dialect: Dialect,
    types: Types,
    **told: object,
) -> InferredTable:
    longest = max(map(len, dialect.names))
    if longest > LONGEST_NAME:
        raise Unreadable(
            f"its header has a name of {longest:,} characters; is it a table, with lines that end?"
        )
    try:
        values = described(bench, copy, dialect, types)
    except duckdb.Error as error:
        raise Unreadable(bench.reason(error)) from error
    columns = tuple(
        _column(name, found, native_type, types.decimal_separator)
        for name, found, native_type in zip(dialect.names, values, types.native, strict=True)
    )
    rows = max(found.row_count for found in values)
    typed = [
        v for v, column in zip(values, columns, strict=True) if column.native_type != "VARCHAR"
    ]
    found = {
        "date_format": _formats(typed, "DATE"),
        "decimal_separator": None if types.decimal_separator == "." else ",",
        "delimiter": dialect.delimiter,
        "encoding": sample.encoding,
        "encoding_is_certain": sample.is_certain,
        "has_header": dialect.has_header,
        "null_marks": sorted({mark for found in typed for mark in found.marks or ()}) or None,
        "quote": dialect.quote or None,
        "sample": "all rows" if sample.share == 1 else "the first 4 MiB",
        "skipped_rows": sample.above + dialect.skipped or None,
        "timestamp_format": _formats(typed, "TIMESTAMP"),
        **told,
    }
    return InferredTable(
        columns=columns,
        row_estimate=round(rows / sample.share) if sample.share else None,
        properties=evidence(**found),
    )


def _column(name: str, found: Values, sniffed: str, decimal_separator: str) -> InferredColumn:
    native_type = found.native_type(sniffed)
    # `1,234` is one number with a decimal comma, and another one with digits in groups.
    is_certain = not (
        native_type == "DOUBLE" and decimal_separator == "," and found.may_be_thousands
    )
    return InferredColumn(
        name, native_type, properties=confidence(found.value_count, is_certain=is_certain)
    )


def _formats(values: Sequence[Values], kind: str) -> str | None:
    """How the moments of a kind are written, but for those that are written as in SQL."""
    moments = [found.moments for found in values if found.moments]
    formats = {m.format for m in moments if m.native_type.startswith(kind)}
    return ", ".join(sorted(f for f in formats if not f.startswith(ISO_DAY))) or None
