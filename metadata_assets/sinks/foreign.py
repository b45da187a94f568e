"""Code of others, that a sink calls: found by its import path, its faults told as ours.

An import path is code. It is named in the control table, which more people can write than can
install code, so a machine runs only the paths its own environment allows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from fnmatch import fnmatchcase
from io import StringIO
from pkgutil import resolve_name
from typing import Any

from metadata_assets.errors import ConfigurationError, MetadataAssetsError, SinkFailed
from metadata_assets.ledger.redaction import redact_text


def load_object(path: str, *, allowed: Sequence[str], where: str) -> Any:
    """What an import path names; a class or function is called without arguments.

    Args:
        path: `package.module:name`.
        allowed: GLOB patterns of the paths this machine runs.
        where: The source, for messages.

    Raises:
        ConfigurationError: The path is not allowed, or names nothing.
        SinkFailed: What it names cannot be made.
    """
    if not any(fnmatchcase(path, pattern) for pattern in allowed):
        raise ConfigurationError(
            f"its sink names the code `{path}`, which this machine does not allow",
            where=where,
            remedy="Import paths are code: where syncs run, set METADATA_ASSETS_SINK_OBJECTS="
            f"'[\"{path}\"]' if you trust it.",
        )
    with told_as_ours(f"the sink's object {path}", "at being imported"):
        try:
            named = resolve_name(path)
        except (ImportError, AttributeError) as error:
            raise ConfigurationError(
                f"the sink's object `{path}` cannot be imported: {redact_text(str(error))}",
                where=where,
                remedy="It is `package.module:name`; is its package installed where syncs run?",
            ) from None
    if not callable(named):
        return named
    with told_as_ours(f"the sink's object {path}", "at being made"):
        return named()


@contextmanager
def told_as_ours(who: str, doing: str) -> Iterator[None]:
    """Run foreign code: whatever it raises becomes a `SinkFailed`, what it prints is dropped.

    Vanna prints a line for each thing it is told; on a pipe that speaks MCP or JSON that is harm.

    Args:
        who: What is called.
        doing: At what it may fail.

    Raises:
        SinkFailed: It raised.
    """
    try:
        with redirect_stdout(StringIO()):
            yield
    except MetadataAssetsError:
        raise
    # Foreign code may raise anything. Its message may hold a secret, so its traceback stays here.
    except Exception as error:  # noqa: BLE001
        what = f"{who} failed {doing}: {type(error).__name__}: {redact_text(str(error))}"
        raise SinkFailed(
            what, remedy="What was pushed is remembered; the next sync goes on from there."
        ) from None
