"""Statistics of what a source's tables hold, kept apart from the catalog.

Here is only what is stored: the tables are read by `sources.profile`, and which of them are to be
read again is decided in `catalog.profile_plan`. Loading data changes statistics and no catalog, so
nothing of this is in a content hash or a data version. A column that is flagged as personal data
has no row here.
"""

from __future__ import annotations

import pyarrow as pa

from metadata_assets.lake import LakeTable

_text, _texts, _count = pa.string(), pa.list_(pa.string()), pa.int64()
_moment = pa.timestamp("us", tz="UTC")


def _schema(**columns: pa.DataType) -> pa.Schema:
    return pa.schema(list(columns.items()))


LOW_CARDINALITY = 10
"""A column with no more distinct values than this has them all in `top_values`."""

PROFILES = LakeTable(
    "catalog/profiles",
    _schema(
        table_fqdn=_text,
        column_name=_text,
        row_count=_count,  # of the table; null where nobody knows it cheaply
        distinct_count=_count,  # of the rows looked at; null where it makes no sense
        null_count=_count,  # scaled up to the table where it was sampled
        min_value=_text,
        max_value=_text,
        # All values of a column of low cardinality, the most frequent first.
        top_values=_texts,
        # The most frequent values of a text column that has more, but repeats them.
        sample_values=_texts,
        sampled=pa.bool_(),  # whether only some of the rows were looked at
        profiled_at=_moment,
    ),
    key=("table_fqdn", "column_name"),
)
"""One row a column. Values are text as the engine prints them, shortened to 100 characters."""

PROFILED_TABLES = LakeTable(
    "catalog/profiled_tables",
    _schema(
        table_fqdn=_text,
        content_hash=_text,  # these three: as the catalog said when it was read
        row_estimate=_count,
        bytes=_count,
        profiled_at=_moment,
        left_out=_text,  # why there are no statistics; null where there are
    ),
    key=("table_fqdn",),
)
"""One row a table: what was known of it when it was last profiled, or why it could not be."""
