"""Drops in an object store, or whatever else fsspec reads; objects appear whole or not at all.

Credentials come from the environment, as each store's own tools take them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import fsspec  # type: ignore[import-untyped]

from metadata_assets.control.found import (
    MAX_BYTES,
    START,
    FoundDrop,
    Listing,
    RefusedDrop,
    has_drop_name,
    is_hidden,
    ordered,
    too_large,
    unprintable_name,
)
from metadata_assets.control.problems import Problem, printable
from metadata_assets.errors import ConfigurationError, SourceUnavailable

_AT_ONCE = 100
"""Objects fetched side by side."""

_VERSIONS = ("ETag", "etag", "md5Hash", "content_md5", "generation", "version_id")
_TIMES = ("LastModified", "last_modified", "mtime", "modified", "updated", "created")


@dataclass(frozen=True, slots=True)
class StoreFolder:
    """A prefix of an object store.

    Attributes:
        uri: As it was configured.
        files: Reads the store.
        root: The prefix within it.
    """

    uri: str
    files: Any
    root: str

    @staticmethod
    def open(uri: str) -> StoreFolder:
        """Prepare to read; connects to nothing.

        Raises:
            ConfigurationError: Nothing here reads such a URI.
        """
        try:
            # What the store holds now, not what this process saw of it earlier.
            files, root = fsspec.core.url_to_fs(uri, use_listings_cache=False)
        except (ImportError, ValueError) as error:
            scheme = uri.partition("://")[0]
            raise ConfigurationError(
                f"drops cannot be read from {printable(scheme)}://: {printable(str(error), 200)}",
                where="METADATA_ASSETS_DROPS",
                remedy="For S3, `pip install 'metadata-assets[s3]'`.",
            ) from error
        return StoreFolder(uri, files, root.rstrip("/"))

    def exists(self) -> bool:
        """Whether the bucket is there: a prefix without objects is an empty folder."""
        bucket = self.root.lstrip("/").partition("/")[0]
        with _told(self.uri):
            return not bucket or bool(self.files.exists(bucket)) or self.files.exists(self.root)

    def listing(self) -> Listing:
        """What it holds.

        Raises:
            SourceUnavailable: The store does not answer.
        """
        found: list[FoundDrop] = []
        refused: list[RefusedDrop] = []
        with _told(self.uri):
            try:
                objects: Mapping[str, Mapping[str, Any]] = self.files.find(self.root, detail=True)
            except FileNotFoundError:
                objects = {}
        for name, info in objects.items():
            path = name.removeprefix(self.root).lstrip("/")
            if any(is_hidden(part) for part in path.split("/")) or not has_drop_name(path):
                continue
            if path.isprintable():
                size = int(info["size"] or 0)
                found.append(FoundDrop(path, name, size, f"{size}:{_version(info)}", None))
            else:
                refused.append(RefusedDrop(path, unprintable_name()))
        return ordered(found, refused)

    def contents(self, drops: Sequence[FoundDrop]) -> Iterator[bytes | Problem]:
        """The content of each drop, or why it cannot be read, in their order.

        Raises:
            SourceUnavailable: The store does not answer.
        """
        for start in range(0, len(drops), _AT_ONCE):
            some = drops[start : start + _AT_ONCE]
            small = [drop.location for drop in some if drop.size <= MAX_BYTES]
            with _told(self.uri):
                read = self.files.cat(small, on_error="return") if small else {}
            for drop in some:
                content = read.get(drop.location)
                if content is None:
                    yield too_large()
                elif isinstance(content, Exception):
                    what = printable(str(content) or type(content).__name__)
                    yield Problem(START, f"the file cannot be read: {what}")
                else:
                    yield content if len(content) <= MAX_BYTES else too_large()


def _version(info: Mapping[str, Any]) -> str:
    return ":".join(str(info[name]) for name in (*_VERSIONS, *_TIMES) if info.get(name))


@contextmanager
def _told(uri: str) -> Iterator[None]:
    """Turn what a store raises into an error of this project."""
    try:
        yield
    except _store_errors() as error:
        raise SourceUnavailable(
            f"the drops cannot be read: {printable(str(error) or type(error).__name__, 200)}",
            where=printable(uri),
            remedy="Check the address and the credentials in the environment.",
        ) from error


def _store_errors() -> tuple[type[Exception], ...]:
    if find_spec("botocore") is None:
        return (OSError,)
    from botocore.exceptions import BotoCoreError  # type: ignore[import-untyped]

    return (OSError, BotoCoreError)
