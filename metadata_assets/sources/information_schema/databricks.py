"""Databricks: a few queries over the information_schema of one Unity Catalog catalog."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

from pydantic import Field

from metadata_assets.catalog.model import Catalog
from metadata_assets.sources.config import Secret, SourceConfig
from metadata_assets.sources.driver import catalog_sql
from metadata_assets.sources.information_schema.warehouse import (
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
        *("table_schema", "table_name", "table_type", "table_owner", "comment"),
        "data_source_format",
    ),
    "columns": (
        *("table_schema", "table_name", "column_name", "ordinal_position", "column_default"),
        *("is_nullable", "full_data_type", "comment", "is_generated", "generation_expression"),
        *("is_identity", "identity_generation", "partition_ordinal_position"),
    ),
    "views": ("table_schema", "table_name", "view_definition"),
    "constraints": (
        *("constraint_schema", "constraint_name", "table_schema", "table_name"),
        *("constraint_type", "unique_constraint_schema", "unique_constraint_name"),
        *("unique_constraint_catalog", "constraint_catalog", "delete_rule", "update_rule"),
        "check_clause",
    ),
    "key_columns": (
        *("constraint_schema", "constraint_name", "table_schema", "table_name", "column_name"),
        *("ordinal_position", "position_in_unique_constraint", "constraint_catalog"),
    ),
}
"""The queries, and what is used of their answers."""


_ATTEMPTS = 3


class DatabricksConfig(SourceConfig):
    """The `source_config` of one catalog of a Databricks workspace."""

    server_hostname: str = Field(min_length=1, description="`adb-….azuredatabricks.net`.")
    http_path: str = Field(min_length=1, description="Of a SQL warehouse.")
    catalog: str = Field(min_length=1, description="The Unity Catalog catalog to read.")
    access_token: Secret = Field("", description="A personal access token, as a reference.")
    client_id: str = Field("", description="Of a service principal, instead of a token.")
    client_secret: Secret = ""
    connect_timeout: int = Field(60, ge=1, description="Seconds without a word from the server.")
    statement_timeout: int = Field(300, ge=1, description="Seconds that one query may take.")


class DatabricksDriver:
    """Reads one catalog of Unity Catalog."""

    config_type = DatabricksConfig
    dialect = "databricks"

    def extract(self, config: DatabricksConfig) -> Catalog:
        """Read the whole catalog, of all schemas but its information_schema.

        Raises:
            SourceUnavailable: Databricks cannot be reached, or took too long.
            SourceRefused: It refuses us, or the connector is not installed.
        """
        with connected(config) as cursor:
            return catalog_of("databricks", read(cursor, config), WANTED, config)

    def fingerprint(self, config: DatabricksConfig) -> str:
        """A hash over the same answers: none of them changes with rows that come and go."""
        with connected(config) as cursor:
            return fingerprint_of(read(cursor, config), WANTED, ())


def read(cursor: Cursor, config: DatabricksConfig) -> Answers:
    """Ask everything there is to ask."""
    quoted = f"`{config.catalog.replace('`', '``')}`"
    return {
        name: ask(cursor, catalog_sql("databricks", name).format(catalog=quoted)) for name in WANTED
    }


def connected(config: DatabricksConfig) -> AbstractContextManager[Cursor]:
    """A cursor in the workspace; see `Warehouse.cursor`."""
    databricks = connector("databricks.sql", extra="databricks")
    # Not every error of the network is made one of the connector's.
    network = connector("urllib3.exceptions", extra="databricks").HTTPError
    warehouse = Warehouse(
        name="Databricks",
        where=f"{config.server_hostname}/{config.catalog}",
        errors=(databricks.Error, network),
        # A statement that failed on the server is another of its DatabaseErrors.
        is_transient=lambda error: isinstance(
            error, databricks.OperationalError | databricks.InterfaceError | network
        ),
        least_privileges="GRANT USE CATALOG on the catalog, USE SCHEMA and BROWSE on its schemas, "
        "and CAN USE on the SQL warehouse.",
    )
    return warehouse.cursor(
        lambda: databricks.connect(
            server_hostname=config.server_hostname,
            http_path=config.http_path,
            **_credentials(config),
            session_configuration={"STATEMENT_TIMEOUT": str(config.statement_timeout)},
            _socket_timeout=config.connect_timeout,
            # Left alone, it tries for a quarter of an hour.
            _retry_stop_after_attempts_count=_ATTEMPTS,
            _retry_stop_after_attempts_duration=config.connect_timeout,
            user_agent_entry="metadata_assets",
        )
    )


def _credentials(config: DatabricksConfig) -> dict[str, Any]:
    if config.access_token:
        return {"access_token": config.access_token}
    sdk = connector("databricks.sdk.core", extra="databricks")
    settings = sdk.Config(
        host=f"https://{config.server_hostname}",
        client_id=config.client_id,
        client_secret=config.client_secret,
    )
    return {"credentials_provider": lambda: sdk.oauth_service_principal(settings)}
