"""Every error this project raises on purpose.

An error says what went wrong, where, and how to mend it; its class says whether trying again
helps. `PermanentError` is never retried, `TransientError` may be. Add a child only when a caller
must tell it apart from its parent.
"""

from __future__ import annotations

from typing import ClassVar, Literal

ErrorType = Literal[
    "connection", "transformation", "constraint", "schema", "timeout", "permission", "validation"
]


class MetadataAssetsError(Exception):
    """The root of them all."""

    error_type: ClassVar[ErrorType] = "validation"
    """The ledger's category for this error."""

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        """Say what went wrong.

        Args:
            what: One sentence without a final full stop; never holds a secret.
            where: The source, file and line, or table concerned.
            remedy: How the reader can mend it.
        """
        super().__init__(what, where, remedy)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        """The error in one line: `where: what. remedy`."""
        prefix = f"{self.where}: " if self.where else ""
        suffix = f". {self.remedy}" if self.remedy else ""
        return f"{prefix}{self.what}{suffix}"


class PermanentError(MetadataAssetsError):
    """Trying again without a change of input gives the same error."""


class TransientError(MetadataAssetsError):
    """Trying again later may succeed."""

    error_type: ClassVar[ErrorType] = "connection"


class ConfigurationError(PermanentError):
    """A YAML file, a control row or a setting is wrong."""


class SourceUnavailable(TransientError):
    """The database or file of a source cannot be reached or opened."""


class SourceRefused(PermanentError):
    """The source answers, but refuses us: wrong credentials or missing privileges."""

    error_type: ClassVar[ErrorType] = "permission"


class CatalogInvalid(PermanentError):
    """A catalog breaks an invariant, so nothing of it is published."""

    error_type: ClassVar[ErrorType] = "schema"


class CatalogShrank(PermanentError):
    """A catalog came back empty or with suspiciously many objects gone."""

    error_type: ClassVar[ErrorType] = "schema"


class ConcurrentWrite(TransientError):
    """Another process replaced the same partition first."""

    error_type: ClassVar[ErrorType] = "constraint"


class VersionGone(PermanentError):
    """An earlier version of a lake table is not kept any more."""


class PositionBackwards(PermanentError):
    """A position lies before the one its marker has reached."""

    error_type: ClassVar[ErrorType] = "constraint"


class PositionConflict(TransientError):
    """A marker is not where its mover expected it."""

    error_type: ClassVar[ErrorType] = "constraint"


class SinkFailed(TransientError):
    """What records are pushed to failed at it; the next push goes on."""
