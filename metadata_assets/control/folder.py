"""The drops folder, wherever it is: a folder of this machine, or a URI that fsspec reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol, TypeAlias

from metadata_assets.control.found import FoundDrop, Listing
from metadata_assets.control.problems import Problem

Location: TypeAlias = Path | str
"""Where the drops are: a folder, or a URI such as `s3://bucket/drops`."""


class DropsFolder(Protocol):
    """A folder of drops."""

    def exists(self) -> bool:
        """Whether it is there; a folder that is not is no empty one."""

    def listing(self) -> Listing:
        """What it holds; a missing folder holds nothing."""

    def contents(self, drops: Sequence[FoundDrop]) -> Iterator[bytes | Problem]:
        """The content of each drop, or why it cannot be read, in their order."""


def open_folder(location: Location) -> DropsFolder:
    """The drops folder at a location.

    Raises:
        ConfigurationError: The URI names a store that cannot be opened here.
    """
    # Each kind is imported where it is used: one of them needs fsspec, which takes long to import.
    if isinstance(location, str) and "://" in location:
        from metadata_assets.control.store_folder import StoreFolder

        return StoreFolder.open(location)
    from metadata_assets.control.local_folder import LocalFolder

    return LocalFolder(Path(location))
