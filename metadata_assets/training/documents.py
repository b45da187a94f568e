"""Documentation people write about a source, declared by drops of `kind: documentation`."""

from __future__ import annotations

import pyarrow as pa

from metadata_assets.lake import LakeTable

_text = pa.string()

DOCUMENTATION = LakeTable(
    "control/documentation",
    pa.schema(
        [
            ("document_id", _text),
            ("title", _text),
            ("content", _text),
            ("tables", pa.list_(_text)),  # FQDNs it concerns
            ("origin", _text),  # yaml:<file>, or who else wrote it
            ("base_hash", _text),  # of the YAML row last ingested, for the three-way merge
        ]
    ),
    key=("document_id",),
)
"""One row a text."""
