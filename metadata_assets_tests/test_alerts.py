from __future__ import annotations

from collections.abc import Iterator

import pytest

from metadata_assets.alerts import Alert, send_alert
from metadata_assets.errors import TransientError
from metadata_assets_tests.webhooks import Webhook, listening

ALERT = Alert("shop", "source_sync", "r-1", "down: postgresql://me:S3cret@db")


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with listening() as hook:
        yield hook


def test_an_alert_tells_its_fields_without_secrets(webhook: Webhook) -> None:
    send_alert(webhook.url, ALERT, "json")
    assert webhook.taken == [
        {
            "event": "run_failed",
            "source": "shop",
            "job": "source_sync",
            "run_id": "r-1",
            "error": "down: postgresql://me:***@db",
        }
    ]


def test_slack_gets_a_message(webhook: Webhook) -> None:
    send_alert(webhook.url, ALERT, "slack")
    assert webhook.taken == [{"text": "*shop* failed (source_sync): down: postgresql://me:***@db"}]


def test_an_alert_that_nobody_takes_names_no_url(webhook: Webhook) -> None:
    webhook.status = 500
    with pytest.raises(TransientError, match=r"webhook at 127\.0\.0\.1: .*500") as refused:
        send_alert(webhook.url, ALERT, "json")
    with pytest.raises(TransientError, match="ConnectionError") as silent:
        send_alert("http://127.0.0.1:1/T0K3N", ALERT, "json")
    assert "T0K3N" not in f"{refused.value} {silent.value}"
