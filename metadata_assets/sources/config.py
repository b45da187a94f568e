"""How a source is configured: the fields every engine shares, and `${ENV}` references.

A configuration is stored as it was written, with references; `resolve` replaces them at the moment
of connecting, so no secret reaches the control table, the lake or the ledger.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar
from urllib.parse import quote

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from metadata_assets.errors import ConfigurationError
from metadata_assets.sources.paths import expanded

_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")

EnvReference = Annotated[str, StringConstraints(pattern=r"^\$\{[A-Za-z_][A-Za-z0-9_]*\}$")]
"""A whole value that is one `${ENV_VAR}` reference."""


# A password may hold a slash: SQLAlchemy takes everything up to the first `@`.
_URL_PASSWORD = re.compile(r"://[^/@:]*:([^@]+)@")
_URL_PARAMETER = re.compile(
    r"[?&;](?:[^=&;]*(?:pass(?!file)|pwd|secret|token)[^=&;]*"
    r"|[^=&;]*(?:(?:api|access|private)_?key|credentials_(?:info|base64|json)))=([^&;]+)",
    re.IGNORECASE,
)


def _only_a_reference(value: str) -> str:
    if not _REFERENCE.fullmatch(value):
        # The value is not repeated: it may well be the secret.
        raise ValueError("a literal secret is refused; write a reference such as ${MY_PASSWORD}")
    return value


def _no_literal_password(value: str) -> str:
    for secret in (*_URL_PASSWORD.findall(value), *_URL_PARAMETER.findall(value)):
        _only_a_reference(secret)
    return value


_NAMES_A_SECRET = re.compile(
    r"pass(?!file)|pwd|secret|token|(api|access|private)_?key$|credentials(_info|_base64|_json)?$",
    re.IGNORECASE,
)


def secrets_among(options: Mapping[str, Any]) -> Iterator[str]:
    """The values of options that are secrets by their name, at whatever depth."""
    for name, value in options.items():
        for one in value if isinstance(value, list | tuple) else (value,):
            if isinstance(one, Mapping):
                yield from secrets_among(one)
            elif one not in ("", None) and _NAMES_A_SECRET.search(name):
                yield str(one)


def require_references(options: Mapping[str, Any]) -> None:
    """Refuse a literal secret among options.

    Raises:
        ValueError: One is not a reference.
    """
    for secret in secrets_among(options):
        _only_a_reference(secret)


Secret = Annotated[str, AfterValidator(_only_a_reference)]
"""A field that only takes an `${ENV_VAR}` reference."""

Url = Annotated[str, AfterValidator(_no_literal_password)]
"""A database URL; its password may only be a reference."""


UNREAD = frozenset({"max_shrink", "ttl_seconds", "connections"}) | {
    f"profile{of}" for of in ("", "_rows", "_seconds", "_budget_seconds", "_days")
}
"""The fields that say when and how to read, not what: they are in no fingerprint."""


class SourceConfig(BaseModel):
    """What every engine's `source_config` may hold."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    include: tuple[str, ...] = Field(
        (), description="GLOB patterns of tables to read: `orders*`, or with a schema, `sales.*`."
    )
    exclude: tuple[str, ...] = Field((), description="GLOB patterns of tables to leave out.")
    max_shrink: float = Field(
        0.3, ge=0, le=1, description="Share of tables that may vanish in one sync."
    )
    ttl_seconds: int | None = Field(
        None, ge=1, description="Read again after this time, even if the fingerprint is the same."
    )
    profile: bool = Field(False, description="Also keep statistics of what the tables hold.")
    profile_rows: int = Field(
        10_000, ge=10, description="Rows of a table that the statistics look at."
    )
    profile_seconds: int = Field(
        10, ge=1, description="Seconds that the statistics of one table may take."
    )
    profile_budget_seconds: int = Field(
        300, ge=1, description="Seconds for all tables of one run; the next run goes on."
    )
    profile_days: int = Field(7, ge=1, description="Days after which statistics are read again.")

    def types_dialect(self, usual: str) -> str:
        """The SQLGlot dialect of the source's types: the driver's usual one, or what is said."""
        return usual

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        """Names without values: once resolved, any of them may be a secret."""
        return [(name, ...) for name in type(self).model_fields]


class FileConfig(SourceConfig):
    """A source that is a path."""

    path: str = Field(min_length=1, description="Relative paths start at the home folder.")


ConfigT = TypeVar("ConfigT", bound=SourceConfig)


def resolve(config: ConfigT, env: Mapping[str, str], *, base: Path, where: str) -> ConfigT:
    """The configuration ready to connect with: references replaced, a relative path made absolute.

    Args:
        config: As stored.
        env: The variables references may name.
        base: Where a relative `path` starts.
        where: The source's key, for messages.

    Raises:
        ConfigurationError: A variable is not set.
    """
    values: dict[str, Any] = {
        name: _replaced(value, env, quoting=name == "url", where=where)
        for name, value in config
        if isinstance(value, str | Mapping | list | tuple)
    }
    if values.get("path"):
        values["path"] = str((base / expanded(values["path"])).absolute())
    return config.model_copy(update=values)


def _replaced(value: Any, env: Mapping[str, str], *, quoting: bool, where: str) -> Any:
    if isinstance(value, Mapping):
        return {key: _replaced(v, env, quoting=quoting, where=where) for key, v in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_replaced(v, env, quoting=quoting, where=where) for v in value)
    if not isinstance(value, str):
        return value

    def lookup(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in env:
            raise ConfigurationError(
                f"the environment variable {name} is not set",
                where=where,
                remedy=f"Set {name} where the sync runs, or change the source's configuration.",
            )
        # A password inside a URL may hold any character; a whole URL is taken as it is.
        return quote(env[name], safe="") if quoting and match.group(0) != value else env[name]

    return _REFERENCE.sub(lookup, value)
