"""What people say about a source's tables and columns, merged onto its catalog.

An annotation wins over what the database says. Rows come from drops of `kind: annotations`.
"""

from __future__ import annotations

import pyarrow as pa

from metadata_assets.lake import LakeTable

_text = pa.string()

ANNOTATIONS = LakeTable(
    "control/annotations",
    pa.schema(
        [
            ("table_fqdn", _text),
            ("column_name", _text),  # null: about the table
            ("description", _text),
            ("business_domain", _text),
            ("owner", _text),
            ("grain_description", _text),
            ("status", _text),
            ("tags", pa.list_(_text)),
            ("pii", pa.bool_()),  # of a table: of all its columns that do not say otherwise
            ("original_description", _text),  # the database's comment, as last read
            ("origin", _text),  # yaml:<file>, or who else wrote it
            ("base_hash", _text),  # of the YAML row last ingested, for the three-way merge
        ]
    ),
    key=("table_fqdn", "column_name"),
)
"""One row an annotated table or column."""
