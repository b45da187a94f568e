"""Which reader reads a file. A new format is one line here and one module."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from metadata_assets.sources.files.columnar import read_parquet
from metadata_assets.sources.files.contents import (
    OLD_OFFICE,
    PARQUET,
    SIGNED_BYTES,
    is_json,
    is_text,
    signed_as,
)
from metadata_assets.sources.files.delimited import infer_delimited
from metadata_assets.sources.files.documents import infer_documents
from metadata_assets.sources.files.inferred import InferredTable, Unreadable
from metadata_assets.sources.files.packed import inner_name, is_office_document, unpacked
from metadata_assets.sources.files.spreadsheet import infer_sheets
from metadata_assets.sources.files.workbench import Workbench

Reader = Callable[[Path, Workbench], list[InferredTable]]

_READERS: Mapping[Reader, tuple[str, ...]] = {
    infer_delimited: (".csv", ".psv", ".tab", ".tsv"),
    infer_documents: (".json", ".jsonl", ".ndjson"),
    infer_sheets: (".ods", ".xls", ".xlsb", ".xlsm", ".xlsx"),
    read_parquet: (".parquet", ".pq"),
}
_PACKED = (".gz", ".bz2", ".xz", ".zst", ".zip")
_PACKABLE = (infer_delimited, infer_documents)


def patterns(*readers: Reader) -> tuple[str, ...]:
    """The GLOB patterns of the files that these readers, or all of them, read."""
    return tuple(
        f"*{suffix}{packed}"
        for reader in readers or _READERS
        for packed in ("", *(_PACKED if reader in _PACKABLE else ()))
        for suffix in _READERS[reader]
    )


def reader_of(path: Path) -> Reader:
    """The reader of a file: what its beginning proves, else what its suffix says.

    Text of an unknown suffix is read as delimited.

    Raises:
        Unreadable: It is empty, or a damaged archive, or one of several files.
    """
    with unpacked(path) as file:
        beginning = file.read(SIGNED_BYTES)
    if not beginning:
        raise Unreadable("the file is empty")
    kind = signed_as(beginning)
    if kind == PARQUET:
        return read_parquet
    if kind == OLD_OFFICE or is_office_document(path):
        return infer_sheets
    suffix = Path(inner_name(path).lower()).suffix
    named = next(
        (reader for reader, suffixes in _READERS.items() if suffix in suffixes), infer_delimited
    )
    # Much that is called `.xls` is delimited text, or a page.
    if named is infer_sheets and kind is None and is_text(beginning):
        return infer_delimited
    if named is infer_delimited and is_json(beginning):
        return infer_documents
    return named
