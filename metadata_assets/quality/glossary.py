"""The glossary, judged: every term alone against the catalog, then all terms together.

One function a rule, listed in `RULES`; each tells what it finds and nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from metadata_assets.quality.problems import Problem, Severity
from metadata_assets.quality.snippets import Snippets
from metadata_assets.quality.subject import QualitySubject
from metadata_assets.quality.terms import Term, folded_name, known_columns, terms_of
from metadata_assets.schema.semantics.problems import nearest


@dataclass(frozen=True)
class Glossary:
    """The terms of a source, with what they are judged by.

    Attributes:
        terms: The terms.
        columns: The native type of every column, by `table.column`.
        tables: The FQDNs of all tables.
        snippets: Judges SQL.
        former: The type that a column had when a term was written, by term and column.
    """

    terms: Sequence[Term]
    columns: Mapping[str, str]
    tables: frozenset[str]
    snippets: Snippets
    former: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @cached_property
    def by_name(self) -> Mapping[str, list[Term]]:
        """The terms, by what they come down to."""
        named: dict[str, list[Term]] = defaultdict(list)
        for term in self.terms:
            named[term.folded].append(term)
        return named


def glossary_problems(subject: QualitySubject) -> Iterator[Problem]:
    """Everything that is wrong with the glossary of a source."""
    terms = terms_of(subject.glossary)
    if not terms:
        return
    said = {term.term: term.said for term in terms}
    rows: list[dict[str, Any]] = subject.glossary_columns.to_pylist()
    glossary = Glossary(
        terms,
        known_columns(subject.catalog),
        frozenset(map(str, subject.catalog.tables["table_fqdn"].to_pylist())),
        Snippets(subject),
        {
            (row["term"], row["column_name"]): row["native_type"]
            for row in rows
            # A term that was rewritten since was written for the types of then.
            if said.get(row["term"]) == row["said"]
        },
    )
    for rule in RULES:
        yield from rule(glossary)


def unknown_tables(glossary: Glossary) -> Iterator[Problem]:
    """A term names a table that there is not."""
    for term in glossary.terms:
        for table in term.tables:
            if table not in glossary.tables:
                yield _problem(
                    term,
                    "glossary_unknown_table",
                    "error",
                    f"it names the table {table}, which is not in the catalog",
                    _did_you_mean(table, glossary.tables) + "Mend the name, or remove it.",
                )


def unknown_columns(glossary: Glossary) -> Iterator[Problem]:
    """A term names a column that there is not, or not any more."""
    for term in glossary.terms:
        for column in term.columns:
            if column in glossary.columns:
                continue
            was_known = (term.term, column) in glossary.former
            table = column.rpartition(".")[0]
            near = [name for name in glossary.columns if name.startswith(f"{table}.")]
            yield _problem(
                term,
                "glossary_dropped_column" if was_known else "glossary_unknown_column",
                "error",
                f"its column {column} was dropped"
                if was_known
                else f"it names the column {column}, which is not in the catalog",
                _did_you_mean(column, near or glossary.columns) + "Mend the name, or remove it.",
            )


def retyped_columns(glossary: Glossary) -> Iterator[Problem]:
    """The type of a column is another than when the term was written."""
    for term in glossary.terms:
        for column in term.columns:
            was = glossary.former.get((term.term, column))
            now = glossary.columns.get(column)
            if None not in (was, now) and was != now:
                yield _problem(
                    term,
                    "glossary_retyped_column",
                    "warning",
                    f"its column {column} was {was} when the term was written, and is {now} now",
                    "See whether the definition still holds, and say so by editing the term.",
                )


def invalid_sql(glossary: Glossary) -> Iterator[Problem]:
    """The SQL of a term is not valid."""
    for term in glossary.terms:
        if term.sql is None:
            continue
        for reason, suggestions in glossary.snippets.problems(term):
            near = f"Did you mean {', '.join(suggestions)}? " if suggestions else ""
            yield _problem(
                term,
                "glossary_invalid_sql",
                "error",
                f"its SQL is not valid: {reason}",
                f"{near}Mend the SQL.",
            )


def repeated_terms(glossary: Glossary) -> Iterator[Problem]:
    """Two terms are one, but for case and spaces."""
    for same in glossary.by_name.values():
        first, *others = same
        for other in others:
            is_one_meaning = other.meaning == first.meaning
            yield _problem(
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
            yield _problem(
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
                yield _problem(
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
            yield _problem(
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
            yield _problem(
                term,
                "glossary_unknown_broader",
                "error",
                f"its broader term {term.broader!r} is not in the glossary",
                _did_you_mean(term.broader, names) + "Define it, or remove it.",
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
            yield _problem(
                upward[at],
                "glossary_cycle",
                "error",
                f"its broader terms lead back to it: {told}",
                "Remove one of these `broader`.",
            )
        done |= path.keys()


RULES = (
    unknown_tables,
    unknown_columns,
    retyped_columns,
    invalid_sql,
    repeated_terms,
    shared_synonyms,
    synonyms_that_are_terms,
    equal_definitions,
    unknown_broader,
    cycles,
)
"""The rules."""


def _problem(term: Term, rule: str, severity: Severity, message: str, remedy: str) -> Problem:
    return Problem(f"term {term.term}", rule, severity, message, remedy)


def _did_you_mean(name: str, known: Any) -> str:
    near = nearest(name, known)
    return f"Did you mean {', '.join(near)}? " if near else ""
