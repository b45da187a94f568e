"""The terms of a source, with what the rules judge them by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from metadata_assets.quality.problems import Problem, Severity
from metadata_assets.quality.snippets import Snippets
from metadata_assets.quality.terms import Term
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


def problem_of(term: Term, rule: str, severity: Severity, message: str, remedy: str) -> Problem:
    """A problem of a term."""
    return Problem(f"term {term.term}", rule, severity, message, remedy)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A question after the known names that are nearest to an unknown one; empty without."""
    near = nearest(name, known)
    return f"Did you mean {', '.join(near)}? " if near else ""
