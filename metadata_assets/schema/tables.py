"""The tables of a schema by the names a query uses for them.

An unqualified name means a table of the engine's default schema; a schema that has no such part
but a single other one means a table of that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any

import pyarrow.compute as pc
from sqlglot.dialects.dialect import Dialect, NormalizationStrategy

from metadata_assets.schema.build import BuiltSchema
from metadata_assets.schema.semantics.problems import nearest

_DEFAULT_SCHEMAS = {"postgres": "public", "redshift": "public", "duckdb": "main", "sqlite": "main"}
_MODIFIERS = re.compile(r"(?: ?\([^)]*\)|\[\d*\])+$")
_NAMES = re.compile(r'"((?:[^"]|"")+)"|`((?:[^`]|``)+)`|\[([^\]]+)\]|([^\W\d][\w$]*)')


@dataclass(frozen=True, slots=True)
class Column:
    """A column as a query sees it.

    Attributes:
        name: As the catalog spells it.
        native_type: As the engine prints it.
        sqlglot_type: The canonical type's text, in the schema's dialect.
        labels: Of an enum that is a named type.
    """

    name: str
    native_type: str
    sqlglot_type: str
    labels: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table or view as a query sees it.

    Attributes:
        fqdn: Its name in the catalog.
        schema: The schema it is in.
        name: As the catalog spells it.
        columns: In order.
        primary_key: The names of the columns of its primary key; empty where there is none.
    """

    fqdn: str
    schema: str
    name: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()

    def spelled(self, column: str) -> str | None:
        """The name of a column as the catalog spells it, asked for in any case; None if unknown."""
        names = [each.name for each in self.columns]
        if column in names:
            return column
        return next((name for name in names if name.lower() == column.lower()), None)


class TableIndex:
    """Finds tables by name, in the case rules of the schema's dialect.

    Keeps each table once it was asked for: a session of queries asks for the same few.
    """

    def __init__(
        self,
        schema: BuiltSchema,
        primary_keys: Mapping[str, tuple[str, ...]],
        enums: Mapping[str, tuple[str, ...]],
        functions: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> None:
        """Index a schema.

        Args:
            schema: The schema.
            primary_keys: The columns of the primary key by FQDN, for tables that have one.
            enums: The labels of the enums that are named types, by native type.
            functions: The kinds of each function that is not the engine's own, by name.
        """
        self.dialect = schema.dialect
        # Handed to sqlglot instead of the name, which it would look up a dozen times a query.
        self.spoken = Dialect.get_or_raise(schema.dialect)
        strategy = self.spoken.normalization_strategy
        self.ignores_case = strategy is NormalizationStrategy.CASE_INSENSITIVE
        # Whether MySQL tells tables apart by case is for its server to say, so it is not held
        # against a query; PostgreSQL always does.
        self.is_exact = schema.dialect in ("postgres", "redshift")
        self._schema = schema
        self._primary_keys = primary_keys
        self.enums = enums
        self.functions = functions
        self._tables: dict[str, Table] = {}
        self._fqdns: dict[str, dict[str, str]] = {}
        for fqdn, schema_name, table_name in schema.table_names():
            self._fqdns.setdefault(self.fold(schema_name), {})[self.fold(table_name)] = fqdn
        default = _DEFAULT_SCHEMAS.get(schema.dialect)
        if default not in self._fqdns and len(self._fqdns) == 1:
            default = next(iter(self._fqdns))
        self.default_schema = default
        """The schema of unqualified names; None where it cannot be told."""
        # Whoever answers one question of a query asks this two or three times: 0.2 ms each.
        self._mentioned = lru_cache(maxsize=16)(self._found_in)

    def fold(self, name: str) -> str:
        """An exact name as names are compared here."""
        return name.lower() if self.ignores_case else name

    def find(self, schema: str | None, name: str) -> Table | None:
        """The table of a name, or None.

        Args:
            schema: The schema the query names, as its engine folds it; None where it names none.
            name: The table's name, as the engine folds it.
        """
        wanted = schema if schema is not None else self.default_schema
        if wanted is None:
            return None
        fqdn = self._fqdns.get(self.fold(wanted), {}).get(self.fold(name))
        if fqdn is None and not self.is_exact:
            fqdn = self._in_any_case.get((wanted.lower(), name.lower()))
        return None if fqdn is None else self.table(fqdn)

    def table(self, fqdn: str) -> Table:
        """A table by its FQDN, which must be one of the schema's."""
        known = self._tables.get(fqdn)
        if known is None:
            known = self._tables[fqdn] = self._read(fqdn)
        return known

    def has_schema(self, name: str) -> bool:
        """Whether there is a schema of a name, the system's own among them."""
        return name in self._fqdns or name in ("information_schema", "pg_catalog", "public")

    def nearest_tables(self, name: str) -> tuple[str, ...]:
        """The tables whose names look most like a name, as a query would name them."""
        return tuple(self._as_written[each] for each in nearest(name, self._as_written))

    @cached_property
    def _as_written(self) -> Mapping[str, str]:
        """How a query would write each table, by its name alone."""
        written: dict[str, str] = {}
        for schema, tables in self._fqdns.items():
            for table, fqdn in tables.items():
                is_default = schema == self.default_schema
                written.setdefault(table, fqdn.partition(".")[2] if is_default else fqdn)
        return written

    def mentioned(self, sql: str) -> tuple[Table, ...]:
        """The tables whose name stands anywhere in a text: those it uses, and maybe more."""
        return self._mentioned(sql)

    def _found_in(self, sql: str) -> tuple[Table, ...]:
        words: set[str] = set()
        for match in _NAMES.finditer(sql):
            quoted, plain = next(filter(None, match.groups()[:3]), None), match[4]
            words.add(self.fold((quoted or plain).replace('""', '"')))
            if plain:
                words.add(plain.lower())
        return tuple(
            self.table(tables[word])
            for tables in self._fqdns.values()
            for word in sorted(words & tables.keys())
        )

    @cached_property
    def _in_any_case(self) -> dict[tuple[str, str], str]:
        return {
            (schema.lower(), table.lower()): fqdn
            for schema, tables in self._fqdns.items()
            for table, fqdn in tables.items()
        }

    def type_named(self, name: str) -> str | None:
        """The native type of some column that a query may call by a name; None if there is none."""
        if name in self._native_types:
            return name
        return next((each for each in self._native_types if each.endswith(f".{name}")), None)

    @cached_property
    def _native_types(self) -> frozenset[str]:
        types: list[Any] = pc.unique(self._schema.columns.column("native_type")).to_pylist()
        return frozenset(_MODIFIERS.sub("", each) for each in types)

    def _read(self, fqdn: str) -> Table:
        rows = self._schema.rows_of(fqdn)
        named: list[list[Any]] = [
            rows.column(each).to_pylist() for each in ("column_name", "native_type", "sqlglot_type")
        ]
        return Table(
            fqdn=fqdn,
            schema=rows.column("schema_name")[0].as_py(),
            name=rows.column("table_name")[0].as_py(),
            columns=tuple(
                Column(name, native, canonical, self.enums.get(native))
                for name, native, canonical in zip(*named, strict=True)
            ),
            primary_key=self._primary_keys.get(fqdn, ()),
        )
