"""What an error of SQLAlchemy means for a sync: come back later, or mend something."""

from __future__ import annotations

import re

from sqlalchemy import exc
from sqlalchemy.engine import URL

from metadata_assets.errors import MetadataAssetsError, SourceRefused, SourceUnavailable

_UNWELCOME = re.compile(r"password|login failed|access denied|authenticat|ORA-01017", re.IGNORECASE)
"""What engines say to a wrong password: trying it again could lock the account."""


_SHORT = 4


def explained(
    error: exc.SQLAlchemyError, where: str, secrets: frozenset[str]
) -> MetadataAssetsError:
    """The error to raise for one of an engine.

    Args:
        error: While connecting, or of a query.
        where: The database's address.
        secrets: What to take out of what the engine says.
    """
    said = _said(error, secrets)
    if isinstance(error, exc.NoSuchModuleError):
        return SourceRefused(
            f"SQLAlchemy has no such dialect ({said})",
            where=where,
            remedy="Install the package that brings it beside metadata-assets, such as "
            "sqlalchemy-redshift, snowflake-sqlalchemy or trino.",
        )
    if _UNWELCOME.search(said):
        return SourceRefused(
            f"the database does not accept the user and password: {said}",
            where=where,
            remedy="Check the configured user, and the variable that holds the password.",
        )
    if isinstance(error, exc.OperationalError | exc.InterfaceError | exc.InternalError):
        return SourceUnavailable(
            f"the database cannot be reached, or failed: {said}",
            where=where,
            remedy="Check the url, the variable that holds the password, and the network; then "
            "sync again.",
        )
    return SourceRefused(f"the database refuses: {said}", where=where)


def _said(error: exc.SQLAlchemyError, secrets: frozenset[str]) -> str:
    """What the engine said, in one line, without the statement and without anything secret."""
    reason = str(error.orig if isinstance(error, exc.DBAPIError) else error)
    line = " ".join(re.sub(r"\(Background on this error.*", "", reason).split()).rstrip(".")
    for secret in secrets:
        # A short one would be found within words, and be told by what is missing there.
        before, after = (r"(?<!\w)", r"(?!\w)") if len(secret) < _SHORT else ("", "")
        line = re.sub(f"{before}{re.escape(secret)}{after}", "***", line)
    return line[:300]


def not_installed(error: ImportError, url: URL, where: str) -> SourceRefused:
    """The error to raise where the module that a URL's driver needs is not to be had."""
    return SourceRefused(
        f"the Python module that {url.drivername} connects with cannot be imported ({error})",
        where=where,
        remedy="Install it beside metadata-assets, or name another driver in the url: "
        "`mssql+pymssql://`, `oracle+oracledb://`, ….",
    )
