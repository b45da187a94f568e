"""The version of a catalog: one hash that changes exactly when something extracted changed."""

from __future__ import annotations

from metadata_assets.catalog.engine import query
from metadata_assets.catalog.model import Catalog

_DATA_VERSION = """
WITH digests AS (
  SELECT 1 AS part, table_fqdn AS name, 0 AS ordinal, sha256(to_json(t)::VARCHAR) AS digest
  FROM (SELECT * EXCLUDE (row_estimate, bytes) FROM tables) t
  UNION ALL SELECT 2, table_fqdn, ordinal, sha256(to_json(c)::VARCHAR) FROM columns c
  UNION ALL SELECT 3, table_fqdn, position, sha256(to_json(k)::VARCHAR) FROM constraints k
  UNION ALL SELECT 4, table_fqdn || ' ' || index_name, 0, sha256(to_json(i)::VARCHAR) FROM indexes i
  UNION ALL SELECT 5, type_fqdn, 0, sha256(to_json(y)::VARCHAR) FROM types y
  UNION ALL SELECT 6, function_fqdn || ' ' || kind, 0, sha256(to_json(f)::VARCHAR) FROM functions f
)
SELECT sha256(coalesce(string_agg(digest, '' ORDER BY part, name, ordinal), '')) FROM digests
"""


def data_version(catalog: Catalog) -> str:
    """The sha256 hex digest of everything in a catalog but its row estimates and sizes."""
    result = query(
        _DATA_VERSION,
        tables=catalog.tables,
        columns=catalog.columns,
        constraints=catalog.constraints,
        indexes=catalog.indexes,
        types=catalog.types,
        functions=catalog.functions,
    )
    version: str = result.column(0)[0].as_py()
    return version
