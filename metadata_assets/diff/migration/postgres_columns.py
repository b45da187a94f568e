"""The steps of changed columns of PostgreSQL tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from metadata_assets.diff.changes import Change
from metadata_assets.diff.column_changes import (
    AddColumn,
    ChangeCollation,
    ChangeColumnComment,
    ChangeColumnProperties,
    ChangeDefault,
    ChangeGenerated,
    ChangeIdentity,
    ChangeNullability,
    ColumnChange,
    DropColumn,
    RetypeColumn,
)
from metadata_assets.diff.migration.clauses import Clauses, properties_of, raw
from metadata_assets.diff.migration.objects import Objects, Row
from metadata_assets.diff.migration.postgres_sequences import counted_by
from metadata_assets.diff.migration.script import ByHand, Phase, Statement, Step

_IDENTITIES = {"always": "ALWAYS", "by_default": "BY DEFAULT"}
_READABLE_AS_JSON = re.compile(r"(text|character|varchar|citext|jsonb?)\b(?!.*\[)")


@dataclass(frozen=True, slots=True)
class PostgresColumns:
    """Writes what happens to columns."""

    clauses: Clauses
    before: Objects
    after: Objects

    def steps(self, fqdn: str, change: ColumnChange) -> Iterator[Step]:
        """The steps of one change; none where that of a type is all there is to do."""
        write = _STEPS.get(type(change))
        if write is not None:
            yield from write(self, fqdn, change)

    def sequences(self, fqdn: str, *columns: str) -> Iterator[Step]:
        """Those that columns count by."""
        for column in self.after.tables[fqdn].columns:
            name = counted_by(column["default_expr"])
            if name and (not columns or column["column_name"] in columns):
                yield Statement(Phase.TYPES, f"CREATE SEQUENCE IF NOT EXISTS {name}")

    def definition(self, column: Row) -> exp.ColumnDef:
        """A column with its clauses."""
        return self.clauses.column(
            {**column, "native_type": self._type(column)}, self._column_clauses(column)
        )

    def made_anew(self, fqdn: str, changes: Sequence[Change]) -> list[str]:
        """Columns that become generated, and generated ones whose columns change their type."""
        became = {
            change.column
            for change in changes
            if isinstance(change, ChangeGenerated) and change.before is None
        }
        retyped = {change.column for change in changes if isinstance(change, RetypeColumn)}
        held = {
            column["column_name"]
            for column in self.before.tables[fqdn].columns
            if column["generated_expr"]
            and any(
                re.search(rf"\b{re.escape(name)}\b", column["generated_expr"]) for name in retyped
            )
        }
        still_there = {column["column_name"] for column in self.after.tables[fqdn].columns}
        return sorted((became | held) & still_there)

    def remade(self, fqdn: str, name: str) -> Iterator[Step]:
        """Drop a computed column and add it again."""
        column = self.after.tables[fqdn].column(name)
        text = self.clauses.drop_column(fqdn, name)
        yield Statement(Phase.RENAME_PARTS, text, "It comes back below, in another place.")
        yield Statement(Phase.ALTER_COLUMNS, self.clauses.alter(fqdn, self.definition(column)))
        if column["comment"]:
            yield self.comment(fqdn, name, column["comment"])

    def comment(self, fqdn: str, column: str, comment: str | None) -> Statement:
        """The statement that comments a column."""
        name = f"{self.clauses.full_name(fqdn)}.{self.clauses.name(column)}"
        text = self.clauses.literal(comment)
        return Statement(Phase.COMMENTS, f"COMMENT ON COLUMN {name} IS {text}")

    def _type(self, column: Row) -> str:
        more = properties_of(column).get("dimensions", 1) - 1
        return f"{column['native_type']}{'[]' * more}"

    def _column_clauses(self, column: Row) -> list[str]:
        identity = _IDENTITIES.get(column["identity"] or "")
        generated = column["generated_expr"]
        how = properties_of(column).get("generated", "stored").upper()
        return [
            f"COLLATE {column['collation']}" if column["collation"] else "",
            f"GENERATED ALWAYS AS ({generated}) {how}" if generated else "",
            f"GENERATED {identity} AS IDENTITY" if identity else "",
            f"DEFAULT {column['default_expr']}" if column["default_expr"] else "",
            "NOT NULL" if column["nullable"] is False else "",
        ]

    def _retyped(self, fqdn: str, change: ColumnChange) -> Iterator[Step]:
        """Type and collation; a default that is no longer one of the type would be in the way."""
        name = change.column
        was, now = (side.tables[fqdn].column(name) for side in (self.before, self.after))
        if was["default_expr"]:
            text = self.clauses.alter_column(fqdn, name, drop=True)
            yield Statement(Phase.ALTER_COLUMNS, text)
        kind = self._type(now)
        text = self.clauses.alter_column(
            fqdn,
            name,
            dtype=raw(kind),
            collate=raw(now["collation"]) if now["collation"] else None,
            using=raw(_cast(self.clauses.name(name), was, kind)),
        )
        yield Statement(Phase.ALTER_COLUMNS, text)
        if now["default_expr"]:
            text = self.clauses.alter_column(fqdn, name, default=raw(now["default_expr"]))
            yield Statement(Phase.ALTER_COLUMNS, text)

    def _defaulted(self, fqdn: str, change: ChangeDefault) -> Iterator[Step]:
        yield from self.sequences(fqdn, change.column)
        what = {"drop": True} if change.after is None else {"default": raw(change.after)}
        text = self.clauses.alter_column(fqdn, change.column, **what)
        yield Statement(Phase.ALTER_COLUMNS, text)

    def _generated(self, fqdn: str, change: ChangeGenerated) -> Iterator[Step]:
        column = self.clauses.name(change.column)
        if change.after is None:
            text = self.clauses.alter(fqdn, f"ALTER COLUMN {column} DROP EXPRESSION")
            yield Statement(Phase.ALTER_COLUMNS, text)
        else:
            action = f"ALTER COLUMN {column} SET EXPRESSION AS ({change.after})"
            yield Statement(
                Phase.ALTER_COLUMNS,
                self.clauses.alter(fqdn, action),
                "Before PostgreSQL 17: drop the column and add it again.",
            )

    def _numbered(self, fqdn: str, change: ChangeIdentity) -> Iterator[Step]:
        column = self.clauses.name(change.column)
        if change.after is None:
            action = f"ALTER COLUMN {column} DROP IDENTITY"
        elif change.before is None:
            identity = _IDENTITIES[change.after]
            action = f"ALTER COLUMN {column} ADD GENERATED {identity} AS IDENTITY"
        else:
            action = f"ALTER COLUMN {column} SET GENERATED {_IDENTITIES[change.after]}"
        phase = Phase.ALTER_COLUMNS if change.after is None else Phase.DROP_COLUMNS
        yield Statement(phase, self.clauses.alter(fqdn, action))

    def _added(self, fqdn: str, change: AddColumn) -> Iterator[Step]:
        yield from self.sequences(fqdn, change.column)
        column = self.after.tables[fqdn].column(change.column)
        fails = "Fails where there are rows: add it nullable and fill it first."
        yield Statement(
            Phase.ADD_COLUMNS,
            self.clauses.alter(fqdn, self.definition(column)),
            fails if change.definition.is_required else None,
        )
        if column["comment"]:
            yield self.comment(fqdn, change.column, column["comment"])

    def _dropped(self, fqdn: str, change: DropColumn) -> Iterator[Step]:
        yield Statement(Phase.DROP_COLUMNS, self.clauses.drop_column(fqdn, change.column))

    def _nulled(self, fqdn: str, change: ChangeNullability) -> Iterator[Step]:
        text = self.clauses.set_nullability(fqdn, change.column, nullable=change.after)
        yield Statement(Phase.ALTER_COLUMNS, text)

    def _commented(self, fqdn: str, change: ChangeColumnComment) -> Iterator[Step]:
        yield self.comment(fqdn, change.column, change.after)

    def _kept_otherwise(self, fqdn: str, change: ChangeColumnProperties) -> Iterator[Step]:
        was, now = (properties_of({"properties": side}) for side in (change.before, change.after))
        if not self.after.tables[fqdn].column(change.column)["generated_expr"]:
            was.pop("generated", None)  # DROP EXPRESSION has seen to it
        if was != now:
            yield ByHand(change, "drop the column and add it again, if it matters")


def _cast(name: str, was: Row, kind: str) -> str:
    """A column's value as one of another type."""
    if kind in ("json", "jsonb") and not _READABLE_AS_JSON.match(was["native_type"]):
        return f"to_{kind}({name})"
    # An enum is cast to nothing but text.
    return f"{name}{'::text' * bool(was['allowed_values'])}::{kind}"


_STEPS: Mapping[type[Change], Callable[[PostgresColumns, str, Any], Iterator[Step]]] = {
    AddColumn: PostgresColumns._added,
    ChangeCollation: PostgresColumns._retyped,
    ChangeColumnComment: PostgresColumns._commented,
    ChangeColumnProperties: PostgresColumns._kept_otherwise,
    ChangeDefault: PostgresColumns._defaulted,
    ChangeGenerated: PostgresColumns._generated,
    ChangeIdentity: PostgresColumns._numbered,
    ChangeNullability: PostgresColumns._nulled,
    DropColumn: PostgresColumns._dropped,
    RetypeColumn: PostgresColumns._retyped,
}
"""What writes the steps of each change of a column."""
