"""`training/sink_state`: what was pushed where, under which id.

One row an entry, not a record: records that say the same share one. Written before a sink is
touched and after, so what a killed push may have left in the sink is known to whoever comes next.
"""

from __future__ import annotations

import pyarrow as pa

from metadata_assets.lake import LakeTable

_text: pa.DataType = pa.string()
_moment: pa.DataType = pa.timestamp("us", "UTC")

SINK_STATE = LakeTable(
    "training/sink_state",
    pa.schema(
        [
            ("sink", _text),
            ("content_hash", _text),
            ("kind", _text),
            ("record_id", _text),  # the record it was pushed for
            ("external_id", _text),  # the sink's own; null while only intended
            ("status", _text),  # pushed, pending or adopted
            ("pushed_at", _moment),
        ]
    ),
    key=("sink", "content_hash"),
)
"""The entries each source has in its sink."""

PUSHED = "pushed"
"""The status of an entry that is in the sink."""

PENDING = "pending"
"""The status of an entry that may be in the sink or not: a push had begun to add or remove it."""

ADOPTED = "adopted"
"""The status of an entry that was in the sink before, and is to become a record's: a push finds it
for that record, and leaves it alone as long as there is none."""
