"""How tasks and modules ended."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from metadata_assets.errors import PermanentError, TransientError

TaskStatus = Literal["succeeded", "failed", "skipped"]


class TaskFailed(PermanentError):
    """A task failed by its own fault."""

    error_type = "transformation"


class TaskInterrupted(TransientError):
    """A task failed by its surroundings: a lock, a server that went away, a process that died."""

    error_type = "transformation"


class TaskTimedOut(PermanentError):
    """A task took too long, and was ended."""

    error_type = "timeout"


class ModuleBusy(TransientError):
    """The module is being run already."""

    error_type = "constraint"


@dataclass(frozen=True, slots=True)
class TaskResult:
    """What a task that succeeded gave back.

    Attributes:
        rows: Rows returned or changed; None where it has none.
        columns: The columns of what it returned.
        preview: The first rows, as text.
        note: What else is to be said.
    """

    rows: int | None = None
    columns: tuple[str, ...] = ()
    preview: tuple[tuple[str | None, ...], ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class TaskOutcome:
    """How one task ended.

    Attributes:
        task: Its name in the module.
        task_type: What it is.
        execution_order: Its place.
        status: How it ended.
        attempts: How often it was tried.
        seconds: Wall time of all attempts.
        result: What it gave back.
        message: Why it failed or was skipped.
    """

    task: str
    task_type: str
    execution_order: int
    status: TaskStatus
    attempts: int = 0
    seconds: float = 0.0
    result: TaskResult = TaskResult()
    message: str = ""

    def __str__(self) -> str:
        """`task status in so many seconds: message`."""
        said = f": {self.message}" if self.message else ""
        return f"{self.task} {self.status} after {self.seconds:.1f} s{said}"

    def document(self) -> dict[str, Any]:
        """The outcome as JSON."""
        found = asdict(self)
        return {**found, "seconds": round(self.seconds, 3), **found.pop("result")}


@dataclass(frozen=True, slots=True)
class ModuleRun:
    """How a module's run ended.

    Attributes:
        module: Its name.
        outcomes: One a task, in order.
        inactive: The names of the tasks that are switched off.
    """

    module: str
    outcomes: tuple[TaskOutcome, ...]
    inactive: tuple[str, ...] = ()

    @property
    def succeeded(self) -> bool:
        """Whether every active task did."""
        return all(one.status == "succeeded" for one in self.outcomes)

    def counts(self) -> dict[str, int]:
        """How many tasks ended how."""
        found = Counter(one.status for one in self.outcomes)
        counts = {status: found[status] for status in get_args(TaskStatus)}
        return {**counts, "inactive": len(self.inactive)}

    def require_success(self) -> None:
        """Raise unless every active task succeeded.

        Raises:
            ModuleFailed: One did not.
        """
        if not self.succeeded:
            raise ModuleFailed(self)

    def document(self) -> dict[str, Any]:
        """The run as JSON."""
        return {
            "module": self.module,
            "succeeded": self.succeeded,
            "counts": self.counts(),
            "tasks": [outcome.document() for outcome in self.outcomes],
            "inactive": list(self.inactive),
        }


class ModuleFailed(PermanentError):
    """A task of a module failed, and what came after it was skipped."""

    error_type = "transformation"

    def __init__(self, run: ModuleRun) -> None:
        """Say which, and why.

        Args:
            run: How all of them ended.
        """
        self.run = run
        failed = [one for one in run.outcomes if one.status == "failed"]
        skipped = run.counts()["skipped"]
        super().__init__(
            "; ".join(one.message for one in failed)
            + (f"; {skipped} later tasks were skipped" if skipped else ""),
            where=f"module {run.module}",
        )
