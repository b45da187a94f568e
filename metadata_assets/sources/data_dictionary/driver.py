"""A data dictionary: a catalog that is itself a table, which people or another program keep.

In CSV files, in a workbook, or in any database that SQLAlchemy reaches. It has rows about columns,
and may have rows about tables and about views.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import partial

from pydantic import Field, field_validator, model_validator
from sqlalchemy.engine import Connection

from metadata_assets.catalog.model import Catalog
from metadata_assets.sources.config import Url
from metadata_assets.sources.create_table.text import created_query
from metadata_assets.sources.data_dictionary.columns import (
    KNOWN,
    WANTED,
    filled_down,
    renamed,
    split_name,
)
from metadata_assets.sources.data_dictionary.files import FILES, read_files
from metadata_assets.sources.data_dictionary.times import sortable_times
from metadata_assets.sources.files.folder import data_files
from metadata_assets.sources.information_schema.warehouse import (
    Answer,
    Answers,
    catalog_of,
    fingerprint_of,
)
from metadata_assets.sources.sqlalchemy.connection import ConnectionConfig, connected

_STATEMENT = re.compile(r"\s*(?:\w+\s+\S|select\b(?!\.)|\(|--|/\*)", re.IGNORECASE)
"""A word and what follows it, as `SELECT …` and `WITH …` begin; of a name, a blank is in quotes."""


class DataDictionaryConfig(ConnectionConfig):
    """The `source_config` of a data dictionary: a `path`, or a `url`."""

    path: str = Field("", description="A CSV file, a folder of them, or a workbook.")
    url: Url = Field("", description="Of a database, as SQLAlchemy writes it.")
    column_rows: str = Field(
        "", description="The file, sheet, table or SELECT with a row a column; `Column_Metadata`."
    )
    table_rows: str = Field("", description="The same with a row a table; `Table_Metadata`.")
    view_rows: str = Field("", description="The same with a row a view; `View_Definitions`.")
    columns: Mapping[str, str] = Field(
        default_factory=dict,
        description="What its columns are called: `data_type: Datentyp`. Known: "
        f"{', '.join(KNOWN)}.",
    )
    within: str = Field(
        "", description="What every table_fqdn begins with and need not: a project."
    )

    @field_validator("columns")
    @classmethod
    def _known_columns(cls, columns: Mapping[str, str]) -> Mapping[str, str]:
        unknown = sorted(set(columns) - set(KNOWN))
        if unknown:
            raise ValueError(f"a dictionary has no `{unknown[0]}`; known: {', '.join(KNOWN)}")
        return columns

    @model_validator(mode="after")
    def _tells_its_dialect(self) -> DataDictionaryConfig:
        """Unlike of a database, the dialect may stay unknown; but there is one place to read."""
        if bool(self.path) == bool(self.url):
            raise ValueError("say where the dictionary is: either a `path` or a `url`")
        if self.url and not self.column_rows:
            raise ValueError("say which table or SELECT has its `column_rows`")
        return self

    @property
    def places(self) -> dict[str, str]:
        """Where each part is, empty for the usual name."""
        return {"tables": self.table_rows, "columns": self.column_rows, "views": self.view_rows}


class DataDictionaryDriver:
    """Reads a data dictionary as the catalog it describes."""

    config_type = DataDictionaryConfig
    # SQLGlot's own, unless the dictionary's url or `dialect` says otherwise.
    dialect = ""

    def extract(self, config: DataDictionaryConfig) -> Catalog:
        """Read the catalog the dictionary describes, without what it marks as gone.

        Raises:
            SourceUnavailable: The file or database cannot be reached.
            SourceRefused: It is no dictionary: a column is missing, or it cannot be read.
        """
        return catalog_of("data_dictionary", _read(config), WANTED, config)

    def fingerprint(self, config: DataDictionaryConfig) -> str:
        """Size and time of its files; of one in a database, a hash over its rows."""
        if config.path:
            files = data_files(config.path, FILES)
            return json.dumps([(str(file.path), file.version) for file in files])
        return fingerprint_of(_read(config), WANTED, ("place",))


def _read(config: DataDictionaryConfig) -> Answers:
    found = read_files(config.path, config.places) if config.path else _query(config)
    answers = renamed(found, config.columns, where=config.path or "data_dictionary")
    if config.path:  # The rows of a database have no order.
        answers["columns"] = filled_down(answers["columns"], "table_fqdn")
    split = partial(split_name, within=config.within)
    return {
        "tables": _dated(answers["tables"].mapped("table_fqdn", split), "last_updated_ts"),
        "columns": _dated(answers["columns"].mapped("table_fqdn", split), "profile_timestamp"),
        "views": answers["views"].mapped("view_name", split).mapped("sql_query", created_query),
    }


def _dated(answer: Answer, column: str) -> Answer:
    place = answer.columns.index(column)
    return answer.mapped(column, sortable_times(str(r[place]) for r in answer.rows if r[place]))


def _query(config: DataDictionaryConfig) -> Answers:
    with connected(config) as connection:
        return {
            part: _asked(connection, place if _STATEMENT.match(place) else f"SELECT * FROM {place}")
            for part, place in config.places.items()
            if place
        }


def _asked(connection: Connection, statement: str) -> Answer:
    # Without parameters, a % in the statement is itself to every DB-API driver.
    found = connection.execution_options(no_parameters=True).exec_driver_sql(statement)
    return Answer(tuple(found.keys()), tuple(tuple(map(_trimmed, row)) for row in found))


def _trimmed(value: object) -> object:
    """A value as one of a file is read: a `char(9)` is padded, and blanks alone say nothing."""
    if isinstance(value, bytes):
        # The BIT(1) of MySQL is a byte of that value; else it is text without a character set.
        value = str(value[0]) if value in (b"\0", b"\1") else value.decode(errors="replace")
    return (value.strip() or None) if isinstance(value, str) else value
