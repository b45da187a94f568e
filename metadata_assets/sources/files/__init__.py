"""Folders of data files: each file a table, its columns and types inferred from the data."""

from metadata_assets.sources.files.driver import (
    CSVDriver,
    ExcelDriver,
    FilesDriver,
    JSONDriver,
    ParquetDriver,
)

__all__ = ["CSVDriver", "ExcelDriver", "FilesDriver", "JSONDriver", "ParquetDriver"]
