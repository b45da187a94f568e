"""Turn a driver's raw rows into a `Catalog`: names, selection, order and content hash.

The one place where a table gets its FQDN and its content hash, for every engine alike. Most drivers
hand all rows to `assemble`; one that waits for a server adds them to an `Assembly` as they come.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from metadata_assets.catalog.engine import Engine, catalog_sql, opened_engine
from metadata_assets.catalog.model import (
    COLUMNS,
    CONSTRAINTS,
    FUNCTIONS,
    INDEXES,
    TABLES,
    TYPES,
    UNREADABLE,
    Catalog,
)
from metadata_assets.lake import LakeTable

# Not pa.array(list): that imports pandas, most of a second.
_PATTERNS = """
SELECT unnest($include::VARCHAR[]) AS pattern, true AS keeps
UNION ALL
SELECT unnest($exclude::VARCHAR[]), false
"""
_WITH_SELECTED_COLUMNS = """
WITH selected_columns AS (
  SELECT c.* REPLACE (s.table_fqdn AS table_fqdn)
  FROM raw c
  JOIN selected s USING (schema_name, table_name)
)
"""
# All rows are numbered in their order, less how many precede their table: half the time of
# numbering those of each table.
_WITH_PRECEDING_ROWS = """
WITH counted AS (
  SELECT schema_name, table_name, count(*) AS rows
  FROM raw
  GROUP BY ALL
),
preceded AS (
  SELECT s.*, sum(n.rows) OVER (ORDER BY s.place) - n.rows AS preceding
  FROM selected s
  JOIN counted n USING (schema_name, table_name)
)
"""
_NAMED = pa.schema([("schema_name", pa.string()), ("table_name", pa.string())])
_FQDN = pa.schema([("table_fqdn", pa.string())])
_KEYED = (
    _NAMED,
    pa.schema([("ref_schema_name", pa.string()), ("ref_table_name", pa.string())]),
)


class Assembly:
    """A catalog in the making.

    Add tables first and columns before constraints; each is selected, named and hashed at once.
    What the parts hold is told by `assemble`.
    """

    def __init__(self, engine: Engine, *, include: Sequence[str], exclude: Sequence[str]) -> None:
        """Begin with nothing.

        Args:
            engine: Does the work; registers names that begin with `raw` or `selected`.
            include: GLOB patterns of the tables to keep.
            exclude: GLOB patterns of the tables to leave out.
        """
        self._engine = engine
        self._parts: dict[LakeTable, pa.Table] = {}
        _register_patterns(engine, include, exclude)

    def add_tables(self, tables: pa.Table) -> None:
        """Add the tables and views."""
        self._engine.register(raw_tables=_shaped(tables, TABLES, _NAMED))
        self._tables = self._engine.query(catalog_sql("select_tables"))
        self._engine.register(selected=self._tables)

    def add_columns(self, columns: pa.Table) -> None:
        """Add the columns of the tables."""
        raw = _shaped(columns, COLUMNS, _NAMED)
        # Half of the time of an assembly, and needed last.
        self._bodies = self._engine.query_aside(
            _WITH_SELECTED_COLUMNS + catalog_sql("hash_columns"), raw=raw, selected=self._tables
        )
        self._parts[COLUMNS] = self._numbered("columns", raw)

    def add_constraints(self, constraints: pa.Table | None) -> None:
        """Add the keys and checks."""
        selected = self._numbered("constraints", _shaped(constraints, CONSTRAINTS, *_KEYED))
        self._keys = self._engine.query_aside(
            catalog_sql("hash_constraints"), selected_constraints=selected
        )
        self._parts[CONSTRAINTS] = selected

    def add_indexes(self, indexes: pa.Table | None) -> None:
        """Add the indexes."""
        self._parts[INDEXES] = self._selected("indexes", _shaped(indexes, INDEXES, _NAMED))

    def add_types(self, types: pa.Table | None) -> None:
        """Add the user-defined types."""
        self._parts[TYPES] = self._selected("types", _shaped(types, TYPES))

    def add_functions(self, functions: pa.Table | None) -> None:
        """Add the functions that are not the engine's own."""
        self._parts[FUNCTIONS] = self._selected("functions", _shaped(functions, FUNCTIONS))

    def add_unreadable(self, unreadable: pa.Table | None) -> None:
        """Add what could not be read."""
        rows = _shaped(unreadable, UNREADABLE, _NAMED, _FQDN)
        self._engine.register(raw_tables=rows)
        self._engine.register(selected_unreadable=self._engine.query(catalog_sql("select_tables")))
        self._parts[UNREADABLE] = self._selected("unreadable", rows)

    def catalog(self) -> Catalog:
        """The catalog, once all its parts were added."""
        self._engine.register(
            selected_bodies=self._bodies.result(), selected_keys=self._keys.result()
        )
        if FUNCTIONS not in self._parts:
            self.add_functions(None)
        self._parts[TABLES] = self._engine.query(catalog_sql("hash_tables"))
        parts = {part: _cast(rows, part) for part, rows in self._parts.items()}
        return Catalog(
            tables=parts[TABLES],
            columns=parts[COLUMNS],
            constraints=parts[CONSTRAINTS],
            indexes=parts[INDEXES],
            types=parts[TYPES],
            functions=parts[FUNCTIONS],
            unreadable=parts[UNREADABLE],
        )

    def _selected(self, part: str, rows: pa.Table) -> pa.Table:
        self._engine.register(raw=rows)
        return self._engine.query(catalog_sql(f"select_{part}"))

    def _numbered(self, part: str, rows: pa.Table) -> pa.Table:
        self._engine.register(raw=rows)
        return self._engine.query(_WITH_PRECEDING_ROWS + catalog_sql(f"select_{part}"))


