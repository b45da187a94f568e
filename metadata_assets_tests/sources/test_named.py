from __future__ import annotations

import pytest

from metadata_assets.errors import ConfigurationError
from metadata_assets.sources.named import as_source
from metadata_assets_tests.sources.postgres_servers import PostgresDatabase


def test_a_url_may_hold_the_password_itself_which_is_kept_nowhere(newest: PostgresDatabase) -> None:
    newest.execute("CREATE TABLE t (id int); CREATE TABLE tmp (id int)")
    url = newest.url.replace("postgres:@", "postgres:hunter2@")
    source = as_source(url, exclude=["tmp"])
    assert source.extract().tables["table_name"].to_pylist() == ["t"]
    assert "hunter2" not in f"{source!r}{source.stored_config.model_dump_json()}"


@pytest.mark.parametrize(
    ("url", "dialect"),
    [
        ("mssql+pymssql://sa:hunter2@host/shop", "tsql"),
        ("cockroachdb://sa:hunter2@host/shop", "postgres"),
        ("firebird://sa:hunter2@host/shop", ""),
    ],
)
def test_the_dialect_is_the_one_of_the_url_unless_it_is_said(url: str, dialect: str) -> None:
    source = as_source(url)
    assert source.config.types_dialect("") == dialect
    assert "hunter2" not in f"{source!r}{source.stored_config.model_dump_json()}"
    assert as_source(url, dialect="mysql").config.types_dialect("") == "mysql"


def test_what_names_no_source_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="neither a URL nor a file of a known kind"):
        as_source("some text")
    with pytest.raises(ConfigurationError, match="unknown source_type"):
        as_source({"source_type": "postgress"})
