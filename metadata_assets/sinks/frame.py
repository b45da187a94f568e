"""The current records in the shape of Vanna's training data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from metadata_assets.catalog.engine import query
from metadata_assets.lake import SOURCE, Lake
from metadata_assets.training.records import RECORDS

if TYPE_CHECKING:
    import pandas as pd  # a second, which only who asks for a DataFrame shall wait

_COLUMNS = (SOURCE, "vanna_id", "question", "content", "kind", "sync_status")

_TRAINING_DATA = """
SELECT DISTINCT ON (vanna_id) vanna_id AS id, question, content, kind AS training_data_type
FROM records WHERE sync_status = 'current' ORDER BY vanna_id, source
"""


def training_data(lake: Lake, source: str | None = None) -> pa.Table:
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
        records = records.filter(pc.field(SOURCE) == source)
    return query(_TRAINING_DATA, records=records)


def get_training_data(lake: Lake, source: str | None = None) -> pd.DataFrame:
    """`training_data` as a DataFrame, as Vanna's method of that name returns its own."""
    return training_data(lake, source).to_pandas()
