"""Code of others that shortens descriptions, a language model for instance; off unless named.

An import path is code, so a machine runs only those that its own environment allows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from pkgutil import resolve_name

from metadata_assets.errors import ConfigurationError, PermanentError
from metadata_assets.quality.concise import LIMIT, lost

Shortener = Callable[[str, str, int], str]
"""Given what it describes, a description and a limit, returns a shorter one."""


def load_shortener(path: str, *, allowed: Sequence[str]) -> Shortener:
    """What an import path names.

    Args:
        path: `package.module:name` of a callable `(object, description, limit) -> str`.
        allowed: GLOB patterns of the paths this machine runs.

    Raises:
        ConfigurationError: The path is not allowed, or names nothing that can be called.
    """
    if not any(fnmatchcase(path, pattern) for pattern in allowed):
        raise ConfigurationError(
            f"this machine does not allow the code `{path}`",
            where="quality concise",
            remedy=f"If you trust it, set METADATA_ASSETS_QUALITY_OBJECTS='[\"{path}\"]'.",
        )
    try:
        named = resolve_name(path)
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigurationError(
            f"`{path}` cannot be imported: {error}", where="quality concise"
        ) from None
    if not callable(named):
        raise ConfigurationError(f"`{path}` cannot be called", where="quality concise")
    shorten: Shortener = named
    return shorten


def shortened_by(shorten: Shortener, name: str, description: str) -> str | None:
    """What somebody's code makes of a description; None where that is not shorter.

    Raises:
        PermanentError: The code failed, or its text lost a name, number, unit or value.
    """
    try:
        text = " ".join(str(shorten(name, description, LIMIT)).split())
    # Foreign code may raise anything.
    except Exception as error:  # noqa: BLE001
        raise PermanentError(f"it failed: {type(error).__name__}: {error}", where=name) from None
    if not text or len(text) >= len(description):
        return None
    missing = lost(description, text)
    if missing:
        raise PermanentError(f"its text lost {', '.join(missing)}", where=name)
    return text
