"""What a table, column, key or index is defined as: the values that typed changes carry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


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

    def __str__(self) -> str:
        """The definition as it reads in DDL, without its name."""
        parts = [self.constraint_type.replace("_", " ").upper()]
        if self.columns and self.expression is None:
            parts.append(_in_parentheses(self.columns))
        if self.expression is not None:
            parts.append(self.expression)
        if self.referenced_table is not None:
            referenced = _in_parentheses(self.referenced_columns)
            parts.append(f"REFERENCES {self.referenced_table} {referenced}")
        if self.on_delete:
            parts.append(f"ON DELETE {self.on_delete}")
        if self.on_update:
            parts.append(f"ON UPDATE {self.on_update}")
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class IndexDefinition:
    """An index at one moment."""

    index_name: str
    columns: tuple[str, ...]
    is_unique: bool | None
    method: str | None
    predicate: str | None

    def __str__(self) -> str:
        """The definition as it reads in DDL, without its name."""
        parts = [
            "UNIQUE INDEX" if self.is_unique else "INDEX",
            f"USING {self.method}" if self.method else "",
            _in_parentheses(self.columns),
            f"WHERE {self.predicate}" if self.predicate else "",
        ]
        return " ".join(filter(None, parts))


def _in_parentheses(names: tuple[str, ...]) -> str:
    return f"({', '.join(names)})"
