"""What an error of PostgreSQL or libpq means for a sync: come back later, or mend something."""

from __future__ import annotations

import re

import psycopg
from psycopg import errors

from metadata_assets.errors import MetadataAssetsError, SourceRefused, SourceUnavailable

# libpq keeps no SQLSTATE of a refused connection: only its text tells.
_REFUSED: tuple[tuple[str, str, str], ...] = (
    (
        r"password authentication failed|no password supplied|authentication failed",
        "the server does not accept the user and password",
        "Check the configured user, and the variable that holds the password.",
    ),
    (
        r'database "[^"]*" does not exist',
        "there is no database of that name",
        "Check the configured database.",
    ),
    (
        r'role "[^"]*" does not exist',
        "there is no user of that name",
        "Check the configured user.",
    ),
    (
        r"no pg_hba\.conf entry|pg_hba\.conf rejects",
        "the server admits no such connection (pg_hba.conf)",
        "Ask its administrator to admit this user from this host, or set sslmode.",
    ),
    (
        r"permission denied for database",
        "the user may not connect to this database",
        "GRANT CONNECT ON DATABASE … TO the user.",
    ),
    (
        r"\bSSL\b|sslmode|certificate|private key",
        "no TLS connection as configured is possible",
        "Check sslmode, sslrootcert, sslcert and sslkey.",
    ),
)
_NOT_AS_CONFIGURED = r"definition of service|session is not|authentication method requirement"
_CUT_OFF = re.compile(r"SSL (SYSCALL )?error: .*(\beof\b|reset|timed out)", re.IGNORECASE)
_TOO_MANY = r"too many|remaining connection slots|query_wait_timeout"
"""The server's words, and PgBouncer's."""
_NOT_NOW = re.compile(rf"starting up|shutting down|recovery|{_TOO_MANY}")


def explained(error: psycopg.Error, where: str) -> MetadataAssetsError:
    """The error to raise for an error of psycopg; its text never holds the password.

    Args:
        error: While connecting, or of a query.
        where: The server's address.
    """
    said = _first_line(error)
    if error.sqlstate is None and isinstance(error, psycopg.OperationalError):
        return _of_connection(said, where)
    if isinstance(error, errors.QueryCanceled):
        return SourceUnavailable(
            f"the server stopped a query ({said})",
            where=where,
            remedy="Sync again when it is less busy, or raise statement_timeout.",
        )
    if isinstance(error, errors.LockNotAvailable):
        return SourceUnavailable(
            "a table stayed locked by another session (a running migration?)",
            where=where,
            remedy="Sync again when it is done.",
        )
    if isinstance(error, psycopg.OperationalError | psycopg.InternalError):
        return SourceUnavailable(f"the server failed: {said}", where=where, remedy="Sync again.")
    if isinstance(error, errors.InsufficientPrivilege):
        return SourceRefused(
            f"the user may not read the catalog: {said}",
            where=where,
            remedy="Its pg_catalog must be readable, as it is by default.",
        )
    return SourceRefused(f"the server refuses a catalog query: {said}", where=where)


def _of_connection(said: str, where: str) -> MetadataAssetsError:
    if _NOT_NOW.search(said):
        fewer = ", or set connections to 1" if re.search(_TOO_MANY, said) else ""
        return SourceUnavailable(
            f"the server takes no connection now: {said}",
            where=where,
            remedy=f"Sync again later{fewer}.",
        )
    if _CUT_OFF.search(said):
        return SourceUnavailable(
            f"the connection was cut off: {said}", where=where, remedy="Sync again."
        )
    for pattern, what, remedy in _REFUSED:
        if re.search(pattern, said):
            return SourceRefused(f"{what} ({said})", where=where, remedy=remedy)
    if "FATAL" in said:
        return SourceRefused(f"the server refuses the connection: {said}", where=where)
    if re.search(_NOT_AS_CONFIGURED, said):
        return SourceRefused(f"no connection as configured is possible: {said}", where=where)
    return SourceUnavailable(
        f"the server cannot be reached: {said}",
        where=where,
        remedy="Check that it runs, the configured host and port, and the network in between.",
    )


def _first_line(error: psycopg.Error) -> str:
    text = str(error).strip()
    # Several addresses of one host give several lines; the first says enough.
    return re.sub(r"^connection (failed|is bad): ", "", text.splitlines()[0] if text else "lost")
