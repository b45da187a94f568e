"""Tell someone that a run failed: a Slack webhook, or any URL that takes JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

import requests

from metadata_assets.errors import TransientError
from metadata_assets.ledger.redaction import redact_text

_SECONDS = 10

Form = Literal["json", "slack"]


@dataclass(frozen=True, slots=True)
class Alert:
    """A failure worth telling.

    Attributes:
        source: The source, or the job where there is none.
        job: The Dagster job.
        run_id: The Dagster run.
        error: What went wrong, in a line.
    """

    source: str
    job: str
    run_id: str
    error: str


def send_alert(webhook: str, alert: Alert, form: Form) -> None:
    """Post an alert, without secrets.

    Args:
        webhook: The URL; it is a secret itself and in no message.
        alert: What to tell.
        form: As a text, for a Slack webhook, or as its fields.

    Raises:
        TransientError: Nobody took it.
    """
    told = {name: redact_text(value) for name, value in asdict(alert).items()}
    body: dict[str, Any] = told | {"event": "run_failed"}
    if form == "slack":
        body = {"text": f"*{told['source']}* failed ({told['job']}): {told['error']}"}
    try:
        requests.post(webhook, json=body, timeout=_SECONDS).raise_for_status()
    except requests.RequestException as error:
        status = getattr(error.response, "status_code", None)
        raise TransientError(
            f"the alert was not taken ({status or type(error).__name__})",
            where=f"webhook at {urlsplit(webhook).hostname}",
            remedy="Check METADATA_ASSETS_ALERT_WEBHOOK.",
        ) from None
