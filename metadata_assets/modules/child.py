"""Call a function in a process of its own, which can be ended however it hangs.

The child leads a process group, so what it starts ends with it; and it ends itself when this
process is gone, even if that was killed. It is told what to call, and answers, in JSON.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from metadata_assets.errors import ConfigurationError
from metadata_assets.modules.limit import Limit, interrupted_at
from metadata_assets.modules.outcome import TaskFailed, TaskInterrupted, TaskTimedOut


def call_in_child(function: str, arguments: Mapping[str, Any], *, limit: Limit, where: str) -> Any:
    """What a function returns that is called in a process of its own.

    Args:
        function: Its import path, `package.module:name`.
        arguments: Its keyword arguments; JSON.
        limit: When the process is ended.
        where: The task, for messages.

    Returns:
        What it returned, as JSON has it.

    Raises:
        TaskTimedOut: The limit came first.
        TaskFailed: It raised an error that stays.
        TaskInterrupted: It raised one that may pass, or its process died.
        ConfigurationError: It cannot be called so.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "metadata_assets.modules.child_main"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        with interrupted_at(limit, lambda: _end(process)) as ended:
            answer = _answer(process, {"function": function, "arguments": dict(arguments)})
    finally:
        _end(process)
        process.wait()
    if answer is None and ended.is_set():
        raise TaskTimedOut("it took too long, and its process was ended", where=where)
    if answer is None:
        raise TaskInterrupted(
            f"its process ended without an answer ({_how(process.returncode)})",
            where=where,
            remedy="Was it killed, or out of memory?",
        )
    error = answer.get("error")
    if error is None:
        return answer["result"]
    raise _KINDS[error["kind"]](error["what"], where=where, remedy=error["remedy"])


_KINDS = {
    "configuration": ConfigurationError,
    "failed": TaskFailed,
    "interrupted": TaskInterrupted,
}


def _answer(process: subprocess.Popen[bytes], call: Mapping[str, Any]) -> dict[str, Any] | None:
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdin, process.stdout:
        # Its stdin stays open: that it closes tells the child that we are gone.
        with suppress(BrokenPipeError):
            process.stdin.write(json.dumps(call).encode() + b"\n")
            process.stdin.flush()
        line = process.stdout.readline()
        process.stdout.read()  # until it ends: it may have something to tidy up
    try:
        answer: dict[str, Any] = json.loads(line)
    except ValueError:
        return None
    return answer


def _end(process: subprocess.Popen[bytes]) -> None:
    if os.name != "posix":
        process.kill()
        return
    # The group outlives its leader, whose number is not given again before it is waited for.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _how(returncode: int) -> str:
    if returncode >= 0:
        return f"exit code {returncode}"
    return f"signal {signal.Signals(-returncode).name}"
