from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from metadata_assets.errors import ConfigurationError
from metadata_assets.sources.config import (
    EnvReference,
    FileConfig,
    Secret,
    SourceConfig,
    Url,
    require_references,
    resolve,
)

HOME = Path("/home/of/state")


class ServerConfig(SourceConfig):
    url: Url | None = None
    host: str = "localhost"
    password: Secret | None = None
    token: EnvReference | None = None


def test_a_literal_secret_is_refused_without_being_repeated() -> None:
    with pytest.raises(ValidationError) as failed:
        ServerConfig(password="hunter2")
    assert "write a reference such as ${MY_PASSWORD}" in str(failed.value)
    assert "hunter2" not in str(failed.value)


@pytest.mark.parametrize("secret", ["${A}${B}", "x${A}", "${A} ", "${1A}", "$A", "${}"])
def test_a_secret_is_one_whole_reference(secret: str) -> None:
    with pytest.raises(ValidationError):
        ServerConfig(password=secret)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:hunter2@db/shop",
        "postgresql://me:hun@ter2@db/shop",
        "postgresql://:hunter2@db/shop",
        "postgresql://me:hunter2${X}@db/shop",
        "postgresql://me:hun/ter2@db/shop",
        "postgresql://db/shop?user=me&password=hunter2",
        "mssql://db/shop?PWD=hunter2",
    ],
)
def test_a_url_with_a_literal_password_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(ValidationError) as failed:
        ServerConfig(url=url)
    assert "hun" not in str(failed.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me@db/shop",
        "postgresql://me:@db/shop",
        "postgresql://me:${PASSWORD}@db/shop?application_name=a@b",
        "postgresql://db/shop?user=me&password=${PASSWORD}&sslmode=require",
        "${URL}",
        "sqlite:///x.db",
    ],
)
def test_a_url_without_a_literal_password_is_taken(url: str) -> None:
    assert ServerConfig(url=url).url == url


def test_secrets_are_not_printed() -> None:
    config = ServerConfig(url="postgresql://me:${PASSWORD}@db/shop", password="${PASSWORD}")
    resolved = resolve(config, {"PASSWORD": "hunter2"}, base=HOME, where="m.s")
    assert "hunter2" not in repr(resolved)
    assert "hunter2" not in str(resolved)


def test_references_are_replaced_when_connecting_and_not_before() -> None:
    stored = ServerConfig(password="${PASSWORD}", host="${HOST}.internal")
    resolved = resolve(stored, {"PASSWORD": "hunter2", "HOST": "db"}, base=HOME, where="m.s")
    assert (resolved.password, resolved.host) == ("hunter2", "db.internal")
    assert (stored.password, stored.host) == ("${PASSWORD}", "${HOST}.internal")


def test_a_password_inside_a_url_is_quoted_and_a_whole_url_is_not() -> None:
    env = {"PASSWORD": "p@ss/w:rd", "URL": "postgresql://me:p%40ss@db/shop"}
    inside = ServerConfig(url="postgresql://me:${PASSWORD}@db/shop")
    assert resolve(inside, env, base=HOME, where="m.s").url == (
        "postgresql://me:p%40ss%2Fw%3Ard@db/shop"
    )
    assert resolve(ServerConfig(url="${URL}"), env, base=HOME, where="m.s").url == env["URL"]


def test_a_missing_variable_is_named() -> None:
    with pytest.raises(ConfigurationError) as failed:
        resolve(ServerConfig(host="${NOWHERE}"), {}, base=HOME, where="m.s")
    assert str(failed.value) == (
        "m.s: the environment variable NOWHERE is not set. "
        "Set NOWHERE where the sync runs, or change the source's configuration."
    )


def test_relative_paths_start_at_the_base() -> None:
    assert resolve(FileConfig(path="x/y.db"), {}, base=HOME, where="m.s").path == (
        "/home/of/state/x/y.db"
    )
    assert resolve(FileConfig(path="/abs.db"), {}, base=HOME, where="m.s").path == "/abs.db"
    env = {"DATA": "/data"}
    assert resolve(FileConfig(path="${DATA}/x"), env, base=HOME, where="m.s").path == "/data/x"


def test_the_home_sign_is_expanded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    assert resolve(FileConfig(path="~/x.db"), {}, base=HOME, where="m.s").path == "/home/me/x.db"


def test_unknown_fields_are_refused() -> None:
    with pytest.raises(ValidationError, match="includes"):
        FileConfig.model_validate({"path": "x", "includes": ["a"]})


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_a_share_is_between_nothing_and_all(share: float) -> None:
    with pytest.raises(ValidationError):
        SourceConfig(max_shrink=share)


def test_references_in_a_mapping_are_replaced_too() -> None:
    class Options(SourceConfig):
        options: Mapping[str, str | int]

    stored = Options(options={"token": "${TOKEN}", "retries": 3})
    resolved = resolve(stored, {"TOKEN": "hunter2"}, base=HOME, where="m.s")
    assert resolved.options == {"token": "hunter2", "retries": 3}
    assert stored.options == {"token": "${TOKEN}", "retries": 3}


def test_references_in_a_list_are_replaced_too_at_whatever_depth() -> None:
    class Options(SourceConfig):
        options: Mapping[str, Any]
        session: tuple[str, ...] = ()

    stored = Options(
        options={"hosts": [{"name": "db", "token": "${TOKEN}"}, "${HOST}"], "ports": [1, 2]},
        session=("SET ROLE ${ROLE}",),
    )
    env = {"TOKEN": "hunter2", "HOST": "other", "ROLE": "reader"}
    resolved = resolve(stored, env, base=HOME, where="m.s")
    assert resolved.options == {
        "hosts": [{"name": "db", "token": "hunter2"}, "other"],
        "ports": [1, 2],
    }
    assert resolved.session == ("SET ROLE reader",)


@pytest.mark.parametrize(
    "options",
    [{"hosts": [{"name": "db", "password": "hunter2"}]}, {"passwords": ["${A}", "hunter2"]}],
)
def test_a_literal_secret_within_a_list_is_refused(options: Mapping[str, Any]) -> None:
    with pytest.raises(ValueError, match="a literal secret is refused"):
        require_references(options)
