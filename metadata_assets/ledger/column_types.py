"""Column types that read back the same on SQLite and PostgreSQL."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

from metadata_assets.ledger.encoding import canonical_json, storable_json, storable_text


class UtcTime(TypeDecorator[datetime]):
    """A moment: aware in, aware and in UTC out, to the microsecond."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time, which names no moment; SQLite stores the UTC wall clock."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without its zone names no moment: {value.isoformat()}")
        moment = value.astimezone(timezone.utc)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Read back in UTC."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            return value.replace(tzinfo=timezone.utc)
        return value.astimezone(timezone.utc)


class StorableText(TypeDecorator[str]):
    """Text from anywhere, with what a database refuses escaped."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """Escape NUL characters and lone surrogates."""
        return None if value is None else storable_text(value)


class StorableJson(TypeDecorator[Any]):
    """Any Python value as JSON, JSONB on PostgreSQL; None is NULL."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """JSONB where there is one."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(JSON(none_as_null=True))
        from sqlalchemy.dialects.postgresql import JSONB  # imports the support of six drivers

        return dialect.type_descriptor(JSONB(none_as_null=True))

    def process_bind_param(self, value: Any, _dialect: Dialect) -> Any:
        """Make it plain JSON, whatever it is."""
        return storable_json(value)


class _JsonbFromText(UserDefinedType[Any]):
    """JSONB that is given JSON text: PostgreSQL parses it, not Python."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """The type's name in DDL."""
        return "JSONB"


class JsonText(TypeDecorator[str]):
    """JSON text in, JSON text out, JSONB on PostgreSQL.

    For bulk loads: a hundred thousand definitions are never parsed on their way in.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """JSONB where there is one."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(_JsonbFromText())
        return dialect.type_descriptor(Text())

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        """JSONB keeps no key order, so its text is made canonical again."""
        if value is None or dialect.name != "postgresql":
            return None if value is None else str(value)
        # asyncpg hands the text over, psycopg what it says.
        return canonical_json(json.loads(value) if isinstance(value, str) else value)
