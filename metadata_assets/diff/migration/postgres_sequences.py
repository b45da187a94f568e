"""Sequences of PostgreSQL, which a catalog knows only from the defaults that count by them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyarrow.compute as pc

from metadata_assets.catalog.model import Catalog
from metadata_assets.diff.migration.script import Phase, Statement

_COUNTED = re.compile(r"nextval\('((?:[^']|'')+)'::regclass\)")
_NOTE = "Else it would go with its column, and others count by it."


def counted_by(default: str | None) -> str | None:
    """The sequence that a default counts by, as SQL writes its name."""
    found = _COUNTED.search(default or "")
    return found.group(1).replace("''", "'") if found else None


def released_sequences(before: Catalog, after: Catalog) -> Iterator[Statement]:
    """Let the sequences stay that belong to a column that goes, but serve another one."""
    was, now = _counting(before), _counting(after)
    if not was:
        return
    kept = _columns(after)
    gone = {sequence for place, sequence in was.items() if place not in kept}
    needed = {sequence for place, sequence in was.items() if place in kept} | set(now.values())
    for sequence in sorted(gone & needed):
        yield Statement(Phase.SETTINGS, f"ALTER SEQUENCE {sequence} OWNED BY NONE", _NOTE)


def _counting(catalog: Catalog) -> dict[tuple[str, str], str]:
    """The columns that count by a sequence, and its name."""
    counts = pc.match_substring(catalog.columns["default_expr"], "nextval(")
    rows = catalog.columns.filter(counts).to_pylist()
    places = {(r["table_fqdn"], r["column_name"]): counted_by(r["default_expr"]) for r in rows}
    return {place: sequence for place, sequence in places.items() if sequence}


def _columns(catalog: Catalog) -> set[tuple[str, str]]:
    names = catalog.columns.select(["table_fqdn", "column_name"]).to_pydict()
    return set(zip(names["table_fqdn"], names["column_name"], strict=True))
