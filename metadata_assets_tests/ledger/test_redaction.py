from __future__ import annotations

import pytest

from metadata_assets.ledger.redaction import redact_json, redact_text


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("postgresql://me:S3cret@db/shop", "postgresql://me:***@db/shop"),
        ("at postgresql://me:S3c@r/et@db:5432/shop now", "at postgresql://me:***@db:5432/shop now"),
        ("mysql://me@db/shop", "mysql://me@db/shop"),
        ("host=db password=S3cret,x user=me", "host=db password=*** user=me"),
        ("password='S3 cret' user=me", "password=*** user=me"),
        (r'{"password": "S3\"cret", "user": "me"}', '{"password": ***, "user": "me"}'),
        ("PGPASSWORD=S3cret psql", "PGPASSWORD=*** psql"),
        ("Uid=me;Pwd={S3;cret};", "Uid=me;Pwd=***;"),
        ("https://x/y?api_key=S3cret&page=2", "https://x/y?api_key=***&page=2"),
        ("aws_secret_access_key: S3cret", "aws_secret_access_key: ***"),
        ("Authorization: Basic S3cretS3cret==", "Authorization: Basic ***"),
        ("'authorization': 'Bearer S3cret'", "'authorization': 'Bearer ***'"),
        ("curl -H Bearer S3cret.token", "curl -H Bearer ***"),
        ("key AKIAABCDEFGHIJKLMNOP used", "key *** used"),
        ("password=${SHOP_PASSWORD}", "password=${SHOP_PASSWORD}"),
        ('password authentication failed for user "me"',) * 2,
        ("column \"token\" of table 'orders' is a basic functionality",) * 2,
    ],
)
def test_text_loses_its_secrets_and_nothing_else(text: str, redacted: str) -> None:
    assert redact_text(text) == redacted


def test_a_private_key_is_hidden_whole() -> None:
    key = "-----BEGIN RSA PRIVATE KEY-----\nS3cret\n-----END RSA PRIVATE KEY-----"
    assert redact_text(f"before {key} after") == "before *** after"


def test_values_named_as_secrets_are_hidden_at_any_depth() -> None:
    value = {
        "host": "db",
        "password": "S3cret",
        "auth": [{"access_token": 5, "url": "x://me:S3cret@h"}],
        "secret_ref": "${SHOP_SECRET}",
        "has_password": True,
        "token": None,
    }
    assert redact_json(value) == {
        "host": "db",
        "password": "***",
        "auth": [{"access_token": "***", "url": "x://me:***@h"}],
        "secret_ref": "${SHOP_SECRET}",
        "has_password": True,
        "token": None,
    }
