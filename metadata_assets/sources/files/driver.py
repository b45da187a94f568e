"""The files driver: every matching file of a folder is a table, or several."""

from __future__ import annotations

import json
from collections.abc import Generator, Sequence

from pydantic import Field

from metadata_assets.catalog.assemble import assemble
from metadata_assets.catalog.model import Catalog
from metadata_assets.catalog.sampling import NoSample, Sample, SampledTable
from metadata_assets.sources.config import FileConfig
from metadata_assets.sources.files.columnar import read_parquet
from metadata_assets.sources.files.delimited import infer_delimited
from metadata_assets.sources.files.documents import infer_documents
from metadata_assets.sources.files.folder import data_files, free_name, require_regular
from metadata_assets.sources.files.formats import patterns, reader_of
from metadata_assets.sources.files.inferred import Unreadable
from metadata_assets.sources.files.sample import file_samples
from metadata_assets.sources.files.spreadsheet import infer_sheets
from metadata_assets.sources.files.workbench import workbench
from metadata_assets.sources.staging import staging

_TABLES = ("schema_name", "table_name", "object_type", "bytes", "row_estimate", "properties")
_COLUMNS = (
    "schema_name",
    "table_name",
    "ordinal",
    "column_name",
    "native_type",
    "nullable",
    "properties",
)
_UNREADABLE = ("schema_name", "table_name", "reason")


_PATTERNS = "GLOB patterns of the files to read, in the folder and those below it."


class FilesConfig(FileConfig):
    """The `source_config` of a folder of files of any format, or of one file."""

    patterns: tuple[str, ...] = Field(patterns(), description=_PATTERNS)


class CSVConfig(FilesConfig):
    """The `source_config` of delimited text files."""

    patterns: tuple[str, ...] = Field(patterns(infer_delimited), description=_PATTERNS)


class ExcelConfig(FilesConfig):
    """The `source_config` of workbooks."""

    patterns: tuple[str, ...] = Field(patterns(infer_sheets), description=_PATTERNS)


class JSONConfig(FilesConfig):
    """The `source_config` of JSON files."""

    patterns: tuple[str, ...] = Field(patterns(infer_documents), description=_PATTERNS)


class ParquetConfig(FilesConfig):
    """The `source_config` of Parquet files."""

    patterns: tuple[str, ...] = Field(patterns(read_parquet), description=_PATTERNS)


class FilesDriver:
    """Reads files as tables; types are inferred and named in DuckDB's dialect."""

    config_type: type[FilesConfig] = FilesConfig
    dialect = "duckdb"

    def extract(self, config: FilesConfig) -> Catalog:
        """Infer tables from each file; those that cannot be read are listed with the reason.

        Raises:
            SourceUnavailable: There is nothing at the path.
            SourceRefused: A folder may not be read.
        """
        tables: list[tuple[object, ...]] = []
        columns: list[tuple[object, ...]] = []
        unreadable: list[tuple[object, ...]] = []
        taken: set[tuple[str, str]] = set()
        with workbench() as bench:
            for file in data_files(config.path, config.patterns):
                try:
                    require_regular(file.path)
                    with bench.one_file():
                        inferred = reader_of(file.path)(file.path, bench)
                # A ValueError is what parsers say of text or numbers that are none.
                except (Unreadable, OSError, ValueError) as error:
                    name = free_name(file.schema_name, file.table_name, taken)
                    unreadable.append((*name, str(error)))
                    continue
                for table in inferred:
                    part = f"{file.table_name}.{table.part}" if table.part else file.table_name
                    name = free_name(file.schema_name, part, taken)
                    tables.append((*name, "table", file.size, table.row_estimate, table.properties))
                    columns += [
                        (*name, ordinal, c.name, c.native_type, c.nullable, c.properties)
                        for ordinal, c in enumerate(table.columns, start=1)
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

    def samples(
        self, config: FilesConfig, tables: Sequence[SampledTable]
    ) -> Generator[Sample | NoSample, None, None]:
        """Some rows of each table; raises what `extract` raises."""
        with workbench() as bench:
            files = data_files(config.path, config.patterns)
            yield from file_samples(bench, files, tables)

    def fingerprint(self, config: FilesConfig) -> str:
        """Names, sizes, times and inodes of the files; no file is opened."""
        files = data_files(config.path, config.patterns)
        return json.dumps([(str(file.path), file.version) for file in files])


class CSVDriver(FilesDriver):
    """Reads delimited text files."""

    config_type = CSVConfig


class ExcelDriver(FilesDriver):
    """Reads workbooks."""

    config_type = ExcelConfig


class JSONDriver(FilesDriver):
    """Reads JSON files."""

    config_type = JSONConfig


class ParquetDriver(FilesDriver):
    """Reads Parquet files."""

    config_type = ParquetConfig
