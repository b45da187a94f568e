"""The files driver: every matching file of a folder is a table."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pydantic import Field

from metadata_assets.catalog.assemble import assemble
from metadata_assets.catalog.model import Catalog
from metadata_assets.sources.config import FileConfig
from metadata_assets.sources.files.csv import Unreadable, infer_csv
from metadata_assets.sources.files.folder import data_files
from metadata_assets.sources.staging import staging

_TABLES = ("schema_name", "table_name", "object_type", "bytes", "row_estimate", "properties")
_COLUMNS = ("schema_name", "table_name", "ordinal", "column_name", "native_type", "nullable")
_UNREADABLE = ("schema_name", "table_name", "reason")


class FilesConfig(FileConfig):
    """The `source_config` of a folder of files, or of one file."""

    patterns: tuple[str, ...] = Field(
        ("*.csv", "*.tsv"),
        description="GLOB patterns of the files to read, in the folder and those below it.",
    )


class FilesDriver:
    """Reads files as tables; types are inferred and named in DuckDB's dialect."""

    config_type = FilesConfig
    dialect = "duckdb"

    def extract(self, config: FilesConfig) -> Catalog:
        """Infer a table from each file; those that cannot be read are listed with the reason.

        Raises:
            SourceUnavailable: There is nothing at the path.
            SourceRefused: A folder may not be read.
        """
        tables: list[Sequence[object]] = []
        columns: list[Sequence[object]] = []
        unreadable: list[Sequence[object]] = []
        for file in data_files(config.path, config.patterns):
            name = (file.schema_name, file.table_name)
            try:
                table = infer_csv(file.path)
            except (Unreadable, OSError) as error:
                unreadable.append((*name, str(error)))
                continue
            tables.append((*name, "table", file.size, table.row_estimate, table.properties))
            columns += [
                (*name, ordinal, column, native_type, True)
                for ordinal, (column, native_type) in enumerate(table.columns, start=1)
            ]
        with staging() as stage:
            stage.load_rows("tables", _TABLES, tables)
            stage.load_rows("columns", _COLUMNS, columns)
            stage.load_rows("unreadable", _UNREADABLE, unreadable)
            return assemble(
                tables=stage.query("FROM tables"),
                columns=stage.query("FROM columns"),
                unreadable=stage.query("FROM unreadable"),
                include=config.include,
                exclude=config.exclude,
            )

    def fingerprint(self, config: FilesConfig) -> str:
        """Names, sizes, times and inodes of the files; no file is opened."""
        files = data_files(config.path, config.patterns)
        return json.dumps([(str(file.path), file.version) for file in files])
