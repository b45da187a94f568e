"""The catalog of one source as seven Arrow tables: the one shape every driver produces.

Only the shape; a driver's raw rows get into it through `assemble`, what must hold of it is in
`invariants`. Types, defaults and definitions are the engine's own text; lists keep their order.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from metadata_assets.lake import LakeTable

_text = pa.string()
_texts = pa.list_(pa.string())


def _schema(**columns: pa.DataType) -> pa.Schema:
    return pa.schema(list(columns.items()))


TABLES = LakeTable(
    "catalog/tables",
    _schema(
        schema_name=_text,
        table_name=_text,
        table_fqdn=_text,
        # table, view, materialized_view, partitioned_table, partition, foreign_table,
        # external_table, virtual_table
        object_type=_text,
        comment=_text,
        owner=_text,
        definition=_text,  # the query of a view, without CREATE VIEW
        row_estimate=pa.int64(),
        bytes=pa.int64(),
        business_domain=_text,
        grain_description=_text,
        status=_text,
        properties=_text,  # canonical JSON of what only this engine knows (strict, partition key…)
        content_hash=_text,
    ),
    key=("table_fqdn",),
)
"""Tables and views. `content_hash` covers what training depends on, all but `FUNCTIONS`."""

COLUMNS = LakeTable(
    "catalog/columns",
    _schema(
        table_fqdn=_text,
        ordinal=pa.int32(),  # from 1, dense
        column_name=_text,
        native_type=_text,  # with modifiers, as the engine prints it
        base_type=_text,  # what a domain or alias rests on
        allowed_values=_texts,  # labels of an enum or set
        nullable=pa.bool_(),
        default_expr=_text,
        generated_expr=_text,
        identity=_text,  # always, by_default, auto_increment
        collation=_text,
        comment=_text,
        pii=pa.bool_(),
        properties=_text,
    ),
    key=("table_fqdn", "ordinal"),
)
"""Columns of tables and views."""

CONSTRAINTS = LakeTable(
    "catalog/constraints",
    _schema(
        table_fqdn=_text,
        position=pa.int32(),  # from 1 within a table, by type, name and columns
        constraint_name=_text,  # null where the engine has none
        constraint_type=_text,  # primary_key, unique, foreign_key, check, exclusion
        columns=_texts,
        referenced_table=_text,  # FQDN
        referenced_columns=_texts,
        on_delete=_text,  # upper case; null for NO ACTION
        on_update=_text,
        expression=_text,  # of a check or exclusion
        properties=_text,  # canonical JSON of what else it says (comment, deferrable, include…)
    ),
    key=("table_fqdn", "position"),
)
"""Keys and checks."""

INDEXES = LakeTable(
    "catalog/indexes",
    _schema(
        table_fqdn=_text,
        index_name=_text,
        columns=_texts,  # names, or the text of an expression
        is_unique=pa.bool_(),
        method=_text,
        predicate=_text,  # of a partial index
        properties=_text,  # canonical JSON: comment, `parts` (what follows each column: DESC…)…
    ),
    key=("table_fqdn", "index_name"),
)
"""Indexes that do not merely serve a primary key or unique constraint."""

TYPES = LakeTable(
    "catalog/types",
    _schema(
        schema_name=_text,
        type_name=_text,
        type_fqdn=_text,
        kind=_text,  # enum, domain, composite, range
        labels=_texts,  # of an enum
        base_type=_text,  # of a domain or range
        nullable=pa.bool_(),  # of a domain
        default_expr=_text,
        checks=_texts,  # of a domain: the text of each CHECK, by name
        attributes=_texts,  # of a composite: `name type`, COLLATE where it is not the type's own
        comment=_text,
    ),
    key=("type_fqdn",),
)
"""User-defined types."""

FUNCTIONS = LakeTable(
    "catalog/functions",
    _schema(
        schema_name=_text,
        function_name=_text,
        function_fqdn=_text,
        kind=_text,  # function, aggregate, window, operator, table (a macro that is one)
    ),
    key=("function_fqdn", "kind"),
)
"""The names of functions, operators and macros that are not the engine's own; those of extensions
are. Overloads are one."""

UNREADABLE = LakeTable(
    "catalog/unreadable",
    _schema(object_name=_text, reason=_text),
    key=("object_name",),
)
"""What the source holds but would not show: never counted as a deletion."""

CATALOG_TABLES = (COLUMNS, CONSTRAINTS, INDEXES, TYPES, FUNCTIONS, UNREADABLE, TABLES)
"""The lake tables of a catalog in publishing order: `TABLES`, which has the hashes, comes last."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """What one source holds, at one moment.

    Attributes:
        tables: Columns of `TABLES`.
        columns: Columns of `COLUMNS`.
        constraints: Columns of `CONSTRAINTS`.
        indexes: Columns of `INDEXES`.
        types: Columns of `TYPES`.
        functions: Columns of `FUNCTIONS`.
        unreadable: Columns of `UNREADABLE`.
    """

    tables: pa.Table
    columns: pa.Table
    constraints: pa.Table
    indexes: pa.Table
    types: pa.Table
    functions: pa.Table
    unreadable: pa.Table

    def parts(self) -> dict[LakeTable, pa.Table]:
        """Each part by the lake table that stores it, in publishing order."""
        rows = (
            self.columns,
            self.constraints,
            self.indexes,
            self.types,
            self.functions,
            self.unreadable,
            self.tables,
        )
        return dict(zip(CATALOG_TABLES, rows, strict=True))
