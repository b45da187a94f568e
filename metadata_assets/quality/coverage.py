"""How much of a source its golden queries cover: tables and columns, in all and by domain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from metadata_assets.catalog.engine import opened_engine, query
from metadata_assets.catalog.model import Catalog
from metadata_assets.lake import LakeTable
from metadata_assets.quality.golden import GoldenVerdict
from metadata_assets.quality.subject import quality_sql

_text: pa.DataType = pa.string()

COVERAGE = LakeTable(
    "quality/coverage",
    pa.schema(
        {
            "table_fqdn": _text,
            "column_name": _text,  # null: the table
            "business_domain": _text,
            "queries": pa.int64(),  # how many use it
        }
    ),
    key=("table_fqdn", "column_name"),
)
"""One row a table and a column."""

_USED = pa.schema({"query_id": _text, "table_fqdn": _text, "column_name": _text})


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    covered: int
    total: int

    @property
    def percentage(self) -> float:
        """To two places; of nothing, all is covered."""
        return round(100 * self.covered / self.total, 2) if self.total else 100.0


@dataclass(frozen=True, slots=True)
class Coverage:
    """What golden queries cover.

    Attributes:
        tables: How many tables.
        columns: How many columns.
        uncovered_tables: The tables that no query uses.
        uncovered_columns: The columns that none uses, as table and column.
        domains: Tables and columns by business domain; None for those without.
        rows: Rows of `COVERAGE`.
    """

    tables: Share
    columns: Share
    uncovered_tables: tuple[str, ...]
    uncovered_columns: tuple[tuple[str, str], ...]
    domains: Mapping[str | None, tuple[Share, Share]]
    rows: pa.Table

    def document(self) -> dict[str, Any]:
        """All of it, for machines."""
        return {
            **_told(self.tables, self.columns),
            "coverage_percentage": self.columns.percentage,
            "uncovered_tables": list(self.uncovered_tables),
            "uncovered_columns": [
                {"table": table, "column": column} for table, column in self.uncovered_columns
            ],
            "domains": [
                {"domain": domain, **_told(*shares)} for domain, shares in self.domains.items()
            ],
        }


def coverage_of(catalog: Catalog, verdicts: Sequence[GoldenVerdict]) -> Coverage:
    """What the valid ones of golden queries cover of a catalog."""
    used = [
        {"query_id": one.golden.query_id, "table_fqdn": table, "column_name": column}
        for one in verdicts
        if one.is_valid
        for table, columns in one.uses.items()
        for column in (None, *columns)
    ]
    with opened_engine() as engine:
        engine.register(
            tables=catalog.tables,
            columns=catalog.columns,
            used=pa.Table.from_pylist(used, schema=_USED),
        )
        return measured(engine.query(quality_sql("coverage")).cast(COVERAGE.schema))


def measured(rows: pa.Table) -> Coverage:
    """The coverage that rows of `COVERAGE` tell of."""
    domains = query(quality_sql("coverage_by_domain"), covered=rows).to_pylist()
    shares = {
        row["business_domain"]: (
            Share(row["tables_covered"], row["total_tables"]),
            Share(row["columns_covered"], row["total_columns"]),
        )
        for row in domains
    }
    idle = [row for row in rows.to_pylist() if row["queries"] == 0]
    return Coverage(
        tables=_sum([tables for tables, _ in shares.values()]),
        columns=_sum([columns for _, columns in shares.values()]),
        uncovered_tables=tuple(row["table_fqdn"] for row in idle if row["column_name"] is None),
        uncovered_columns=tuple(
            (row["table_fqdn"], row["column_name"]) for row in idle if row["column_name"]
        ),
        domains=shares,
        rows=rows,
    )


def _sum(shares: Sequence[Share]) -> Share:
    return Share(sum(share.covered for share in shares), sum(share.total for share in shares))


def _told(tables: Share, columns: Share) -> dict[str, Any]:
    return {
        "tables_covered": tables.covered,
        "total_tables": tables.total,
        "tables_percentage": tables.percentage,
        "columns_covered": columns.covered,
        "total_columns": columns.total,
        "columns_percentage": columns.percentage,
    }
