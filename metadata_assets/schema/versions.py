"""The definition of a table that the registry keeps: to text, and back to a catalog.

A definition holds everything that is compared: the columns in order, keys, indexes, the
user-defined types it uses, comments and annotations. Row counts and sizes are not in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources

import pyarrow as pa
import pyarrow.compute as pc

from metadata_assets.catalog.assemble import assemble
from metadata_assets.catalog.engine import opened_engine, query
from metadata_assets.catalog.model import TYPES, UNREADABLE, Catalog

DEFINITIONS = pa.schema(
    [
        ("table_name", pa.string()),  # the FQDN
        ("schema_definition", pa.string()),  # canonical JSON
        ("schema_hash", pa.string()),  # the order of columns, comments and annotations aside
        ("content_hash", pa.string()),  # of the whole text
    ]
)
"""What `table_definitions` returns."""


def table_definitions(catalog: Catalog) -> pa.Table:
    """The definition of every table and view, with its hashes; ordered by name."""
    with opened_engine() as engine:
        engine.register(
            tables=catalog.tables,
            columns=catalog.columns,
            constraints=catalog.constraints,
            indexes=catalog.indexes,
            types=catalog.types,
        )
        engine.register(used_types=engine.query(_sql("used_types")))
        rows = engine.query(_sql("definition_macros") + _sql("table_definitions"))
    return rows.cast(DEFINITIONS)


def catalog_of(definitions: pa.Table) -> Catalog:
    """The catalog that definitions describe; those of tables that are gone are passed over.

    Args:
        definitions: At least the column `schema_definition`.

    Returns:
        A catalog equal to the one they were made from, row counts and sizes aside, with no other
        types than the tables use.
    """
    with opened_engine() as engine:
        engine.register(definitions=definitions.select(["schema_definition"]))
        tables = engine.query(_sql("parse_definitions"))
        engine.register(parsed=tables)
        columns = engine.query(_sql("parsed_columns"))
        constraints = engine.query(_sql("definition_macros") + _sql("parsed_constraints"))
        indexes = engine.query(_sql("parsed_indexes"))
        types = engine.query(_sql("parsed_types"))
    return assemble(
        tables=tables, columns=columns, constraints=constraints, indexes=indexes, types=types
    )


def only_tables(catalog: Catalog, table_fqdns: Iterable[str]) -> Catalog:
    """The part of a catalog that concerns the named tables."""
    wanted = pa.array(list(table_fqdns), pa.string())

    def of_wanted(rows: pa.Table) -> pa.Table:
        return rows.filter(pc.is_in(rows.column("table_fqdn"), wanted))

    columns = of_wanted(catalog.columns)
    used = query(_sql("used_types"), columns=columns, types=catalog.types)
    is_used = pc.is_in(catalog.types.column("type_fqdn"), used.column("type_fqdn").combine_chunks())
    is_hidden = pc.is_in(catalog.unreadable.column("object_name"), wanted)
    return Catalog(
        tables=of_wanted(catalog.tables),
        columns=columns,
        constraints=of_wanted(catalog.constraints),
        indexes=of_wanted(catalog.indexes),
        types=catalog.types.filter(is_used).cast(TYPES.schema),
        functions=catalog.functions,
        unreadable=catalog.unreadable.filter(is_hidden).cast(UNREADABLE.schema),
    )


def _sql(name: str) -> str:
    return resources.files(__package__).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
