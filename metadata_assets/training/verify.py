"""Find every difference between a catalog and the stored records of its source; change nothing."""

from __future__ import annotations

import pyarrow as pa

from metadata_assets.catalog.engine import query
from metadata_assets.catalog.model import Catalog
from metadata_assets.training.derive import derive_all
from metadata_assets.training.edits import edited_records
from metadata_assets.training.plan import compare, touched
from metadata_assets.training.selection import EVERYTHING, Selection, selected

_DIFFERENCES = """
SELECT record_id, kind, source_id, chunk, change AS difference, reason FROM pending
UNION ALL
SELECT record_id, kind, source_id, chunk, 'edited', 'differs by hand from what the catalog said'
FROM edited
SEMI JOIN asked USING (record_id)
ORDER BY source_id, kind, chunk, record_id, difference
"""


def verify_records(
    source: str,
    catalog: Catalog,
    current: pa.Table,
    *,
    dialect: str,
    selection: Selection = EVERYTHING,
) -> pa.Table:
    """Derive everything anew and compare it with everything stored.

    Args:
        source: The source's key.
        catalog: What it holds now.
        current: Its stored records, with the columns of `RECORDS`.
        dialect: Its SQLGlot dialect.
        selection: What to look at.

    Returns:
        One row a difference: record_id, kind, source_id, chunk, difference (what a sync would do,
        or `edited`) and reason; empty where all is true.
    """
    derivation = derive_all(source, catalog, dialect=dialect)
    asked = selected(compare(current, derivation, catalog.unreadable), selection)
    return query(_DIFFERENCES, pending=touched(asked), asked=asked, edited=edited_records(current))
