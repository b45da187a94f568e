"""Golden queries: questions with the SQL that answers them, declared by `kind: golden_queries`."""

from __future__ import annotations

import pyarrow as pa

from metadata_assets.lake import LakeTable

_text = pa.string()

GOLDEN_QUERIES = LakeTable(
    "control/golden_queries",
    pa.schema(
        [
            ("query_id", _text),
            ("question", _text),
            ("sql", _text),
            ("tags", pa.list_(_text)),
            ("origin", _text),  # yaml:<file>, or who else wrote it
            ("base_hash", _text),  # of the YAML row last ingested, for the three-way merge
        ]
    ),
    key=("query_id",),
)
"""One row a question."""