def assemble(
    *,
    tables: pa.Table,
    columns: pa.Table,
    constraints: pa.Table | None = None,
    indexes: pa.Table | None = None,
    types: pa.Table | None = None,
    functions: pa.Table | None = None,
    unreadable: pa.Table | None = None,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
) -> Catalog:
    """Build a catalog from the rows of bulk catalog queries.

    Each argument holds any of the columns of its part in `catalog.model`; absent columns are null.
    Instead of `table_fqdn` it names the table by `schema_name` and `table_name`; a foreign key
    names what it references by `ref_schema_name` and `ref_table_name`. `ordinal` only has to sort.

    Args:
        tables: Tables and views.
        columns: Their columns.
        constraints: Their keys and checks.
        indexes: Their indexes.
        types: User-defined types, named by `schema_name` and `type_name`.
        functions: Functions, named by `schema_name` and `function_name`.
        unreadable: What could not be read, with the reason: tables by `schema_name` and
            `table_name`, anything else by `object_name`.
        include: GLOB patterns of the tables to keep; all where empty. A pattern with a dot is
            matched against `schema.table`, one without against the table name.
        exclude: GLOB patterns of the tables to leave out.

    Returns:
        The catalog of the selected tables, every part ordered by its key.
    """
    with opened_engine() as engine:
        assembly = Assembly(engine, include=include, exclude=exclude)
        assembly.add_tables(tables)
        assembly.add_columns(columns)
        assembly.add_constraints(constraints)
        assembly.add_indexes(indexes)
        assembly.add_types(types)
        assembly.add_functions(functions)
        assembly.add_unreadable(unreadable)
        return assembly.catalog()


def select_tables(
    engine: Engine, tables: pa.Table, *, include: Sequence[str], exclude: Sequence[str]
) -> pa.Table:
    """The rows, with `schema_name` and `table_name`, that the patterns leave, with their FQDN."""
    _register_patterns(engine, include, exclude)
    engine.register(raw_tables=tables)
    return engine.query(catalog_sql("select_tables"))


def _register_patterns(engine: Engine, include: Sequence[str], exclude: Sequence[str]) -> None:
    patterns = engine.query(_PATTERNS, include=list(include), exclude=list(exclude))
    engine.register(selected_patterns=patterns)


def _shaped(rows: pa.Table | None, part: LakeTable, *extra: pa.Schema) -> pa.Table:
    """The rows with exactly the columns of the part and the extra ones, absent ones null."""
    wanted = pa.unify_schemas([part.schema, *extra])
    if rows is None:
        # Not its own empty_table: that imports pandas too.
        return pa.Table.from_batches([], schema=wanted)
    arrays = [
        rows[column.name].cast(column.type)
        if column.name in rows.column_names
        else pa.nulls(rows.num_rows, column.type)
        for column in wanted
    ]
    return pa.table(arrays, schema=wanted)


def _cast(rows: pa.Table, part: LakeTable) -> pa.Table:
    return rows.select(part.schema.names).cast(part.schema).combine_chunks()
