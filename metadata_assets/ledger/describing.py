"""Say of an exception what the error log keeps of it."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from metadata_assets.errors import ErrorType, MetadataAssetsError, PermanentError

DEFAULT_RETRIES = 3
"""How often an error that may pass is tried again."""

# The first class along an exception's ancestry decides. Names, so that no driver need be imported:
# those of PEP 249 are the same in all of them.
_TYPE_OF_CLASS: Mapping[str, ErrorType] = {
    "TimeoutError": "timeout",
    "PermissionError": "permission",
    "OSError": "connection",
    "IntegrityError": "constraint",
    "OperationalError": "connection",
    "InterfaceError": "connection",
    "ProgrammingError": "schema",
    "DataError": "validation",
    "ValidationError": "validation",
    "SqlglotError": "transformation",
}

# By the first two characters of an SQLSTATE, where the driver tells it.
_TYPE_OF_SQLSTATE: Mapping[str, ErrorType] = {
    "08": "connection",
    "22": "validation",
    "23": "constraint",
    "28": "permission",
    "42": "schema",
    "53": "connection",
}
_PERMISSION_SQLSTATE = "42501"
_TIMEOUT_SQLSTATES = ("57014", "55P03")


@dataclass(frozen=True, slots=True)
class ErrorDescription:
    """An exception in the ledger's terms.

    Attributes:
        error_type: Its category.
        error_message: What went wrong, in a line.
        error_code: A finer category: an SQLSTATE or a class name.
        error_details: Its fields.
        stack_trace: Where it came from.
        max_retries: How often to try again; 0 where that cannot help.
    """

    error_type: ErrorType
    error_message: str
    error_code: str
    error_details: Mapping[str, Any]
    stack_trace: str
    max_retries: int


def describe_error(error: BaseException) -> ErrorDescription:
    """Describe an exception: our own by their class, others by kind; secrets are still in it."""
    cls = type(error)
    details: dict[str, Any] = {"class": f"{cls.__module__}.{cls.__qualname__}"}
    if isinstance(error, MetadataAssetsError):
        details |= vars(error)
    return ErrorDescription(
        error_type=_error_type(error),
        error_message=str(error) or cls.__name__,
        error_code=_sqlstate(error) or cls.__name__,
        error_details=details,
        stack_trace="".join(traceback.format_exception(cls, error, error.__traceback__)),
        max_retries=0 if isinstance(error, PermanentError) else DEFAULT_RETRIES,
    )


def _error_type(error: BaseException) -> ErrorType:
    if isinstance(error, MetadataAssetsError):
        return error.error_type
    sqlstate = _sqlstate(error)
    if sqlstate == _PERMISSION_SQLSTATE:
        return "permission"
    if sqlstate in _TIMEOUT_SQLSTATES:
        return "timeout"
    if sqlstate is not None and sqlstate[:2] in _TYPE_OF_SQLSTATE:
        return _TYPE_OF_SQLSTATE[sqlstate[:2]]
    for ancestor in type(error).__mro__:
        if ancestor.__name__ in _TYPE_OF_CLASS:
            return _TYPE_OF_CLASS[ancestor.__name__]
    return "transformation"


def _sqlstate(error: BaseException) -> str | None:
    # SQLAlchemy keeps the driver's exception in `orig`.
    sqlstate = getattr(getattr(error, "orig", error), "sqlstate", None)
    return sqlstate if isinstance(sqlstate, str) else None
