"""What must hold of a catalog before it is published.

A catalog that breaks an invariant is a driver's bug or a torn read; one that shrank suspiciously is
most often a lost privilege. Either way nothing is stored: yesterday's truth stays.
"""

from __future__ import annotations

import pyarrow as pa

from metadata_assets.catalog.engine import query
from metadata_assets.catalog.model import Catalog
from metadata_assets.errors import CatalogInvalid, CatalogShrank

_SHOWN = 5

_VIOLATIONS = """
SELECT 'two tables named ' || table_fqdn AS violation
FROM tables GROUP BY table_fqdn HAVING count(*) > 1
UNION ALL
SELECT 'column ' || column_name || ' of the unknown table ' || table_fqdn
FROM columns ANTI JOIN tables USING (table_fqdn)
UNION ALL
SELECT 'two columns named ' || column_name || ' in ' || table_fqdn
FROM columns GROUP BY table_fqdn, column_name HAVING count(*) > 1
UNION ALL
SELECT 'a column without a name or type in ' || table_fqdn
FROM columns WHERE column_name IS NULL OR native_type IS NULL
UNION ALL
SELECT constraint_type || ' of the unknown table ' || table_fqdn
FROM constraints ANTI JOIN tables USING (table_fqdn)
UNION ALL
SELECT constraint_type || ' of ' || table_fqdn || ' on the unknown column ' || column_name
FROM (SELECT table_fqdn, constraint_type, unnest(columns) AS column_name FROM constraints
      WHERE constraint_type IN ('primary_key', 'unique', 'foreign_key'))
ANTI JOIN columns USING (table_fqdn, column_name)
UNION ALL
SELECT 'a foreign key of ' || table_fqdn || ' pairs ' || len(columns) || ' columns with '
       || len(referenced_columns)
FROM constraints
WHERE constraint_type = 'foreign_key' AND len(columns) <> len(referenced_columns)
ORDER BY 1
"""


def violations(catalog: Catalog) -> list[str]:
    """Every broken invariant, one sentence each, sorted; empty for a sound catalog."""
    broken = query(
        _VIOLATIONS,
        tables=catalog.tables,
        columns=catalog.columns,
        constraints=catalog.constraints,
    )
    return [str(violation) for violation in broken.column("violation").to_pylist()]


def require_sound(catalog: Catalog, *, source: str) -> None:
    """Refuse a catalog that breaks an invariant.

    Raises:
        CatalogInvalid: With the first five violations.
    """
    broken = violations(catalog)
    if broken:
        more = f" and {len(broken) - _SHOWN} more" if len(broken) > _SHOWN else ""
        raise CatalogInvalid(
            f"the catalog contradicts itself, so nothing was changed: "
            f"{'; '.join(broken[:_SHOWN])}{more}",
            where=source,
            remedy="Sync again: the source may have changed while it was read.",
        )


def require_no_mass_deletion(
    previous: pa.Table, catalog: Catalog, *, source: str, max_shrink: float
) -> None:
    """Refuse a catalog from which all or suspiciously many objects vanished.

    Args:
        previous: The tables stored at the last sync (columns of `catalog.model.TABLES`).
        catalog: The catalog just read. Objects it lists as unreadable do not count as gone.
        source: The source's key, for the message.
        max_shrink: The share of objects, from 0 to 1, that may vanish at once.

    Raises:
        CatalogShrank: All objects, or more than that share, are gone.
    """
    if previous.num_rows == 0:
        return
    gone = query(
        "SELECT count(*) FROM previous ANTI JOIN present USING (table_fqdn)",
        previous=previous,
        present=query(
            "SELECT table_fqdn FROM tables UNION SELECT object_name FROM unreadable",
            tables=catalog.tables,
            unreadable=catalog.unreadable,
        ),
    )
    vanished: int = gone.column(0)[0].as_py()
    if vanished < previous.num_rows and vanished <= max_shrink * previous.num_rows:
        return
    found = "the catalog read back empty" if catalog.tables.num_rows == 0 else "the catalog shrank"
    raise CatalogShrank(
        f"{found}: {vanished} of the {previous.num_rows} objects of the last sync are gone; "
        "nothing was changed",
        where=source,
        remedy=f"Check that the user may read it (`metadata-assets sources check {source}`), "
        "or pass --allow-mass-delete.",
    )
