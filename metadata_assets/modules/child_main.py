"""The process that `child` starts: one call, and an answer in one line of JSON."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from importlib import import_module
from typing import Any

from metadata_assets.errors import ConfigurationError, MetadataAssetsError, TransientError
from metadata_assets.ledger.redaction import redact_text


def main() -> None:
    """Read a call from standard input, make it, answer on standard output.

    What the function prints goes to standard error.
    """
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    call = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, args=(sys.stdin.fileno(),), daemon=True).start()
    with answers:
        answers.write(json.dumps(_answer(call)).encode() + b"\n")


def _answer(call: dict[str, Any]) -> dict[str, Any]:
    try:
        result = _named(call["function"])(**call["arguments"])
        return {"result": _plain(result)}
    except MetadataAssetsError as error:
        kind = "interrupted" if isinstance(error, TransientError) else "failed"
        if isinstance(error, ConfigurationError):
            kind = "configuration"
        where = f"{error.where}: " if error.where else ""
        return _error(kind, f"{where}{error.what}", error.remedy)
    # Foreign code may raise anything, `SystemExit` too; its message may hold a secret.
    except (Exception, SystemExit) as error:  # noqa: BLE001
        what = redact_text(f"{type(error).__name__}: {error}").strip().splitlines()[0]
        return _error("failed", what)


def _named(path: str) -> Any:
    module, _, name = path.partition(":")
    found: Any = import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    return found


def _plain(result: Any) -> Any:
    """What JSON can say of a result; of anything else, its text."""
    try:
        json.dumps(result)
    except (TypeError, ValueError):
        return str(result)
    return result


def _error(kind: str, what: str, remedy: str = "") -> dict[str, Any]:
    return {"error": {"kind": kind, "what": what, "remedy": remedy}}


def _end_with_parent(stdin: int) -> None:
    """End this process and all it started when the other end of the pipe is closed."""
    # Not through the buffered stream, whose lock the interpreter wants when it ends.
    while os.read(stdin, 1):
        pass
    if os.name == "posix":
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os._exit(1)


if __name__ == "__main__":
    main()
