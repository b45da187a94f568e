"""The lake: Delta tables, one per concept, most of them partitioned by `source`.

Knows nothing of what the tables mean; the domains declare theirs as `LakeTable` values. Rows are
read and replaced through one `Partition`, so a concurrent replacement of the same partition is
refused while one of another partition goes through (optimistic concurrency of the Delta log).
"""

from metadata_assets.lake.lake import Lake
from metadata_assets.lake.partition import Partition, Partitions
from metadata_assets.lake.table import SOURCE, LakeTable

__all__ = ["SOURCE", "Lake", "LakeTable", "Partition", "Partitions"]
