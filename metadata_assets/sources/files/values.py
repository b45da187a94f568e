"""What the values of a CSV's columns say of their types, beyond what the sniffer says.

The sniffer knows one format of dates for all columns, and neither the commonest of other programs
nor zones in words. Here every column has its own format, and one in which all of its values are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from metadata_assets.sources.driver import catalog_sql
from metadata_assets.sources.files.dialect import Dialect, Types
from metadata_assets.sources.files.missing import SPELLINGS
from metadata_assets.sources.files.workbench import Workbench

_MOMENTS = ("DATE", "TIMESTAMP")
"""What the sniffer says where values look like moments; it does not look at all of them."""
ISO_DAY = "%Y-%m-%d"
_FLAGS = frozenset({"t", "f", "true", "false", "True", "False", "TRUE", "FALSE"})
"""What is a flag in all rows alike; of the others two are met, for F may be a sex and NO Norway."""


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
        moment_format: How all values are written, where they are moments.
        moment_type: The type of such values.
    """

    row_count: int = 0
    value_count: int = 0
    marks: Sequence[str] | None = None
    least: str | None = None
    greatest: str | None = None
    may_be_thousands: bool | None = None
    moment_format: str | None = None
    moment_type: str | None = None

    def native_type(self, sniffed: str) -> str:
        """The type of the column that the sniffer takes for this one."""
        if sniffed in (*_MOMENTS, "VARCHAR"):
            return self.moment_type or "VARCHAR"
        is_word = self.least == self.greatest and self.least not in _FLAGS
        return "VARCHAR" if sniffed == "BOOLEAN" and is_word else sniffed


def described(bench: Workbench, copy: Path, dialect: Dialect, types: Types) -> list[Values]:
    """What each column holds, in order.

    Raises:
        duckdb.Error: It cannot be read so.
    """
    sniffed = zip(dialect.names, types.native, strict=True)
    rows = bench.rows(
        catalog_sql("files", "describe_csv"),
        path=str(copy),
        names=dialect.names,
        marks=SPELLINGS,
        moments=[name for name, native_type in sniffed if native_type in _MOMENTS],
        **dialect.options,
    )
    by_name = {row.pop("name"): Values(**row) for row in rows}
    # There is nothing to tell of the columns of no row.
    return [by_name[name] if by_name else Values() for name in dialect.names]
