"""The canonical schema of a source: its columns with sqlglot types, and the mappings of it.

Everything is nested by schema, so same-named tables stay apart. Arrow is the stored form; the
nested Python mapping that sqlglot wants is made on demand, whole or of a few tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect, NormalizationStrategy
from sqlglot.schema import MappingSchema

from metadata_assets.catalog.engine import query
from metadata_assets.catalog.model import Catalog
from metadata_assets.lake import LakeTable
from metadata_assets.schema.types import canonical_texts, canonical_type

_text: pa.DataType = pa.string()

Nested = dict[str, dict[str, dict[str, exp.DataType]]]
"""schema -> table -> column -> type, the order of columns kept."""

SCHEMA_COLUMNS = LakeTable(
    "schema/columns",
    pa.schema(
        {
            "table_fqdn": _text,
            "schema_name": _text,
            "table_name": _text,
            "ordinal": pa.int32(),
            "column_name": _text,
            "native_type": _text,
            # Read it back with `types.canonical_type` in the source's dialect.
            "sqlglot_type": _text,
        }
    ),
    key=("table_fqdn", "ordinal"),
)
"""Every column of a source with its canonical type."""

_NAMED_COLUMNS = """
SELECT c.table_fqdn, t.schema_name, t.table_name, c.ordinal, c.column_name, c.native_type,
  coalesce(c.base_type, c.native_type) AS readable_type
FROM columns c JOIN tables t USING (table_fqdn)
ORDER BY c.table_fqdn, c.ordinal
"""


@dataclass(frozen=True)
class BuiltSchema:
    """The schema of one source.

    Attributes:
        dialect: The sqlglot dialect its type texts are in.
        columns: Columns of `SCHEMA_COLUMNS`, in their key's order.
    """

    dialect: str
    columns: pa.Table

    @cached_property
    def _runs(self) -> dict[str, tuple[int, int]]:
        """First row and number of rows of each table, by FQDN."""
        fqdns = self.columns.column("table_fqdn").combine_chunks()
        if len(fqdns) == 0:
            return {}
        encoded = pc.call_function("run_end_encode", [fqdns])
        ends = encoded.run_ends.to_pylist()
        starts = [0, *ends[:-1]]
        return {
            fqdn: (start, end - start)
            for fqdn, start, end in zip(encoded.values.to_pylist(), starts, ends, strict=True)
        }

    @property
    def table_count(self) -> int:
        """How many tables and views have columns."""
        return len(self._runs)

    def table_names(self) -> Iterator[tuple[str, str, str]]:
        """FQDN, schema and name of every table that has columns."""
        firsts = pa.array([start for start, _ in self._runs.values()], pa.int64())
        named = self.columns.select(["table_fqdn", "schema_name", "table_name"]).take(firsts)
        yield from zip(*(column.to_pylist() for column in named.columns), strict=True)

    def rows_of(self, fqdn: str) -> pa.Table:
        """The columns of one table, which must be one of these."""
        return self.columns.slice(*self._runs[fqdn])

    def nested(self, tables: Iterable[str] | None = None) -> Nested:
        """The mapping sqlglot wants, names in the case sqlglot looks them up in.

        Args:
            tables: The FQDNs of the tables wanted, those unknown passed over; all by default.
        """
        if tables is None:
            return _nested(self.columns, self._runs.values(), self.dialect)
        runs = [self._runs[fqdn] for fqdn in tables if fqdn in self._runs]
        slices = [self.columns.slice(*run) for run in runs]
        if not slices:
            return {}
        found = pa.concat_tables(slices)
        starts = [sum(length for _, length in runs[:position]) for position in range(len(runs))]
        lengths = (length for _, length in runs)
        return _nested(found, zip(starts, lengths, strict=True), self.dialect)

    def mapping(self, tables: Iterable[str] | None = None) -> MappingSchema:
        """A sqlglot schema of the named tables; of all by default."""
        # Not normalized: sqlglot would fold the catalog's exact names as if they were unquoted.
        return MappingSchema(dict(self.nested(tables)), dialect=self.dialect, normalize=False)


def build_schema(catalog: Catalog, dialect: str) -> BuiltSchema:
    """Give every column of a catalog its canonical type.

    Args:
        catalog: A sound catalog.
        dialect: The sqlglot dialect of the source.

    Returns:
        The schema; tables without columns do not appear in it.
    """
    named = query(_NAMED_COLUMNS, columns=catalog.columns, tables=catalog.tables)
    types = canonical_texts(named.column("readable_type"), dialect)
    rows = named.drop_columns(["readable_type"]).append_column("sqlglot_type", types)
    return BuiltSchema(dialect, rows.cast(SCHEMA_COLUMNS.schema).combine_chunks())


def _nested(rows: pa.Table, runs: Iterable[tuple[int, int]], dialect: str) -> Nested:
    schemas = _looked_up(rows.column("schema_name"), dialect)
    tables = _looked_up(rows.column("table_name"), dialect)
    columns = _looked_up(rows.column("column_name"), dialect)
    types = _types(rows.column("sqlglot_type"), dialect)
    nested: Nested = {}
    for start, length in runs:
        end = start + length
        nested.setdefault(schemas[start], {})[tables[start]] = dict(
            zip(columns[start:end], types[start:end], strict=True)
        )
    return nested


def _looked_up(names: pa.ChunkedArray[Any], dialect: str) -> list[str]:
    """The names as sqlglot spells them in a query after it normalized it."""
    strategy = Dialect.get_or_raise(dialect).normalization_strategy
    texts: list[Any] = names.to_pylist()
    if strategy is NormalizationStrategy.CASE_INSENSITIVE:
        return [text.lower() for text in texts]
    return texts


def _types(texts: pa.ChunkedArray[Any], dialect: str) -> list[exp.DataType]:
    spelled: list[Any] = texts.to_pylist()
    types = {text: canonical_type(text, dialect) for text in set(spelled)}
    return [types[text] for text in spelled]
