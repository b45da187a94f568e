"""An order in which each thing comes after those it needs, as far as there is one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping


def dependency_order(needs: Mapping[str, Collection[str]]) -> list[str]:
    """The names ordered so that what a name needs comes before it; otherwise alphabetical.

    In a circle, one of them comes before what it needs.

    Args:
        needs: What each name needs; names that are no key are passed over.
    """
    ordered: dict[str, None] = {}
    entered: set[str] = set()
    for first in sorted(needs):
        # No recursion: chains of a thousand tables are real.
        path: list[tuple[str, Iterable[str]]] = [(first, iter(sorted(needs[first])))]
        if first in entered:
            continue
        entered.add(first)
        while path:
            name, rest = path[-1]
            following = next((each for each in rest if each in needs and each not in entered), None)
            if following is None:
                ordered.setdefault(name)
                path.pop()
            else:
                entered.add(following)
                path.append((following, iter(sorted(needs[following]))))
    return list(ordered)
