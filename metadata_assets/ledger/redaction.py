"""Keep secrets out of what the ledger stores.

Works on text and on names alone, so it may hide too much; that is the side to err on.
"""

from __future__ import annotations

import re
from typing import Any

from metadata_assets.errors import ConfigurationError

HIDDEN = "***"

_SECRET_NAME = (
    r"(?:password|passwd|passphrase|pwd|secret|token|credential"
    r"|api[_-]?key|access[_-]?key|private[_-]?key|account[_-]?key|sas[_-]?key)"
)
_NAMED_SECRET = re.compile(rf"{_SECRET_NAME}|authorization", re.IGNORECASE)

_VALUE = r"(?:\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|\{[^}]*\}|(?!\$\{)[^\s;&\"']+)"

_PATTERNS = (
    # scheme://user:password@host; the password may hold @ and / itself
    (
        re.compile(r"(://[^\s:/@'\"<>]*:)(?!\$\{\w+\}@)[^\s'\"<>]+@"),
        rf"\g<1>{HIDDEN}@",
    ),
    # Authorization: Basic …, and a bearer token anywhere
    (
        re.compile(
            r"(authorization[\"']?\s*[=:]\s*[\"']?(?:\w+\s+)?|\bbearer\s+)[^\s,;\"']+",
            re.IGNORECASE,
        ),
        rf"\g<1>{HIDDEN}",
    ),
    # password=…, "password": "…", PGPASSWORD='…', sslpassword = …, PWD={…}
    (
        re.compile(rf"([\w-]*{_SECRET_NAME}[\w-]*[\"']?\s*[=:]\s*){_VALUE}", re.IGNORECASE),
        rf"\g<1>{HIDDEN}",
    ),
    # what is a secret by its own shape: AWS, GitHub, Slack, JSON web tokens, PEM keys
    (
        re.compile(
            r"\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_\w{30,}|\bxox[abprs]-[\w-]{10,}"
            r"|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]+"
            r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
        ),
        HIDDEN,
    ),
)


def redact_text(text: str) -> str:
    """The text with passwords, tokens and keys hidden; `${ENV_VAR}` references stay readable."""
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def redact_json(value: Any) -> Any:
    """Plain JSON with the strings redacted, and hidden what a key names as a secret."""
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, list):
        return [redact_json(member) for member in value]
    if isinstance(value, dict):
        return {
            key: HIDDEN if _is_secret(key, member) else redact_json(member)
            for key, member in value.items()
        }
    return value


def require_no_secret(value: Any, *, where: str) -> Any:
    """Plain JSON that holds no secret, as it is; `${ENV_VAR}` references are none.

    Raises:
        ConfigurationError: It does hold one. Only its place is told, not the value.
    """
    if redact_json(value) != value:
        kept = ", ".join(_secret_places(value))
        raise ConfigurationError(
            f"a secret would be stored: {kept}",
            where=where,
            remedy="Leave it out, or write a reference such as ${MY_PASSWORD}.",
        )
    return value


def _secret_places(value: Any, path: str = "") -> list[str]:
    if isinstance(value, dict):
        return [
            place
            for key, member in value.items()
            for place in (
                [f"{path}{key}"]
                if _is_secret(key, member)
                else _secret_places(member, f"{path}{key}.")
            )
        ]
    if isinstance(value, list):
        return [place for member in value for place in _secret_places(member, path)]
    return [] if redact_json(value) == value else [path.rstrip(".") or "the text"]


def _is_secret(key: str, value: Any) -> bool:
    """A reference names a secret without being one; a missing value hides nothing."""
    if value is None or isinstance(value, bool) or not _NAMED_SECRET.search(key):
        return False
    return not (isinstance(value, str) and re.fullmatch(r"\$\{\w+\}", value))
