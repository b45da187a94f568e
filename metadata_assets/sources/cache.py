"""A cache of catalogs in files, for those who read them from Python.

A file's name is a hash of what is read and how, credentials aside, and nothing of it is inside. A
file is written whole or not at all, so any number of processes may share a folder.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import re
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pyarrow as pa

from metadata_assets.catalog.model import CATALOG_TABLES, Catalog
from metadata_assets.errors import ConfigurationError
from metadata_assets.settings import Settings
from metadata_assets.sources.config import UNREAD
from metadata_assets.sources.named import SourceLike, as_source
from metadata_assets.sources.registry import EXTRACT_VERSION, Source

_log = logging.getLogger(__name__)

_SUFFIX = ".catalog"
_NAMES_A_SECRET = re.compile(r"pass|pwd|secret|token|credential|(api|access|private)_?key", re.I)
_CONNECTION_WORD = re.compile(r"(\w+)\s*=\s*('(?:\\.|[^'\\])*'|\S+)")


class CatalogCache:
    """Catalogs by source, each for a limited time."""

    def __init__(self, cache_dir: str | Path | None = None, ttl_seconds: float = 3600) -> None:
        """Use a folder, which need not exist yet.

        Args:
            cache_dir: The folder; by default `cache` in the home (METADATA_ASSETS_HOME).
            ttl_seconds: How long a catalog is good for.
        """
        self.cache_dir = Path(cache_dir or Settings().home_path / "cache").expanduser()
        self.ttl_seconds = ttl_seconds

    def get(self, source: SourceLike, **config: Any) -> Catalog | None:
        """The cached catalog of a source; None where there is none, or it is too old or damaged.

        Args:
            source: As for `extract_catalog`.
            **config: Likewise.
        """
        path = self._path(source, config)
        try:
            stored_at, payload = _unpacked(path.read_bytes())
            if not self._is_fresh(stored_at):
                return None
            return _catalog(payload)
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, OSError, pa.ArrowException):
            path.unlink(missing_ok=True)
            return None

    def set(self, source: SourceLike, catalog: Catalog, **config: Any) -> None:
        """Keep a catalog; where that fails, a warning is logged and nothing else happens."""
        path = self._path(source, config)
        try:
            self.cache_dir.mkdir(parents=True, exist_ok=True)
            # Readable by its owner alone, and under its name only once it is whole.
            with tempfile.NamedTemporaryFile(dir=self.cache_dir, delete=False) as file:
                try:
                    file.write(_packed(catalog))
                    file.close()
                    Path(file.name).replace(path)
                except OSError:
                    Path(file.name).unlink(missing_ok=True)
                    raise
        except OSError as error:
            _log.warning("a catalog could not be cached in %s: %s", self.cache_dir, error.strerror)

    def is_valid(self, source: SourceLike, **config: Any) -> bool:
        """Whether `get` would return a catalog."""
        return self.get(source, **config) is not None

    def invalidate(self, source: SourceLike, **config: Any) -> None:
        """Forget the catalog of one source."""
        self._path(source, config).unlink(missing_ok=True)

    def clear_all(self) -> int:
        """Forget every catalog; returns how many there were."""
        files = list(self.cache_dir.glob(f"*{_SUFFIX}"))
        for file in files:
            file.unlink(missing_ok=True)
        return len(files)

    def _path(self, source: SourceLike, config: Mapping[str, Any]) -> Path:
        return self.cache_dir / f"{cache_key(as_source(source, **config))}{_SUFFIX}"

    def _is_fresh(self, stored_at: float) -> bool:
        # A file from the future is one of a clock that was set back.
        return 0 <= time.time() - stored_at <= self.ttl_seconds


def cache_key(source: Source) -> str:
    """A hash of what is read and how; the same whatever the password.

    Raises:
        ConfigurationError: Its URL cannot be taken apart, so that a secret might be in any part.
    """
    fields = {
        name: _without_secrets(name, value)
        for name, value in source.config.model_dump(mode="json", exclude=set(UNREAD)).items()
        if not _NAMES_A_SECRET.search(name)
    }
    driver = f"{type(source.driver).__module__}:{type(source.driver).__name__}"
    parts = (EXTRACT_VERSION, driver, json.dumps(fields, sort_keys=True))
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _without_secrets(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            key: _without_secrets(key, inner)
            for key, inner in value.items()
            if not _NAMES_A_SECRET.search(key)
        }
    if name != "url" or not isinstance(value, str):
        return value
    if "://" in value:
        return _url_without_secrets(value)
    words = _CONNECTION_WORD.findall(value)
    return sorted(word for word in words if not _NAMES_A_SECRET.search(word[0]))


def _url_without_secrets(text: str) -> list[Any]:
    try:
        url = urlsplit(text)
        engine = url.scheme.partition("+")[0]
        parts: list[Any] = [engine, url.username, url.hostname, url.port, url.path]
    except ValueError:
        raise _not_understood() from None
    # A password that was not percent-encoded runs over into what follows it.
    if "@" in url.path + url.fragment:
        raise _not_understood()
    options = parse_qsl(url.query, keep_blank_values=True)
    return [*parts, sorted(option for option in options if not _NAMES_A_SECRET.search(option[0]))]


def _not_understood() -> ConfigurationError:
    return ConfigurationError(
        "the url cannot be understood", remedy="Percent-encode the password in it."
    )


def _packed(catalog: Catalog) -> bytes:
    payload = io.BytesIO()
    for rows in catalog.parts().values():
        with pa.ipc.new_stream(payload, rows.schema) as stream:
            stream.write_table(rows)
    digest = hashlib.sha256(payload.getvalue()).hexdigest()
    header = json.dumps({"sha256": digest, "stored_at": time.time()})
    return header.encode() + b"\n" + payload.getvalue()


def _unpacked(text: bytes) -> tuple[float, bytes]:
    """When it was stored, and what; raises ValueError or KeyError where it is damaged."""
    header, _, payload = text.partition(b"\n")
    told = json.loads(header)
    if told["sha256"] != hashlib.sha256(payload).hexdigest():
        raise ValueError("the content is not what was written")
    return float(told["stored_at"]), payload


def _catalog(payload: bytes) -> Catalog:
    tables = iter(_tables(payload))
    parts = {part: next(tables).select(part.schema.names) for part in CATALOG_TABLES}
    by_name = {part.name.rpartition("/")[2]: rows for part, rows in parts.items()}
    return Catalog(**by_name)


def _tables(payload: bytes) -> Iterator[pa.Table]:
    source = io.BytesIO(payload)
    for _ in CATALOG_TABLES:
        with pa.ipc.open_stream(source) as stream:
            yield stream.read_all()
