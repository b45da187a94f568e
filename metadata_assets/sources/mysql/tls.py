"""TLS to MySQL and MariaDB: what is demanded, and what is taken where nothing is."""

from __future__ import annotations

import ssl
from typing import Any

import pymysql

from metadata_assets.errors import SourceRefused


class AnyCertificate(pymysql.Connection):
    """A connection that takes any certificate where nothing is demanded.

    So does pymysql, but not before it has loaded all authorities of the machine: 80 ms each time.
    """

    def _create_ssl_ctx(self, demanded: ssl.SSLContext | dict[str, Any]) -> ssl.SSLContext:
        if isinstance(demanded, ssl.SSLContext):
            return demanded
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context


def demanded_tls(
    *, ssl_ca: str, ssl_cert: str, ssl_key: str, verify_identity: bool
) -> dict[str, ssl.SSLContext]:
    """The parameter that demands TLS; none where nothing is said: the server decides.

    A context of our own: pymysql takes an authority without verifying anything by it.
    """
    if not (ssl_ca or ssl_cert or verify_identity):
        return {}
    try:
        context = ssl.create_default_context(cafile=ssl_ca or None)
        if ssl_cert:
            context.load_cert_chain(ssl_cert, ssl_key or None)
    except OSError as error:
        raise SourceRefused(
            f"its TLS files cannot be used: {error.strerror or error}",
            where="mysql",
            remedy="Check ssl_ca, ssl_cert and ssl_key.",
        ) from error
    # The certificates that servers make for themselves are not strictly by the book.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.check_hostname = verify_identity
    if not (ssl_ca or verify_identity):
        context.verify_mode = ssl.CERT_NONE
    return {"ssl": context}
