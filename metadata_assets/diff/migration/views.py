"""Which views stand in the way of a migration, and in which order they go and return."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from metadata_assets.diff.migration.objects import Objects, name_parts

_WORD = re.compile(r"[^\W\d][\w$]*|\d[\w$]*|[`\"\[](?:[^`\"\]]|\"\")*[`\"\]]")


def views_in_the_way(objects: Objects, touched: Collection[str]) -> list[str]:
    """The views that mention what is touched, or a view that does; those that rest on others first.

    A name is looked for as a word, so now and then a view too many goes and returns.

    Args:
        objects: The objects with the views.
        touched: The FQDNs of tables and views that change.
    """
    mentioned = _mentions(objects)
    found = {fqdn for fqdn in touched if fqdn in mentioned}
    names = {name_parts(fqdn)[1].lower() for fqdn in touched}
    grows = True
    while grows:
        more = {view for view, words in mentioned.items() if words & names} - found
        found |= more
        names |= {name_parts(view)[1].lower() for view in more}
        grows = bool(more)
    return list(reversed(in_order(objects, found)))


def in_order(objects: Objects, views: Iterable[str]) -> list[str]:
    """Views in an order in which each comes after those it mentions."""
    mentioned = _mentions(objects)
    wanted = {view: name_parts(view)[1].lower() for view in sorted(views)}
    ordered: dict[str, None] = {}

    def place(view: str, below: frozenset[str]) -> None:
        if view in ordered or view in below:
            return
        for other, name in wanted.items():
            if other != view and name in mentioned[view]:
                place(other, below | {view})
        ordered[view] = None

    for view in wanted:
        place(view, frozenset())
    return list(ordered)


def _mentions(objects: Objects) -> dict[str, set[str]]:
    return {
        fqdn: {word.strip('`"[]').lower() for word in _WORD.findall(table.row["definition"] or "")}
        for fqdn, table in objects.tables.items()
        if table.is_view
    }
