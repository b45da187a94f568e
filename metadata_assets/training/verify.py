"""Find every difference between a subject and the stored records of its source; change nothing."""

from __future__ import annotations

import pyarrow as pa

from metadata_assets.catalog.engine import query
from metadata_assets.training.derive import derive_all
from metadata_assets.training.edits import edited_records
from metadata_assets.training.plan import compare, touched
from metadata_assets.training.selection import EVERYTHING, Selection, selected
from metadata_assets.training.subject import Subject
from metadata_assets.training.twins import without_twins
from metadata_assets.training.validity import statuses_to_change

_DIFFERENCES = """
SELECT record_id, kind, source_id, chunk, change, reason FROM pending
UNION ALL
SELECT record_id, kind, source_id, chunk, change, reason FROM judged
ANTI JOIN pending USING (record_id)
UNION ALL
SELECT record_id, kind, source_id, chunk, 'edited', 'differs by hand from what the catalog said'
FROM edited
SEMI JOIN asked USING (record_id)
ORDER BY source_id, kind, chunk, record_id, change
"""


def verify_records(
    subject: Subject, current: pa.Table, *, selection: Selection = EVERYTHING
) -> pa.Table:
    """Derive everything anew and compare it with everything stored.

    Args:
        subject: The source.
        current: Its stored records, with the columns of `RECORDS`.
        selection: What to look at.

    Returns:
        One row a difference: record_id, kind, source_id, chunk, change (what a sync would do, or
        `edited`) and reason; empty where all is true.
    """
    derivation = without_twins(derive_all(subject), current)
    asked = selected(compare(current, derivation, subject.catalog.unreadable), selection)
    return query(
        _DIFFERENCES,
        pending=touched(asked),
        judged=statuses_to_change(current, subject, selection),
        asked=asked,
        edited=edited_records(current),
    )
