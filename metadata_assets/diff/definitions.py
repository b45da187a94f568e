"""What a table, column, key or index is defined as: the values that typed changes carry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from metadata_assets.schema.clauses import (
    comment_of,
    enforcement,
    index_ending,
    index_parts,
    key_clause,
    reference_clause,
)


@dataclass(frozen=True, slots=True)
class ColumnDefinition:
    """A column at one moment."""

    native_type: str
    nullable: bool | None
    default_expr: str | None
    generated_expr: str | None
    identity: str | None
    comment: str | None
    ordinal: int

    @classmethod
    def of(cls, column: Mapping[str, Any]) -> ColumnDefinition:
        """The definition that a row of a catalog's columns holds."""
        return cls(**{field.name: column[field.name] for field in fields(cls)})

    @property
    def is_required(self) -> bool:
        """Whether every new row must give it a value."""
        has_value = self.default_expr or self.generated_expr or self.identity
        return self.nullable is False and not has_value

    def __str__(self) -> str:
        """The definition as it reads in DDL."""
        parts = [
            self.native_type,
            f"GENERATED ALWAYS AS ({self.generated_expr})" if self.generated_expr else "",
            f"DEFAULT {self.default_expr}" if self.default_expr else "",
            "NOT NULL" if self.nullable is False else "",
        ]
        return " ".join(filter(None, parts))


@dataclass(frozen=True, slots=True)
class ConstraintDefinition:
    """A key, check or exclusion at one moment."""

    constraint_type: str
    constraint_name: str | None
    columns: tuple[str, ...]
    referenced_table: str | None
    referenced_columns: tuple[str, ...]
    on_delete: str | None
    on_update: str | None
    expression: str | None
    properties: str | None = None

    @property
    def comment(self) -> str | None:
        """The comment on it."""
        return comment_of(asdict(self))

    def __str__(self) -> str:
        """The definition as it reads in DDL, without its name."""
        row = asdict(self)
        if self.referenced_table is not None:
            said = reference_clause(row, self.referenced_table, str)
        elif self.expression is not None:
            said = f"{self.constraint_type.upper()} {self.expression}"
        else:
            said = key_clause(row, str)
        return f"{said}{enforcement(row)}"


@dataclass(frozen=True, slots=True)
class IndexDefinition:
    """An index at one moment."""

    index_name: str
    columns: tuple[str, ...]
    is_unique: bool | None
    method: str | None
    predicate: str | None
    properties: str | None = None

    @property
    def comment(self) -> str | None:
        """The comment on it."""
        return comment_of(asdict(self))

    def __str__(self) -> str:
        """The definition as it reads in DDL, without its name."""
        row = asdict(self)
        parts = [
            "UNIQUE INDEX" if self.is_unique else "INDEX",
            f"USING {self.method}" if self.method else "",
            f"{index_parts(self.columns, row)}{index_ending(row, str)}",
        ]
        return " ".join(filter(None, parts))
