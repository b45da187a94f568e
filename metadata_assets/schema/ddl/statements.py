"""The statements that make a catalog's tables, in an order in which they can be run."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from metadata_assets.catalog.assemble import select_tables
from metadata_assets.catalog.model import Catalog
from metadata_assets.catalog.withhold import WITHHELD
from metadata_assets.schema.clauses import is_not_valid
from metadata_assets.schema.ddl.described import Row, TableRows, described_tables
from metadata_assets.schema.ddl.duckdb import DuckDBWriter
from metadata_assets.schema.ddl.mysql import MySQLWriter
from metadata_assets.schema.ddl.order import dependency_order
from metadata_assets.schema.ddl.postgres import PostgresWriter
from metadata_assets.schema.ddl.sqlite import SQLiteWriter
from metadata_assets.schema.ddl.writer import Writer

WRITERS: Mapping[str, type[Writer]] = {
    "duckdb": DuckDBWriter,
    "mysql": MySQLWriter,
    "postgres": PostgresWriter,
    "sqlite": SQLiteWriter,
}
"""The dialects with more to say than every other."""

_LONGEST = 60

_GIVEN_SCHEMAS = {"postgres": ("public",), "duckdb": ("main",)}


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement.

    Attributes:
        kind: schema, extension, type, sequence, table, key, index, view or comment.
        schema: The schema of what it makes or is about.
        name: Its name there; of a key, index or comment, its table's.
        sql: The text, without a semicolon.
    """

    kind: str
    schema: str
    name: str
    sql: str


@dataclass(frozen=True, slots=True)
class Ddl:
    """The DDL of some tables.

    Attributes:
        statements: In an order in which they can be run.
        omitted: What the dialect cannot say, a sentence each.
    """

    statements: tuple[Statement, ...]
    omitted: tuple[str, ...]

    def script(self) -> str:
        """All statements, as one text."""
        return "".join(f"{statement.sql};\n\n" for statement in self.statements).rstrip() + "\n"


def write_ddl(
    catalog: Catalog, source: str, *, to: str | None = None, tables: Sequence[str] = ()
) -> Ddl:
    """Write the DDL of a catalog.

    Args:
        catalog: The catalog.
        source: Its dialect.
        to: The sqlglot dialect to write; the catalog's own by default.
        tables: GLOB patterns of the tables wanted, `orders*` or `sales.*`; all by default.
    """
    target = to or source
    chosen = described_tables(catalog, _chosen(catalog, tables))
    names = _names(chosen, has_schemas=WRITERS.get(target, Writer).has_schemas)
    by_name = {table.fqdn: table for table in chosen}
    writer = WRITERS.get(target, Writer)(target, source, names, by_name)
    return Ddl(tuple(_Script(writer, catalog, chosen, names).statements()), tuple(writer.omitted))


def _chosen(catalog: Catalog, patterns: Sequence[str]) -> pa.Table:
    if not patterns:
        return catalog.tables
    selected = select_tables(catalog.tables, include=patterns, exclude=())
    wanted = pc.is_in(
        catalog.tables.column("table_fqdn"), selected.column("table_fqdn").combine_chunks()
    )
    return catalog.tables.filter(wanted)


def _names(tables: Sequence[TableRows], *, has_schemas: bool) -> dict[str, tuple[str, str]]:
    """The schema and name of each table; where there are no schemas, no two of one name."""
    count = Counter(table.row["table_name"] for table in tables)
    names = {}
    for table in tables:
        schema, name = table.row["schema_name"], table.row["table_name"]
        is_shared = not has_schemas and count[name] > 1
        names[table.fqdn] = (schema, f"{schema}_{name}" if is_shared else name)
    return names


