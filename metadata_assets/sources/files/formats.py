"""Which reader a file's suffix asks for. A new format is one line here and one module."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from metadata_assets.sources.files.delimited import infer_delimited
from metadata_assets.sources.files.inferred import InferredTable
from metadata_assets.sources.files.workbench import Workbench

Reader = Callable[[Path, Workbench], list[InferredTable]]

READERS: Mapping[str, Reader] = {
    ".csv": infer_delimited,
    ".psv": infer_delimited,
    ".tab": infer_delimited,
    ".tsv": infer_delimited,
}
"""The reader of each suffix; text of any other suffix is read as delimited."""


def reader_of(path: Path) -> Reader:
    """The reader of a file."""
    name = path.name.lower().removesuffix(".gz")
    return READERS.get(Path(name).suffix, infer_delimited)
