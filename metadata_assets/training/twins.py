"""Teach nothing twice: what a record of someone's own says already is not derived as well."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from metadata_assets.catalog.engine import opened_engine
from metadata_assets.training.derive import Derivation
from metadata_assets.training.records import DERIVED, training_sql

_OWN = """
SELECT record_id, kind, content_hash FROM others
WHERE NOT follows(source_type, source_id, derived_hash) AND sync_status <> 'deleted'
"""

# Without its catalog_hash an object is asked for again by each sync, so the record returns when the
# other one is gone.
_UNTWINNED = """
WITH twins AS (
  SELECT d.record_id, d.source_id
  FROM derived d
  JOIN own USING (kind, content_hash)
  WHERE own.record_id <> d.record_id
)
SELECT * REPLACE (
  CASE WHEN source_id NOT IN (SELECT source_id FROM twins) THEN catalog_hash END AS catalog_hash
)
FROM derived
ANTI JOIN twins USING (record_id)
ORDER BY source_id, kind, chunk
"""


def without_twins(derivation: Derivation, current: pa.Table) -> Derivation:
    """A derivation without the records that a live record of another origin says word for word.

    Args:
        derivation: What a subject says.
        current: The stored records of the source, with the columns of `RECORDS`.
    """
    others = current.filter(pc.field("source_type") != "catalog")
    if others.num_rows == 0:
        return derivation
    with opened_engine() as engine:
        engine.register(others=others, derived=derivation.records)
        own = engine.query(training_sql("macros") + _OWN)
        if own.num_rows == 0:
            return derivation
        engine.register(own=own)
        return Derivation(engine.query(_UNTWINNED).cast(DERIVED), derivation.in_step)
