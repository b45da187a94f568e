"""The glossary: the words of the business, declared by drops of `kind: glossary`."""

from __future__ import annotations

import pyarrow as pa

from metadata_assets.lake import LakeTable

_text = pa.string()
_texts = pa.list_(_text)

GLOSSARY = LakeTable(
    "control/glossary",
    pa.schema(
        [
            ("term", _text),
            ("definition", _text),
            ("synonyms", _texts),
            ("tables", _texts),  # FQDNs
            ("columns", _texts),  # schema.table.column
            ("sql", _text),
            ("broader", _text),  # a more general term
            ("origin", _text),  # yaml:<file>, or who else wrote it
            ("base_hash", _text),  # of the YAML row last ingested, for the three-way merge
        ]
    ),
    key=("term",),
)
"""One row a term."""
