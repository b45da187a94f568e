"""Find tables of stored catalogs: by words, or one by its name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

import pyarrow as pa

from metadata_assets.catalog.engine import catalog_sql, query
from metadata_assets.catalog.model import COLUMNS, TABLES
from metadata_assets.errors import ConfigurationError
from metadata_assets.lake import SOURCE, Lake

_WORD = re.compile(r"\w+")
_SHORTEST = 3
"""Shorter words are in too many names to tell anything, unless there are no others."""

_TABLE_COLUMNS = (SOURCE, "table_fqdn", "table_name", "object_type", "business_domain",
                  "grain_description", "comment")  # fmt: skip
_COLUMN_COLUMNS = (SOURCE, "table_fqdn", "column_name", "comment")

_NAMED = """
SELECT source, table_fqdn, table_name,
  table_fqdn = asked.name AS is_exact,
  lower(asked.name) IN (lower(table_fqdn), lower(table_name)) AS is_meant
FROM tables, asked ORDER BY source, table_fqdn
"""


def search_catalog(lake: Lake, sources: Sequence[str], words: str, *, limit: int) -> pa.Table:
    """The tables that words point to, best first.

    Args:
        lake: Where the catalogs are.
        sources: The keys of the sources to look in.
        words: Any text; its words are looked for, also within names, singular where plural.
        limit: At most so many.

    Returns:
        source, table (FQDN), object_type, business_domain, comment, matching_columns and score.

    Raises:
        ConfigurationError: There are no words.
    """
    found = [word.lower() for word in _WORD.findall(words)]
    telling = [word for word in found if len(word) >= _SHORTEST] or found
    if not telling:
        raise ConfigurationError("there are no words to look for", remedy="Name a thing or two.")
    stems = [word.removesuffix("s") if len(word) > _SHORTEST else word for word in telling]
    return query(
        f"{catalog_sql('search')} LIMIT {limit:d}",
        tables=_of(sources, lake.read_all(TABLES, columns=_TABLE_COLUMNS)),
        columns=_of(sources, lake.read_all(COLUMNS, columns=_COLUMN_COLUMNS)),
        words=pa.table({"word": pa.array(sorted(set(stems)), pa.string())}),
    )


def find_table(lake: Lake, sources: Sequence[str], name: str) -> tuple[str, str]:
    """The one table a name means: an FQDN or a bare name, in any case.

    Returns:
        Its source and FQDN.

    Raises:
        ConfigurationError: It means none, or several; names them, or the nearest.
    """
    columns = (SOURCE, "table_fqdn", "table_name")
    rows = query(
        _NAMED,
        tables=_of(sources, lake.read_all(TABLES, columns=columns)),
        asked=pa.table({"name": pa.array([name], pa.string())}),
    ).to_pylist()
    for test in ("is_exact", "is_meant"):
        meant = [(row[SOURCE], row["table_fqdn"]) for row in rows if row[test]]
        if len(meant) == 1:
            return meant[0]
        if meant:
            listed = ", ".join(f"{table} of {source}" for source, table in meant)
            raise ConfigurationError(
                f"several tables are named {name}", remedy=f"Say which: {listed}."
            )
    spelled = {row[each].lower(): row["table_fqdn"] for row in rows for each in columns[1:]}
    near = [spelled[match] for match in difflib.get_close_matches(name.lower(), spelled, n=2)]
    raise ConfigurationError(
        f"no table is named {name}",
        remedy=f"Did you mean {' or '.join(dict.fromkeys(near))}?"
        if near
        else "Search the catalog for it.",
    )


def _of(sources: Sequence[str], rows: pa.Table) -> pa.Table:
    asked = pa.table({SOURCE: pa.array(list(sources), pa.string())})
    return query("FROM rows SEMI JOIN asked USING (source)", rows=rows, asked=asked)
