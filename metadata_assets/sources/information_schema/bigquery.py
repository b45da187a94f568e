"""BigQuery: a few queries over the INFORMATION_SCHEMA of one project in one location.

Its views of keys exist by dataset only, so each dataset is asked for those.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

from pydantic import Field

from metadata_assets.catalog.model import Catalog
from metadata_assets.errors import SourceRefused
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
from metadata_assets.sources.paths import require_file

WANTED: Mapping[str, tuple[str, ...]] = {
    "tables": ("table_schema", "table_name", "table_type", "ddl"),
    "columns": (
        *("table_schema", "table_name", "column_name", "ordinal_position", "is_nullable"),
        *("data_type", "column_default", "collation_name", "is_generated"),
        *("generation_expression", "is_partitioning_column", "clustering_ordinal_position"),
    ),
    "fields": ("table_schema", "table_name", "column_name", "field_path", "description"),
    "views": ("table_schema", "table_name", "view_definition"),
    "options": ("table_schema", "table_name", "option_name", "option_value"),
    "key_columns": (
        *("constraint_schema", "constraint_name", "table_schema", "table_name", "column_name"),
        *("ordinal_position", "position_in_unique_constraint"),
    ),
    "referenced": ("constraint_schema", "constraint_name", "table_schema", "table_name"),
}
"""The queries, and what is used of their answers."""
BY_DATASET = ("key_columns", "referenced")
"""Those that ask one dataset."""


class BigQueryConfig(SourceConfig):
    """The `source_config` of the datasets of a project in one location.

    Where no credentials are given, Google's defaults apply: GOOGLE_APPLICATION_CREDENTIALS, or the
    account of the machine.
    """

    project: str = Field(min_length=1)
    location: str = Field("us", description="A region or multi-region, such as `europe-west1`.")
    datasets: tuple[str, ...] = Field((), description="Those to read; all where empty.")
    credentials_file: str = Field("", description="Path of a service account's key.")
    credentials_json: Secret = Field("", description="The text of such a key, as a reference.")
    statement_timeout: int = Field(300, ge=1, description="Seconds that one query may take.")


class BigQueryDriver:
    """Reads the datasets of one BigQuery project in one location."""

    config_type = BigQueryConfig
    dialect = "bigquery"

    def extract(self, config: BigQueryConfig) -> Catalog:
        """Read the whole catalog; each dataset is a schema.

        Raises:
            SourceUnavailable: BigQuery cannot be reached, or took too long.
            SourceRefused: It refuses us, or the connector is not installed.
        """
        with connected(config) as cursor:
            return catalog_of("bigquery", read(cursor, config), WANTED, config)

    def fingerprint(self, config: BigQueryConfig) -> str:
        """A hash over the same answers: none of them changes with rows that come and go.

        BigQuery's times of change do not move when a description is edited.
        """
        with connected(config) as cursor:
            return fingerprint_of(read(cursor, config), WANTED, ())


def read(cursor: Cursor, config: BigQueryConfig) -> Answers:
    """Ask everything there is to ask."""
    region = f"{_quoted(config.project)}.{_quoted(f'region-{config.location.lower()}')}"
    answers = {
        name: _of_datasets(ask(cursor, catalog_sql("bigquery", name).format(place=region)), config)
        for name in WANTED
        if name not in BY_DATASET
    }
    answers["tables"] = answers["tables"].mapped("ddl", created_query)
    datasets = sorted({str(row[0]) for row in answers["tables"].only(["table_schema"]).rows})
    for name in BY_DATASET:
        found = Answer(WANTED[name], ())
        for dataset in datasets:
            place = f"{_quoted(config.project)}.{_quoted(dataset)}"
            told = ask(cursor, catalog_sql("bigquery", name).format(place=place))
            found = found.and_also(told.only(WANTED[name]))
        answers[name] = found
    return answers


def _of_datasets(answer: Answer, config: BigQueryConfig) -> Answer:
    if not config.datasets:
        return answer
    place = answer.columns.index("table_schema")
    return Answer(answer.columns, tuple(r for r in answer.rows if r[place] in config.datasets))


def _quoted(name: str) -> str:
    # A name cannot hold a backtick; one in the configuration must not end the quotes.
    return f"`{name.replace('`', '')}`"


def connected(config: BigQueryConfig) -> AbstractContextManager[Cursor]:
    """A cursor in the project; see `Warehouse.cursor`."""
    bigquery = connector("google.cloud.bigquery", extra="bigquery")
    dbapi = connector("google.cloud.bigquery.dbapi", extra="bigquery")
    google = connector("google.api_core.exceptions", extra="bigquery")
    auth = connector("google.auth.exceptions", extra="bigquery")
    warehouse = Warehouse(
        name="BigQuery",
        where=f"{config.project}/{config.location}",
        errors=(google.GoogleAPIError, auth.GoogleAuthError, dbapi.Error),
        is_transient=_is_transient,
        least_privileges="Give the account roles/bigquery.metadataViewer and "
        "roles/bigquery.jobUser on the project, and check project and location.",
    )
    job = bigquery.QueryJobConfig(
        job_timeout_ms=1000 * config.statement_timeout, labels={"application": "metadata_assets"}
    )
    return warehouse.cursor(
        lambda: dbapi.connect(
            bigquery.Client(
                project=config.project,
                location=config.location,
                credentials=_credentials(config),
                default_query_job_config=job,
            )
        )
    )


def _is_transient(error: Exception) -> bool:
    """Whether an error is none of the request's own: those have the HTTP codes of 400 and on."""
    code = getattr(error, "code", None)
    return not (isinstance(code, int) and 400 <= code < 500 and code not in (408, 429))


def _credentials(config: BigQueryConfig) -> Any:
    """The configured service account, or None: Google's defaults."""
    account = connector("google.oauth2.service_account", extra="bigquery").Credentials
    if config.credentials_file:
        return account.from_service_account_file(str(require_file(config.credentials_file)))
    if not config.credentials_json:
        return None
    try:
        return account.from_service_account_info(json.loads(config.credentials_json))
    except ValueError:
        # Its text would repeat parts of the key.
        raise SourceRefused(
            "credentials_json is no key of a service account", where=config.project
        ) from None
