"""Snowflake: a few queries over the information_schema of one database, and SHOW for its keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager

from pydantic import Field

from metadata_assets.catalog.model import Catalog
from metadata_assets.sources.config import Secret, SourceConfig
from metadata_assets.sources.create_table.text import created_query
from metadata_assets.sources.driver import catalog_sql
from metadata_assets.sources.information_schema.warehouse import (
    Answer,
    Answers,
    Cursor,
    Warehouse,
    ask,
    catalog_of,
    connector,
    fingerprint_of,
)

WANTED: Mapping[str, tuple[str, ...]] = {
    "tables": (
        *("table_schema", "table_name", "table_type", "table_owner", "row_count", "bytes"),
        *("comment", "clustering_key", "is_transient", "is_dynamic", "is_iceberg"),
    ),
    "columns": (
        *("table_schema", "table_name", "column_name", "ordinal_position", "column_default"),
        *("is_nullable", "data_type", "character_maximum_length", "numeric_precision"),
        *("numeric_scale", "datetime_precision", "collation_name", "is_identity"),
        *("identity_generation", "comment"),
    ),
    "views": ("table_schema", "table_name", "view_definition", "is_secure"),
    "primary_keys": (
        *("schema_name", "table_name", "column_name", "key_sequence", "constraint_name"),
    ),
    "unique_keys": (
        *("schema_name", "table_name", "column_name", "key_sequence", "constraint_name"),
    ),
    "imported_keys": (
        *("pk_schema_name", "pk_table_name", "pk_column_name", "fk_schema_name", "fk_table_name"),
        *("fk_column_name", "key_sequence", "update_rule", "delete_rule", "fk_name"),
        *("pk_database_name", "fk_database_name"),
    ),
}
"""The queries, and what is used of their answers."""
KEYS = ("primary_keys", "unique_keys", "imported_keys")
"""Those that SHOW the keys of one schema."""
_VOLATILE = ("row_count", "bytes")
_CREDENTIALS = (
    *("account", "user", "database", "password", "private_key_file", "private_key_file_pwd"),
    *("authenticator", "token", "role", "warehouse"),
)
_MOST_SHOWN = 10_000
"""How many rows a SHOW tells at most."""


class SnowflakeConfig(SourceConfig):
    """The `source_config` of one Snowflake database."""

    account: str = Field(min_length=1, description="`organization-account`.")
    user: str = Field(min_length=1)
    database: str = Field(min_length=1, description="As Snowflake stores it: upper case mostly.")
    password: Secret = ""
    private_key_file: str = Field("", description="Path of the key, for key-pair authentication.")
    private_key_file_pwd: Secret = ""
    authenticator: str = Field("", description="`oauth`, `programmatic_access_token`, …")
    token: Secret = Field("", description="For `oauth` and `programmatic_access_token`.")
    role: str = ""
    warehouse: str = Field("", description="SHOW needs none, the information_schema does.")
    connect_timeout: int = Field(30, ge=1, description="Seconds.")
    statement_timeout: int = Field(300, ge=1, description="Seconds that one query may take.")


class SnowflakeDriver:
    """Reads the catalog of one Snowflake database."""

    config_type = SnowflakeConfig
    dialect = "snowflake"

    def extract(self, config: SnowflakeConfig) -> Catalog:
        """Read the whole catalog, of all schemas but the system's.

        Raises:
            SourceUnavailable: Snowflake cannot be reached, or took too long.
            SourceRefused: It refuses us, or the connector is not installed.
        """
        with connected(config) as cursor:
            return catalog_of("snowflake", read(cursor), WANTED, config)

    def fingerprint(self, config: SnowflakeConfig) -> str:
        """A hash over the same answers, row counts and sizes aside.

        The times of change that Snowflake keeps do not tell of every comment and key.
        """
        with connected(config) as cursor:
            return fingerprint_of(read(cursor), WANTED, _VOLATILE)


def read(cursor: Cursor) -> Answers:
    """Ask everything there is to ask."""
    answers = {
        name: ask(cursor, catalog_sql("snowflake", name)) for name in ("tables", "columns", "views")
    }
    answers["views"] = answers["views"].mapped("view_definition", created_query)
    tables = answers["tables"].only(("table_schema", "table_name"))
    schemas: dict[str, list[str]] = {}
    for schema, table in tables.rows:
        schemas.setdefault(str(schema), []).append(str(table))
    for name in KEYS:
        found = Answer(WANTED[name], ())
        for schema, names in sorted(schemas.items()):
            for shown in _shown(cursor, name, schema, names):
                found = found.and_also(shown.only(WANTED[name]))
        answers[name] = found
    return answers


def _shown(cursor: Cursor, name: str, schema: str, tables: Sequence[str]) -> Iterator[Answer]:
    """The keys of a schema: at once, or table by table where they are more than a SHOW tells."""
    show, place = catalog_sql("snowflake", name), _quoted(schema)
    shown = ask(cursor, show.format(place=f"SCHEMA {place}"))
    if len(shown.rows) < _MOST_SHOWN:
        yield shown
        return
    for table in tables:
        yield ask(cursor, show.format(place=f"TABLE {place}.{_quoted(table)}"))


def connected(config: SnowflakeConfig) -> AbstractContextManager[Cursor]:
    """A cursor in the database; see `Warehouse.cursor`."""
    snowflake = connector("snowflake.connector", extra="snowflake")
    warehouse = Warehouse(
        name="Snowflake",
        where=f"{config.account}/{config.database}",
        errors=(snowflake.Error,),
        is_transient=lambda e: isinstance(e, snowflake.OperationalError | snowflake.InterfaceError),
        least_privileges="GRANT USAGE on the warehouse, the database and its schemas, and "
        "REFERENCES on the tables and views, to the role.",
    )
    given = {name: getattr(config, name) for name in _CREDENTIALS}
    return warehouse.cursor(
        lambda: snowflake.connect(
            **{name: value for name, value in given.items() if value},
            login_timeout=config.connect_timeout,
            session_parameters={
                "STATEMENT_TIMEOUT_IN_SECONDS": config.statement_timeout,
                "QUERY_TAG": "metadata_assets",
            },
        )
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
