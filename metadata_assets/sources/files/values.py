"""What the values of a CSV's columns say of their types, beyond what the sniffer says.

The sniffer knows one format of dates for all columns, and neither the commonest of other programs
nor zones in words. Here every column has its own format, and one in which all of its values are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from metadata_assets.sources.driver import catalog_sql
from metadata_assets.sources.files.dialect import Dialect, Types
from metadata_assets.sources.files.missing import SPELLINGS
from metadata_assets.sources.files.workbench import Workbench

ISO_DAY = "%Y-%m-%d"
_MOMENTS = ("DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE")
"""What the sniffer says where values look like moments; it does not look at all of them."""
_OF_THREE_PARTS = re.compile(r"(?=.*\d)\w+[ ./,-]+\w+[ ./,-]+\w.{0,30}")
"""What a moment looks like, in whatever format."""
_FLAGS = frozenset({"t", "f", "true", "false", "True", "False", "TRUE", "FALSE"})
"""What is a flag in all rows alike; of the others two are met, for F may be a sex and NO Norway."""


@dataclass(frozen=True, slots=True)
class Moments:
    """How all values of a column are written that are moments, and their type."""

    native_type: str
    format: str


@dataclass(frozen=True, slots=True)
class Values:
    """What a column holds.

    Attributes:
        row_count: How many rows there are.
        value_count: How many of them have a value.
        marks: What stands for nothing in the others, but for the empty text.
        least: The first value as texts sort.
        greatest: The last one.
        may_be_thousands: Whether the commas of all values may group digits.
        moments: What all values are, if they are that.
    """

    row_count: int = 0
    value_count: int = 0
    marks: Sequence[str] | None = None
    least: str | None = None
    greatest: str | None = None
    may_be_thousands: bool | None = None
    moments: Moments | None = None

    def native_type(self, sniffed: str) -> str:
        """The type of the column that the sniffer takes for this one."""
        if sniffed in (*_MOMENTS, "VARCHAR"):
            return self.moments.native_type if self.moments else "VARCHAR"
        is_word = self.least == self.greatest and self.least not in _FLAGS
        return "VARCHAR" if sniffed == "BOOLEAN" and is_word else sniffed

    def may_be_moments(self, sniffed: str) -> bool:
        """Whether it is worth to look whether all values are moments."""
        outermost = (self.least or "", self.greatest or "")
        return sniffed in _MOMENTS or (
            sniffed == "VARCHAR" and all(map(_OF_THREE_PARTS.fullmatch, outermost))
        )


def described(bench: Workbench, copy: Path, dialect: Dialect, types: Types) -> list[Values]:
    """What each column holds, in order.

    Raises:
        duckdb.Error: It cannot be read so.
    """

    def asked(query: str, **parameters: object) -> dict[str, dict[str, Any]]:
        rows = bench.rows(
            f"WITH cells AS (\n{catalog_sql('files', 'csv_cells')}\n)\n"
            f"SELECT * FROM (\n{catalog_sql('files', query)}\n)",
            path=str(copy),
            names=dialect.names,
            marks=SPELLINGS,
            **dialect.options,
            **parameters,
        )
        return {row.pop("name"): row for row in rows}

    found = asked("describe_csv")
    # There is nothing to tell of the columns of no row.
    values = [Values(**found[name]) if found else Values() for name in dialect.names]
    columns = [
        name
        for name, column, sniffed in zip(dialect.names, values, types.native, strict=True)
        if column.may_be_moments(sniffed)
    ]
    moments = asked("csv_moments", columns=columns) if columns else {}
    return [
        replace(column, moments=Moments(**moments[name])) if name in moments else column
        for name, column in zip(dialect.names, values, strict=True)
    ]
