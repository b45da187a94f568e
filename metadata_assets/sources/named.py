"""The source that a URL, a path, or a mapping as in YAML stands for, without a control table."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from metadata_assets.errors import ConfigurationError
from metadata_assets.sources.registry import DRIVERS, Source, open_source

SourceLike = str | Mapping[str, Any] | Source
"""A URL or path; or `{"source_type": …, "source_config": …}` as in YAML; or a source."""

_SCHEME = re.compile(r"^([a-z][a-z0-9]*)(\+\w+)?://", re.IGNORECASE)
_TYPE_OF_SCHEME = {
    "postgres": "postgres",
    "postgresql": "postgres",
    "mysql": "mysql",
    "mariadb": "mariadb",
    "duckdb": "duckdb",
    "sqlite": "sqlite",
}
_PATH_SCHEMES = ("duckdb", "sqlite")
_TYPE_OF_SUFFIX = {
    ".duckdb": "duckdb",
    ".ddb": "duckdb",
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
    ".db": "sqlite",
}
_URL = "_METADATA_ASSETS_URL"
_KEY = "catalog"
"""The source's key in messages."""


def as_source(source: SourceLike, **config: Any) -> Source:
    """A source, ready to read; connects to nothing.

    Args:
        source: What to read.
        **config: Fields of the engine's `source_config`.

    Raises:
        ConfigurationError: It is not clear what to read, or a field is wrong.
    """
    if isinstance(source, Source):
        return source
    env: Mapping[str, str] = os.environ
    if isinstance(source, str):
        source_type, located, env = _located(source)
        config = {**located, **config}
    else:
        source_type = str(source.get("source_type"))
        config = {**source.get("source_config", {}), **config}
    return open_source(_KEY, source_type, config, base=Path.cwd(), env=env)


def _located(text: str) -> tuple[str, dict[str, Any], Mapping[str, str]]:
    """The type, the configuration and the variables that a URL or path stands for."""
    scheme = _SCHEME.match(text)
    if scheme is None:
        return _type_of_path(text), {"path": text}, os.environ
    name = scheme.group(1).lower()
    if name in _PATH_SCHEMES:
        # As SQLAlchemy has it: three slashes before a relative path, four before an absolute one.
        return name, {"path": text[scheme.end() :].removeprefix("/")}, os.environ
    source_type = _TYPE_OF_SCHEME.get(name, "sqlalchemy")
    if source_type not in DRIVERS:
        raise ConfigurationError(
            f"no driver reads {name}:// URLs", remedy=f"Known: {', '.join(_TYPE_OF_SCHEME)}."
        )
    # By reference, so that the password in it is part of no configuration.
    located = {"url": f"${{{_URL}}}"}
    if source_type == "sqlalchemy":
        from metadata_assets.sources.sqlalchemy.connection import dialect_of_url  # loads SQLAlchemy

        located["dialect"] = dialect_of_url(text)
    return source_type, located, {**os.environ, _URL: text}


def _type_of_path(text: str) -> str:
    from metadata_assets.sources.files.formats import patterns  # loads a reader for each format

    suffix = Path(text).suffix.lower()
    if suffix in _TYPE_OF_SUFFIX:
        return _TYPE_OF_SUFFIX[suffix]
    if Path(text).is_dir() or f"*{suffix}" in patterns():
        return "files"
    raise ConfigurationError(
        "this is neither a URL nor a file of a known kind",
        remedy='Write a URL, or {"source_type": …, "source_config": {…}} as in YAML.',
    )
