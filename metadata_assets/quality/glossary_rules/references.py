"""Rules of each term alone: what it names exists, as it was when the term was written."""

from __future__ import annotations

from collections.abc import Iterator

from metadata_assets.quality.glossary_rules.subject import Glossary, did_you_mean, problem_of
from metadata_assets.quality.problems import Problem
from metadata_assets.schema.identifiers import column_parts


def unknown_tables(glossary: Glossary) -> Iterator[Problem]:
    """A term names a table that there is not."""
    for term in glossary.terms:
        for table in term.tables:
            if table not in glossary.tables:
                yield problem_of(
                    term,
                    "glossary_unknown_table",
                    "error",
                    f"it names the table {table}, which is not in the catalog",
                    did_you_mean(table, glossary.tables) + "Mend the name, or remove it.",
                )


def unknown_columns(glossary: Glossary) -> Iterator[Problem]:
    """A term names a column that there is not, or not any more."""
    for term in glossary.terms:
        for column in term.columns:
            if column in glossary.columns:
                continue
            was_known = (term.term, column) in glossary.former
            table, _ = column_parts(column)
            near = [name for name in glossary.columns if name.startswith(f"{table}.")]
            yield problem_of(
                term,
                "glossary_dropped_column" if was_known else "glossary_unknown_column",
                "error",
                f"its column {column} was dropped"
                if was_known
                else f"it names the column {column}, which is not in the catalog",
                did_you_mean(column, near or glossary.columns) + "Mend the name, or remove it.",
            )


def retyped_columns(glossary: Glossary) -> Iterator[Problem]:
    """The type of a column is another than when the term was written."""
    for term in glossary.terms:
        for column in term.columns:
            was = glossary.former.get((term.term, column))
            now = glossary.columns.get(column)
            if None not in (was, now) and was != now:
                yield problem_of(
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
            yield problem_of(
                term,
                "glossary_invalid_sql",
                "error",
                f"its SQL is not valid: {reason}",
                f"{near}Mend the SQL.",
            )
