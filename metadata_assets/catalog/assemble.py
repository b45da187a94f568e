"""Turn a driver's raw rows into a `Catalog`: names, selection, order and content hash.

The one place where a table gets its FQDN and its content hash, for every engine alike. Most drivers
hand all rows to `assemble`; one that waits for its rows gives them to an `Assembly` as they come.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType

import pyarrow as pa

from metadata_assets.catalog.engine import catalog_sql, opened_engine
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
from metadata_assets.catalog.runs import hashed, numbered
from metadata_assets.lake import LakeTable

_NAMED = pa.schema([("schema_name", pa.string()), ("table_name", pa.string())])
_REFERENCED = pa.schema([("ref_schema_name", pa.string()), ("ref_table_name", pa.string())])
_FQDN = pa.schema([("table_fqdn", pa.string())])
_PARTS: Mapping[str, tuple[LakeTable, tuple[pa.Schema, ...]]] = {
    "tables": (TABLES, (_NAMED,)),
    "columns": (COLUMNS, (_NAMED,)),
    "constraints": (CONSTRAINTS, (_NAMED, _REFERENCED)),
    "indexes": (INDEXES, (_NAMED,)),
    "types": (TYPES, ()),
    "functions": (FUNCTIONS, ()),
    "unreadable": (UNREADABLE, (_NAMED, _FQDN)),
}
"""The parts of a catalog, and what names their objects before they have an FQDN."""
_BY_PATTERNS = ("tables", "unreadable")
"""The parts that the patterns select: of tables that cannot be read nothing else is known."""
_SQL_TYPES = {
    pa.string(): "VARCHAR",
    pa.list_(pa.string()): "VARCHAR[]",
    pa.int32(): "INTEGER",
    pa.int64(): "BIGINT",
    pa.bool_(): "BOOLEAN",
}
_AT_ONCE = 2
"""The columns, and beside them all else, which together takes about as long."""
_THREADS = 1
"""Of DuckDB for each of those. With two, an extract of 5,000 tables takes 2-4 % longer on two
cores, one of which is busy reading."""


def _no_bodies() -> pa.Table:
    schema = pa.schema([("table_fqdn", pa.string()), ("body", pa.string())])
    return pa.Table.from_batches([], schema=schema)


@dataclass(frozen=True, slots=True)
class _Selected:
    """The rows of a part, and what they add to the hash of each table."""

    rows: pa.Table
    bodies: pa.Table = field(default_factory=_no_bodies)


class Assembly:
    """A catalog in the making: its parts are selected, named and hashed beside each other.

    The tables come first; a part that is never added is empty. What the parts hold is told by
    `assemble`.
    """

    def __init__(self, *, include: Sequence[str], exclude: Sequence[str]) -> None:
        """Begin with nothing.

        Args:
            include: GLOB patterns of the tables to keep.
            exclude: GLOB patterns of the tables to leave out.
        """
        self._patterns = {"include": list(include), "exclude": list(exclude)}
        self._known: dict[str, pa.Table] = {}
        self._parts: dict[str, Future[_Selected]] = {}
        self._workers = ThreadPoolExecutor(_AT_ONCE)

    def __enter__(self) -> Assembly:
        """Itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Begin nothing more, and wait for what was begun."""
        self._workers.shutdown(cancel_futures=True)

    def know(self, **rows: pa.Table) -> None:
        """Make rows known to the queries of parts that are shaped later."""
        self._known |= rows

    def shape(self, part: str, sql: str) -> None:
        """Add the part that a SELECT makes of the rows known by now."""
        # To register a table takes 0.6 ms.
        known = {name: rows for name, rows in self._known.items() if name in sql}
        self._parts[part] = self._workers.submit(self._select, part, sql, known)

    def add(self, part: str, rows: pa.Table | None) -> None:
        """Add a part as it is."""
        if rows:
            self._parts[part] = self._workers.submit(
                self._select, part, "FROM added", {"added": rows}
            )
        elif part == "tables":
            # By which the others are selected.
            self.shape(part, "FROM wanted")

    def catalog(self) -> Catalog:
        """The catalog, once all its parts were added."""
        # To select from nothing takes 8 ms too.
        selected = {part: _Selected(_wanted(part)) for part in _PARTS}
        selected |= {name: part.result() for name, part in self._parts.items()}
        rows = {name: part.rows for name, part in selected.items()}
        bodies = {f"{name}_bodies": selected[name].bodies for name in _FINISHED}
        rows["tables"] = _query("hash_tables", selected=rows["tables"], **bodies)
        return Catalog(**{name: _cast(rows[name], kind) for name, (kind, _) in _PARTS.items()})

    def _select(self, part: str, sql: str, known: Mapping[str, pa.Table]) -> _Selected:
        # Handed on at once: what was selected from is let go before its texts are hashed.
        return _FINISHED.get(part, _Selected)(self._selected(part, sql, known))

    def _selected(self, part: str, sql: str, known: Mapping[str, pa.Table]) -> pa.Table:
        with opened_engine(_THREADS) as engine:
            engine.register(wanted=_wanted(part), **known)
            select = _raw(part, sql) + catalog_sql(f"select_{part}")
            if part in _BY_PATTERNS:
                return engine.query(select, **self._patterns)
            engine.register(selected=self._parts["tables"].result().rows)
            return engine.query(select)


def _query(name: str, **tables: pa.Table) -> pa.Table:
    with opened_engine(_THREADS) as engine:
        engine.register(**tables)
        return engine.query(catalog_sql(name))


def _wanted(part: str) -> pa.Table:
    """The part without rows, and what names its objects."""
    kind, names = _PARTS[part]
    # Not its own empty_table: that imports pandas too.
    return pa.Table.from_batches([], schema=pa.unify_schemas([kind.schema, *names]))


def _raw(part: str, sql: str) -> str:
    """What defines `raw` as the rows of a SELECT, with exactly the columns that are wanted.

    In the query that selects from them: they are shaped and selected in one go, and never stored.
    """
    columns = ", ".join(
        f'"{column.name}"::{_SQL_TYPES[column.type]} AS "{column.name}"'
        for column in _wanted(part).schema
    )
    return f"WITH raw AS (SELECT {columns} FROM (FROM wanted UNION ALL BY NAME ({sql})))\n"


def _columns(rows: pa.Table) -> _Selected:
    # In three fifths of the time that DuckDB takes for rows as wide as these.
    rows = rows.sort_by([("place", "ascending"), ("ordinal", "ascending")])
    bodies = hashed(rows, "body")
    return _Selected(numbered(rows.drop_columns(["body", "place"]), "ordinal"), bodies)


def _constraints(rows: pa.Table) -> _Selected:
    bodies = _query("hash_constraints", selected_constraints=rows)
    return _Selected(numbered(rows, "position"), bodies)


_FINISHED: Mapping[str, Callable[[pa.Table], _Selected]] = {
    "columns": _columns,
    "constraints": _constraints,
}
"""What else is done to the rows of a part, once they are selected and in order."""


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
    with Assembly(include=include, exclude=exclude) as assembly:
        assembly.add("tables", tables)
        assembly.add("columns", columns)
        assembly.add("constraints", constraints)
        assembly.add("indexes", indexes)
        assembly.add("types", types)
        assembly.add("functions", functions)
        assembly.add("unreadable", unreadable)
        return assembly.catalog()


def select_tables(tables: pa.Table, *, include: Sequence[str], exclude: Sequence[str]) -> pa.Table:
    """The tables that patterns leave, with their FQDN.

    Args:
        tables: Named by `schema_name` and `table_name`; a column `table_fqdn` is there to be set.
        include: GLOB patterns of the tables to keep, as `assemble` takes them.
        exclude: GLOB patterns of the tables to leave out.
    """
    with opened_engine() as engine:
        engine.register(raw=tables)
        return engine.query(
            catalog_sql("select_tables"), include=list(include), exclude=list(exclude)
        )


def _cast(rows: pa.Table, part: LakeTable) -> pa.Table:
    return rows.select(part.schema.names).cast(part.schema).combine_chunks()
