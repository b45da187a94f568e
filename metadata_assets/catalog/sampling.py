"""What statistics are made from: some rows of a table, as text.

The words that the planning of a profile, the drivers and the statistics share. Only the rows of the
named columns are ever read, so a column that holds personal data is left out by not naming it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa

ColumnKind = Literal["number", "temporal", "boolean", "text", "other"]
"""What can be said of a column: of `other` (JSON, bytes, lists…) only whether it is NULL."""

LONGEST_VALUE = 200
"""How much of a text is read, in characters; longer ones are told apart by so much."""

COUNTED_ROWS = 1_000_000
"""The rows of a table are counted up to so many by its estimate, and else as estimated."""


@dataclass(frozen=True, slots=True)
class SampledColumn:
    """A column to be looked at."""

    name: str
    kind: ColumnKind


@dataclass(frozen=True, slots=True)
class SampledTable:
    """A table to be looked at.

    Attributes:
        table_fqdn: Its name in the catalog.
        schema_name: The engine's name of its schema.
        table_name: The engine's own name of it.
        object_type: As in the catalog.
        row_estimate: How many rows it may have; None where the engine does not say.
        properties: What only its engine knows of it.
        key: The columns of its primary key.
        columns: The columns to look at, at least one.
        rows: How many rows to look at.
    """

    table_fqdn: str
    schema_name: str
    table_name: str
    object_type: str
    row_estimate: int | None
    properties: Mapping[str, Any]
    key: tuple[str, ...]
    columns: tuple[SampledColumn, ...]
    rows: int

    @property
    def is_to_be_counted(self) -> bool:
        """Whether counting its rows is not too much to ask."""
        return self.row_estimate is None or self.row_estimate <= COUNTED_ROWS


@dataclass(frozen=True, slots=True)
class Sample:
    """Rows of a table.

    Attributes:
        table: The table.
        rows: The columns asked for as `c0`, `c1`…, all text; of kind `other` NULL or anything.
        row_count: How many rows the table has; None where that is not known.
    """

    table: SampledTable
    rows: pa.Table
    row_count: int | None

    @property
    def is_whole(self) -> bool:
        """Whether these are all rows of the table."""
        return self.row_count == self.rows.num_rows


@dataclass(frozen=True, slots=True)
class NoSample:
    """Why there is no sample of a table."""

    table: SampledTable
    reason: str
