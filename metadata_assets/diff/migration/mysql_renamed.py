"""What a server of MySQL or MariaDB renames along with a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa

from metadata_assets.catalog.engine import query
from metadata_assets.catalog.model import Catalog
from metadata_assets.diff.changes import RenameTable
from metadata_assets.diff.migration.objects import name_parts

_RENAMED = r"""
SELECT c.* REPLACE (
  CASE
    WHEN c.constraint_type = 'foreign_key'
      AND starts_with(c.constraint_name, r.was)
      AND regexp_full_match(substr(c.constraint_name, length(r.was) + 1), '_ibfk_\d+')
    THEN r.becomes || substr(c.constraint_name, length(r.was) + 1)
    ELSE c.constraint_name
  END AS constraint_name
)
FROM constraints c
LEFT JOIN renamed r USING (table_fqdn)
ORDER BY c.table_fqdn, c.position
"""


def with_renamed_keys(catalog: Catalog, renames: Sequence[RenameTable]) -> Catalog:
    """A catalog whose foreign keys go by the later names of their tables.

    InnoDB calls one that was given no name `table_ibfk_1`, and calls it so again.

    Args:
        catalog: The catalog, its tables under their later names.
        renames: The tables that are renamed.
    """
    if not renames:
        return catalog
    renamed = [
        {"table_fqdn": one.to, "was": name_parts(one.table)[1], "becomes": name_parts(one.to)[1]}
        for one in renames
    ]
    keys = query(_RENAMED, constraints=catalog.constraints, renamed=pa.Table.from_pylist(renamed))
    return replace(catalog, constraints=keys.cast(catalog.constraints.schema))
