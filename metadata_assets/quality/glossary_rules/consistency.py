"""Rules of all terms together: they do not contradict, repeat or lead back to each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from metadata_assets.quality.glossary_rules.subject import Glossary, did_you_mean, problem_of
from metadata_assets.quality.problems import Problem
from metadata_assets.quality.terms import Term, folded_name


def repeated_terms(glossary: Glossary) -> Iterator[Problem]:
    """Two terms are one, but for case and spaces."""
    for same in glossary.by_name.values():
        first, *others = same
        for other in others:
            is_one_meaning = other.meaning == first.meaning
            yield problem_of(
                other,
                "glossary_duplicate_term" if is_one_meaning else "glossary_conflicting_term",
                "warning" if is_one_meaning else "error",
                f"it is the term {first.term!r} again, "
                + ("with the same definition" if is_one_meaning else "with another definition"),
                "Keep one of them.",
            )


def shared_synonyms(glossary: Glossary) -> Iterator[Problem]:
    """A synonym of two terms: whoever says it means which?"""
    owners: dict[str, list[Term]] = defaultdict(list)
    for term in glossary.terms:
        for synonym in dict.fromkeys(map(folded_name, term.synonyms)):
            owners[synonym].append(term)
    for synonym, terms in owners.items():
        first, *others = terms
        for other in others:
            yield problem_of(
                other,
                "glossary_shared_synonym",
                "error",
                f"its synonym {synonym!r} is also one of {first.term!r}",
                "Leave it to one of them.",
            )


def synonyms_that_are_terms(glossary: Glossary) -> Iterator[Problem]:
    """A synonym is a term, with a definition of its own."""
    for term in glossary.terms:
        for synonym in term.synonyms:
            for other in glossary.by_name.get(folded_name(synonym), ()):
                is_itself = other.folded == term.folded
                yield problem_of(
                    term,
                    "glossary_synonym_is_term",
                    "warning" if is_itself else "error",
                    f"its synonym {synonym!r} is "
                    + ("the term itself" if is_itself else "a term with its own definition"),
                    "Remove the synonym."
                    if is_itself
                    else f"Make them one term, or relate them: `broader: {other.term}`.",
                )


def equal_definitions(glossary: Glossary) -> Iterator[Problem]:
    """Two terms have the same definition."""
    defined: dict[str, list[Term]] = defaultdict(list)
    for term in glossary.terms:
        defined[term.meaning].append(term)
    for same in defined.values():
        first, *others = {term.folded: term for term in same}.values()
        for other in others:
            yield problem_of(
                other,
                "glossary_equal_definitions",
                "warning",
                f"its definition is that of {first.term!r}",
                "Make one a synonym of the other, or say what tells them apart.",
            )


def unknown_broader(glossary: Glossary) -> Iterator[Problem]:
    """The more general term is none."""
    for term in glossary.terms:
        if term.broader is not None and folded_name(term.broader) not in glossary.by_name:
            names = [other.term for other in glossary.terms]
            yield problem_of(
                term,
                "glossary_unknown_broader",
                "error",
                f"its broader term {term.broader!r} is not in the glossary",
                did_you_mean(term.broader, names) + "Define it, or remove it.",
            )


def cycles(glossary: Glossary) -> Iterator[Problem]:
    """A term that is more general than itself; each cycle is told once."""
    upward = {term.folded: term for term in glossary.terms}
    done: set[str] = set()
    for start in upward:
        path: dict[str, None] = {}
        at: str | None = start
        while at is not None and at in upward and at not in done and at not in path:
            path[at] = None
            broader = upward[at].broader
            at = None if broader is None else folded_name(broader)
        if at is not None and at in path:
            names = list(path)
            ring = names[names.index(at) :]
            told = " → ".join(upward[name].term for name in (*ring, at))
            yield problem_of(
                upward[at],
                "glossary_cycle",
                "error",
                f"its broader terms lead back to it: {told}",
                "Remove one of these `broader`.",
            )
        done |= path.keys()
