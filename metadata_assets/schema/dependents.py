"""What rests on a source's tables: queries by what they use, other things by what they name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cached_property

import pyarrow as pa

from metadata_assets.catalog.engine import opened_engine
from metadata_assets.catalog.model import Catalog
from metadata_assets.errors import PermanentError
from metadata_assets.lake import LakeTable
from metadata_assets.schema.build import build_schema
from metadata_assets.schema.publish import named_functions
from metadata_assets.schema.query import Queries
from metadata_assets.schema.stored import StoredSchema

VIEW = "view"
GOLDEN_QUERY = "golden_query"
GLOSSARY_TERM = "glossary_term"
TRAINING_RECORD = "training_record"

_text: pa.DataType = pa.string()

BROKEN = LakeTable(
    "changes/broken",
    pa.schema(
        {
            "dependent_kind": _text,
            "dependent_name": _text,
            "reason": _text,
            "table_fqdn": _text,  # what changed
            "column_name": _text,  # null where all of the table did
            "was": _text,  # what it was before, where it is another now
            "said": _text,  # the SQL of the dependent then
            "change_set_id": _text,  # the changes that broke it
        }
    ),
    key=("dependent_kind", "dependent_name"),
)
"""What a breaking change broke, and nobody mended since."""

_WORD = re.compile(r"[^\W\d][\w$]*")

_OF_BOTH = r"""
WITH both_sides AS (
  SELECT * FROM after_tables
  UNION ALL
  SELECT * FROM before_tables ANTI JOIN after_tables USING (table_fqdn)
)
FROM both_sides
WHERE list_has_all($words, regexp_extract_all(lower(table_name), '[^\W\d][\w$]*'))
"""
_COLUMNS_OF_BOTH = r"""
WITH found AS (
  SELECT a.* FROM after_columns a SEMI JOIN tables USING (table_fqdn)
  UNION ALL
  SELECT b.* REPLACE (b.ordinal + 1000000 AS ordinal)
  FROM before_columns b
  SEMI JOIN tables USING (table_fqdn)
  ANTI JOIN after_columns a ON a.table_fqdn = b.table_fqdn AND a.column_name = b.column_name
)
FROM found ORDER BY table_fqdn, ordinal
"""


@dataclass(frozen=True)
class Dependent:
    """Something that rests on tables.

    Attributes:
        kind: View, golden query, glossary term or training record.
        name: The FQDN, id, term or record id.
        title: What a reader knows it by.
        sql: The query it is or holds, if it does.
        tables: FQDNs of the tables it names without a query.
        columns: The columns it names without a query, as table and column.
        describes: The FQDN of a table it tells every column of.
        is_derived: Whether a sync says it anew, whatever changes.
    """

    kind: str
    name: str
    title: str
    sql: str | None = None
    tables: tuple[str, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    describes: str | None = None
    is_derived: bool = False

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of its query, in lower case."""
        return words_of(self.sql or "")


@dataclass(frozen=True)
class Uses:
    """What queries use, on a schema that knows what went as well as what came.

    Attributes:
        before: The earlier catalog, at least of the tables that changed.
        after: The later one.
        dialect: Their SQLGlot dialect.
        words: The words of all queries that will be asked about.
    """

    before: Catalog
    after: Catalog
    dialect: str
    words: frozenset[str]

    def of(self, sql: str) -> Mapping[str, tuple[str, ...]]:
        """The columns a query uses, by FQDN; where it cannot be understood, all that it may."""
        try:
            return self._queries.uses(sql)
        except PermanentError:
            return self._mentioned(sql)

    def results_from(self, sql: str, table: str, column: str) -> tuple[str, ...]:
        """The columns of a query's result that are computed from a column of a table."""
        try:
            lineage = self._queries.lineage(sql)
        except PermanentError:
            return ()
        return tuple(
            result.column
            for result in lineage
            if any((used.table, used.column) == (table, column) for used in result.sources)
        )

    @cached_property
    def _catalog(self) -> Catalog:
        with opened_engine() as engine:
            engine.register(
                after_tables=self.after.tables,
                before_tables=self.before.tables,
                after_columns=self.after.columns,
                before_columns=self.before.columns,
            )
            tables = engine.query(_OF_BOTH, words=sorted(self.words))
            engine.register(tables=tables)
            columns = engine.query(_COLUMNS_OF_BOTH)
        return Catalog(
            tables.cast(self.after.tables.schema),
            columns.cast(self.after.columns.schema),
            self.after.constraints.slice(0, 0),
            self.after.indexes.slice(0, 0),
            self.after.types.slice(0, 0),
            self.after.functions,
            self.after.unreadable.slice(0, 0),
        )

    @cached_property
    def _queries(self) -> Queries:
        schema = build_schema(self._catalog, self.dialect)
        now = datetime.now(timezone.utc)
        return Queries(
            StoredSchema(
                "", self.dialect, now, "current", (), schema, {}, {}, named_functions(self._catalog)
            )
        )

    @cached_property
    def _columns(self) -> Sequence[tuple[str, str, str]]:
        names = dict(
            zip(
                self._catalog.tables["table_fqdn"].to_pylist(),
                self._catalog.tables["table_name"].to_pylist(),
                strict=True,
            )
        )
        rows = self._catalog.columns.select(["table_fqdn", "column_name"]).to_pylist()
        return [
            (str(row["table_fqdn"]), str(names[row["table_fqdn"]]), str(row["column_name"]))
            for row in rows
        ]

    def _mentioned(self, sql: str) -> dict[str, tuple[str, ...]]:
        words = words_of(sql)
        found: dict[str, list[str]] = {}
        for table, name, column in self._columns:
            if words_of(name) <= words:
                found.setdefault(table, [])
                if words_of(column) <= words:
                    found[table].append(column)
        return {table: tuple(columns) for table, columns in found.items()}


def words_of(text: str) -> frozenset[str]:
    """The words of a text, in lower case."""
    return frozenset(word.lower() for word in _WORD.findall(text))
