"""The current records as Vanna's classic `get_training_data()` returns its own: a DataFrame."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from metadata_assets.catalog.engine import query
from metadata_assets.lake import SOURCE, Lake
from metadata_assets.training.records import RECORDS

_COLUMNS = (SOURCE, "vanna_id", "question", "content", "kind", "sync_status")

_TRAINING_DATA = """
SELECT DISTINCT ON (vanna_id) vanna_id AS id, question, content, kind AS training_data_type
FROM records WHERE sync_status = 'current' ORDER BY vanna_id, source
"""


def get_training_data(lake: Lake, source: str | None = None) -> pd.DataFrame:
    """What an assistant is to be told, one row an entry.

    Args:
        lake: Where the records are.
        source: The key of a source; all sources by default.

    Returns:
        The columns id (as Vanna computes it), question, content and training_data_type (sql, ddl
        or documentation), ordered by id.
    """
    records = lake.read_all(RECORDS, columns=_COLUMNS)
    if source is not None:
        asked = pa.table({SOURCE: pa.array([source], pa.string())})
        records = query("FROM records SEMI JOIN asked USING (source)", records=records, asked=asked)
    return query(_TRAINING_DATA, records=records).to_pandas()
