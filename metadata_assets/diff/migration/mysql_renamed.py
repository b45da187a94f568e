"""What a server of MySQL or MariaDB renames along with a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa

from metadata_assets.catalog.model import Catalog
from metadata_assets.diff.changes import RenameTable
from metadata_assets.diff.migration.objects import name_parts


def with_renamed_keys(catalog: Catalog, renames: Sequence[RenameTable]) -> Catalog:
    """A catalog whose foreign keys go by the later names of their tables.

    InnoDB calls one that was given no name `table_ibfk_1`, and calls it so again.

    Args:
        catalog: The catalog, its tables under their later names.
        renames: The tables that are renamed.
    """
    names = {one.to: [name_parts(each)[1] for each in (one.table, one.to)] for one in renames}
    rows = catalog.constraints.to_pylist() if names else []
    for row in rows:
        was, becomes = names.get(row["table_fqdn"], ("", ""))
        numbered = re.fullmatch(rf"{re.escape(was)}(_ibfk_\d+)", row["constraint_name"] or "")
        if was and numbered and row["constraint_type"] == "foreign_key":
            row["constraint_name"] = f"{becomes}{numbered[1]}"
    if not rows:
        return catalog
    schema = catalog.constraints.schema
    return replace(catalog, constraints=pa.Table.from_pylist(rows, schema=schema))
