"""What an error of MySQL or MariaDB means for a sync: come back later, or mend something."""

from __future__ import annotations

import re

import pymysql
from pymysql.constants import CR, ER

from metadata_assets.errors import MetadataAssetsError, SourceRefused, SourceUnavailable

_MARIADB_STATEMENT_TIMEOUT = 1969
_MYSQL_STATEMENT_TIMEOUT = 3024
_ACCESS_DENIED_NO_PASSWORD = 1698
_PASSWORD_EXPIRED = 1820
_ACCOUNT_LOCKED = 4151
_TOO_MANY = (ER.CON_COUNT_ERROR, ER.TOO_MANY_USER_CONNECTIONS, ER.USER_LIMIT_REACHED)

_REFUSED = {
    ER.ACCESS_DENIED_ERROR: (
        "the server does not accept the user and password",
        "Check the configured user, and the variable that holds the password.",
    ),
    ER.DBACCESS_DENIED_ERROR: (
        "the user may not use this database",
        "GRANT SELECT, SHOW VIEW ON the database TO the user.",
    ),
    **dict.fromkeys(
        (_ACCESS_DENIED_NO_PASSWORD, _ACCOUNT_LOCKED, _PASSWORD_EXPIRED),
        (
            "the server does not admit the user",
            "Ask its administrator for a user with a valid password that is not locked.",
        ),
    ),
    ER.BAD_DB_ERROR: ("there is no database of that name", "Check the configured database."),
}

TIMEOUTS = (_MARIADB_STATEMENT_TIMEOUT, _MYSQL_STATEMENT_TIMEOUT, ER.QUERY_INTERRUPTED)
"""How a server ends a query that takes too long."""

_CLOSED = 0
"""What pymysql, without a word, says of a session that an error before has ended."""

LOST = (CR.CR_SERVER_GONE_ERROR, CR.CR_SERVER_LOST, CR.CR_CONN_HOST_ERROR, _CLOSED)
"""Errors after which a session is of no use."""

DENIED = (ER.DBACCESS_DENIED_ERROR, ER.TABLEACCESS_DENIED_ERROR, ER.COLUMNACCESS_DENIED_ERROR)
"""How a server refuses what the user may not read."""


def explained(error: Exception, where: str) -> MetadataAssetsError:
    """The error to raise for an error of pymysql.

    Args:
        error: While connecting, or of a query.
        where: The server's address, or what was read there.
    """
    code, said = _told(error)
    if code in _REFUSED:
        what, remedy = _REFUSED[code]
        return SourceRefused(f"{what} ({said})", where=where, remedy=remedy)
    if code in _TOO_MANY:
        return SourceUnavailable(
            f"the server takes no connection now: {said}",
            where=where,
            remedy="Sync again later, or set connections to 1.",
        )
    if code in TIMEOUTS:
        return SourceUnavailable(
            f"the server stopped a query ({said})",
            where=where,
            remedy="Sync again when it is less busy, or raise statement_timeout.",
        )
    if re.search(r"\bSSL\b|certificate", said):
        return SourceRefused(
            f"no TLS connection as configured is possible ({said})",
            where=where,
            remedy="Check ssl_ca, ssl_cert, ssl_key and ssl_verify_identity.",
        )
    if code == CR.CR_CONN_HOST_ERROR or isinstance(error, OSError):
        return SourceUnavailable(
            f"the server cannot be reached: {said}",
            where=where,
            remedy="Check that it runs, the configured host and port, and the network in between.",
        )
    if isinstance(error, pymysql.InterfaceError):
        said = "the session was lost"
    if isinstance(error, pymysql.OperationalError | pymysql.InternalError | pymysql.InterfaceError):
        return SourceUnavailable(f"the server failed: {said}", where=where, remedy="Sync again.")
    return SourceRefused(f"the server refuses a catalog query: {said}", where=where)


def _told(error: Exception) -> tuple[int, str]:
    """The number and the text of an error; pymysql's own errors have no number."""
    if len(error.args) == 2 and isinstance(error.args[0], int):
        return error.args[0], str(error.args[1])
    return 0, str(error)
