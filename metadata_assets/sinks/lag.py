"""Whether a source's index lags behind its records: asked by each sync, so it costs no row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from metadata_assets.lake import Lake
from metadata_assets.ledger.store import Ledger
from metadata_assets.sinks.config import SINK
from metadata_assets.training.records import RECORDS

STAGE = "vanna_index"
"""The stage that pushes, and its asset."""


def pushed_inputs(source: str, target_config: Mapping[str, Any], lake: Lake) -> dict[str, str]:
    """What a push goes by: the stored records and where they go; kept in the stage's position.

    To be asked before anything is read: what changes in between then shows at the next sync.
    """
    sink = json.dumps(target_config.get(SINK), sort_keys=True)
    return {RECORDS.name: lake.fingerprint(RECORDS.name, source), SINK: sink}


def reason_to_push(
    source: str, target_config: Mapping[str, Any], lake: Lake, ledger: Ledger
) -> str | None:
    """Why a source's index needs a push; None where it is in step, or there is none.

    Args:
        source: The source's key.
        target_config: As in its control row; may name a sink.
        lake: Where its records are.
        ledger: Where the last push is remembered.
    """
    if target_config.get(SINK) is None:
        return None
    position = ledger.position(source, STAGE, "batch") or {}
    if position.get("inputs") != pushed_inputs(source, target_config, lake):
        return f"{STAGE} is behind"
    return None
