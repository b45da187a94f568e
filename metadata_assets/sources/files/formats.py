"""Which reader a file's suffix asks for. A new format is one line here and one module."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from metadata_assets.sources.files.columnar import read_parquet
from metadata_assets.sources.files.delimited import infer_delimited
from metadata_assets.sources.files.documents import infer_documents
from metadata_assets.sources.files.inferred import InferredTable
from metadata_assets.sources.files.spreadsheet import infer_sheets
from metadata_assets.sources.files.workbench import Workbench

Reader = Callable[[Path, Workbench], list[InferredTable]]

_READERS: Mapping[Reader, tuple[str, ...]] = {
    infer_delimited: (".csv", ".psv", ".tab", ".tsv"),
    infer_documents: (".json", ".jsonl", ".ndjson"),
    infer_sheets: (".ods", ".xls", ".xlsb", ".xlsm", ".xlsx"),
    read_parquet: (".parquet", ".pq"),
}
_PACKABLE = (infer_delimited, infer_documents)


def patterns(*readers: Reader) -> tuple[str, ...]:
    """The GLOB patterns of the files that these readers, or all of them, read."""
    return tuple(
        f"*{suffix}{packed}"
        for reader in readers or _READERS
        for packed in ("", ".gz")[: 1 + (reader in _PACKABLE)]
        for suffix in _READERS[reader]
    )


def reader_of(path: Path) -> Reader:
    """The reader of a file; text of an unknown suffix is read as delimited."""
    suffix = Path(path.name.lower().removesuffix(".gz")).suffix
    return next(
        (reader for reader, suffixes in _READERS.items() if suffix in suffixes), infer_delimited
    )
