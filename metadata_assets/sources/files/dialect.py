"""How a delimited text is written, and what types its columns seem to have, by DuckDB's sniffer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from metadata_assets.sources.driver import catalog_sql
from metadata_assets.sources.files.missing import SPELLINGS
from metadata_assets.sources.files.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text is divided.

    Attributes:
        delimiter: Between fields.
        quote: Around fields; empty for none.
        escape: Before a quote within a field; empty for none.
        comment: What begins lines that are no rows; empty for none.
        skipped: How many lines precede the table.
        has_header: Whether the table's first row names its columns.
        names: Of the columns.
    """

    delimiter: str
    quote: str
    escape: str
    comment: str
    skipped: int
    has_header: bool
    names: tuple[str, ...]

    @property
    def options(self) -> dict[str, object]:
        """What DuckDB is told to read it so."""
        return {
            "delimiter": self.delimiter,
            "quote": self.quote,
            "escape": self.escape,
            "comment": self.comment,
            "skipped": self.skipped,
            "header": self.has_header,
        }


@dataclass(frozen=True, slots=True)
class Types:
    """The types of columns, in order, and the sign that stands before decimals."""

    native: tuple[str, ...]
    decimal_separator: str

    @property
    def numbers(self) -> int:
        """How many columns are numbers."""
        return sum(native_type in ("BIGINT", "DOUBLE") for native_type in self.native)


def sniffed_dialect(bench: Workbench, copy: Path) -> Dialect:
    """How a text is divided.

    Raises:
        duckdb.Error: No dialect fits.
    """
    (found,) = bench.rows(catalog_sql("files", "sniff_csv"), path=str(copy))
    columns = found.pop("columns")
    return Dialect(**found, names=_names(columns))


def regular_dialect(bench: Workbench, copy: Path, *, has_header: bool) -> Dialect:
    """That of a plain CSV, with a header unless its first row is like the others.

    Args:
        bench: Where to read.
        copy: What `Workbench.csv_of` wrote.
        has_header: Whether its first row is known to name the columns.

    Raises:
        duckdb.Error: It is no table.
    """
    (found,) = bench.rows(
        catalog_sql("files", "sniff_csv_header"), path=str(copy), header=has_header
    )
    return Dialect(",", '"', '"', "", 0, found["has_header"], _names(found["columns"]))


def sniffed_types(bench: Workbench, copy: Path, dialect: Dialect, *, may_have_comma: bool) -> Types:
    """The types of the columns.

    Args:
        bench: Where to read.
        copy: A text.
        dialect: How it is divided.
        may_have_comma: Whether a comma may be the decimal point.

    Raises:
        duckdb.Error: It cannot be read so.
    """

    def found(decimal_separator: str) -> Types:
        (row,) = bench.rows(
            catalog_sql("files", "sniff_csv_types"),
            path=str(copy),
            decimal_separator=decimal_separator,
            marks=SPELLINGS,
            **dialect.options,
        )
        return Types(tuple(column["type"] for column in row["columns"]), decimal_separator)

    types = found(".")
    if not may_have_comma:
        return types
    with_comma = found(",")
    return with_comma if with_comma.numbers > types.numbers else types


def _names(columns: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(column["name"] for column in columns)
