"""The glossary, judged: every term alone against the catalog, then all terms together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from metadata_assets.quality.glossary_rules import consistency, references
from metadata_assets.quality.glossary_rules.subject import Glossary
from metadata_assets.quality.problems import Problem
from metadata_assets.quality.snippets import Snippets
from metadata_assets.quality.subject import QualitySubject
from metadata_assets.quality.terms import known_columns, terms_of

RULES = (
    references.unknown_tables,
    references.unknown_columns,
    references.retyped_columns,
    references.invalid_sql,
    consistency.repeated_terms,
    consistency.shared_synonyms,
    consistency.synonyms_that_are_terms,
    consistency.equal_definitions,
    consistency.unknown_broader,
    consistency.cycles,
)
"""The rules."""


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
