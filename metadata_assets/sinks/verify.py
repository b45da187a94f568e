"""Find every difference between the records of a source and what its sink holds; change nothing."""

from __future__ import annotations

import pyarrow as pa

from metadata_assets.catalog.engine import query
from metadata_assets.sinks.index import Index, sinks_sql
from metadata_assets.sinks.sink import sealed
from metadata_assets.training.records import RECORDS

_TOLD = ("record_id", "kind", "source_id", "chunk", "content_hash", "sync_status")


def verify_index(index: Index) -> pa.Table:
    """Ask the sink for all it holds, and compare it with the current records.

    Returns:
        One row a difference, as `training.verify.verify_records` tells them: record_id, kind,
        source_id, chunk, change and reason. The change is `missing`, `stale`, `duplicate`,
        or `unknown`: of what no record of any source in this sink says, without a record.

    Raises:
        SinkFailed: The sink cannot be asked.
    """
    with index.sink.opened() as session:
        entries = sealed(session.entries())
    return query(
        sinks_sql("differences"),
        records=index.lake.read(RECORDS, index.source, columns=_TOLD),
        entries=entries,
        state=index.state(),
        elsewhere=index.elsewhere(),
        asked=index.asked,
    )