@dataclass(frozen=True)
class _Script:
    writer: Writer
    catalog: Catalog
    chosen: Sequence[TableRows]
    names: Mapping[str, tuple[str, str]]

    def statements(self) -> Iterator[Statement]:
        tables = {table.fqdn: table for table in self.chosen if not table.is_view}
        views = {table.fqdn: table for table in self.chosen if table.is_view}
        yield from self._before(list(tables.values()))
        order = dependency_order({fqdn: _parents(table) for fqdn, table in tables.items()})
        place = {fqdn: number for number, fqdn in enumerate(order)}
        later: list[Statement] = []
        for fqdn in order:
            table = tables[fqdn]
            early = {
                one["position"]
                for one in table.constraints
                if self._is_early(one, place, fqdn) or (self.writer.is_native and is_not_valid(one))
            }
            yield self._of(table, "table", self.writer.create_table(table, later=early))
            yield from self._after_table(table)
            later += self._added(table, early)
        yield from later
        yield from self._indexes()
        yield from self._views(views)
        for table in self.chosen:
            for comment in self.writer.comments(table):
                yield self._of(table, "comment", comment)

    def _before(self, tables: Sequence[TableRows]) -> Iterator[Statement]:
        writer = self.writer
        types: Sequence[Row] = self.catalog.types.to_pylist() if writer.is_native else ()
        schemas = {row["schema_name"] for row in types} | {
            self.names[table.fqdn][0] for table in self.chosen
        }
        if writer.has_schemas:
            for schema in sorted(schemas - {*_GIVEN_SCHEMAS.get(writer.target, ())}):
                sql = f"CREATE SCHEMA IF NOT EXISTS {writer.quoted(schema)}"
                yield Statement("schema", schema, schema, sql)
        if isinstance(writer, PostgresWriter) and writer.is_native:
            for sql in writer.extensions(self.chosen):
                yield Statement("extension", "", "", sql)
        if isinstance(writer, PostgresWriter | DuckDBWriter) and writer.is_native:
            for row, sql in writer.types(types):
                yield Statement("type", row["schema_name"], row["type_name"], sql)
        if isinstance(writer, PostgresWriter | DuckDBWriter | MySQLWriter) and writer.is_native:
            for sql in writer.sequences(tables):
                yield Statement("sequence", "", "", sql)

    def _is_early(self, key: Row, place: Mapping[str, int], fqdn: str) -> bool:
        """Whether a foreign key's table comes before its parent, so that it has to come later."""
        comes_later = place.get(key["referenced_table"], -1) > place[fqdn]
        return comes_later and not self.writer.knows_parents_later

    def _added(self, table: TableRows, early: set[int]) -> Iterator[Statement]:
        for key in table.constraints:
            if key["position"] not in early:
                continue
            if not self.writer.adds_foreign_keys:
                self.writer.omit(table, key["constraint_name"] or "", "closes a circle of keys")
                continue
            said = self.writer.constraint(table, key)
            if said:
                sql = f"ALTER TABLE {self.writer.table(table.fqdn)} ADD {said}"
                yield self._of(table, "key", sql)

    def _after_table(self, table: TableRows) -> Iterator[Statement]:
        if isinstance(self.writer, PostgresWriter):
            for sql in self.writer.partitions(table):
                yield self._of(table, "table", sql)

    def _indexes(self) -> Iterator[Statement]:
        for table in self.chosen:
            for index in () if table.is_view else table.indexes:
                yield from self._index(table, index)

    def _index(self, table: TableRows, index: Row) -> Iterator[Statement]:
        name = index["index_name"]
        if any(WITHHELD in text for text in (index["predicate"] or "", *index["columns"])):
            self.writer.omit(table, name, "names personal data, whose values are withheld")
            return
        if not self.writer.is_native:
            # Unique among all tables, and no name that an engine gives to a key of its own accord.
            name = _shortened(f"ix_{self.names[table.fqdn][1]}_{name}")
        sql = self.writer.index(table, index, name)
        if sql is not None:
            yield self._of(table, "index", sql)

    def _views(self, views: Mapping[str, TableRows]) -> Iterator[Statement]:
        words = {fqdn: _words(view.row["definition"] or "") for fqdn, view in views.items()}
        needs = {
            fqdn: [
                other
                for other, view in views.items()
                if other != fqdn and view.row["table_name"].lower() in words[fqdn]
            ]
            for fqdn in views
        }
        for fqdn in dependency_order(needs):
            sql = self.writer.create_view(views[fqdn])
            if sql is not None:
                yield self._of(views[fqdn], "view", sql)
                for index in views[fqdn].indexes:
                    yield from self._index(views[fqdn], index)

    def _of(self, table: TableRows, kind: str, sql: str) -> Statement:
        return Statement(kind, *self.names[table.fqdn], sql)


def _shortened(name: str) -> str:
    """A name that PostgreSQL does not cut off, still one of its own."""
    if len(name) <= _LONGEST:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: _LONGEST - 9]}_{digest}"


def _keys(table: TableRows) -> list[Row]:
    return [one for one in table.constraints if one["constraint_type"] == "foreign_key"]


def _parents(table: TableRows) -> list[str]:
    keys = [key["referenced_table"] for key in _keys(table)]
    return [*keys, *table.properties.get("inherits", ())]


def _words(query: str) -> set[str]:
    """Every name in a query, quoted or not, folded; and other words."""
    plain = re.findall(r"\w+", query)
    quoted = re.findall(r'["`\[]([^"`\]]+)["`\]]', query)
    return {name.lower() for name in (*plain, *quoted)}
