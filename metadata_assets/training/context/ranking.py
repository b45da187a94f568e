"""In which order the tables of a source are worth telling for a question.

What fits by its words comes first; a table gains by fitting together with others: one that is
joined with a table that fits, or lies in the schema where most fits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from metadata_assets.schema.identifiers import column_parts
from metadata_assets.training.context.index import Fit, Index, Scores
from metadata_assets.training.context.joins import Joins
from metadata_assets.training.context.terms import is_phrase_of, terms

_SCHEMA_WEIGHT = 0.8
_SCHEMA_BEST = (1.0, 0.7, 0.5)
"""What the tables that fit best count for their schema."""

_NEIGHBOUR_WEIGHT = 0.3
_GLOSSARY_WEIGHT = 1.0

_ANSWERED_WEIGHT = 1.0
_ALIKE = 0.75
"""Questions of which so many terms are the same, of all they have, ask for much the same."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A glossary term that a question uses, and what it refers to."""

    term: str
    tables: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]  # table and column


@dataclass(frozen=True, slots=True)
class Ranking:
    """How well a source's tables and columns fit a question.

    Attributes:
        asked: The terms of the question.
        own: The score of each table by what it says itself.
        tables: The score of each table among the others.
        columns: The score of each column of all tables.
        meanings: The glossary terms in the question.
        answered: The golden questions that are much like it, with the tables they use.
    """

    asked: tuple[str, ...]
    own: Scores
    tables: Scores
    columns: Scores
    meanings: tuple[Meaning, ...]
    answered: Mapping[str, frozenset[str]]


class Ranker:
    """Ranks the tables of one source."""

    def __init__(
        self,
        index: Index,
        schemas: Sequence[str],
        joins: Joins,
        glossary: Sequence[Mapping[str, object]],
        questions: Mapping[str, frozenset[str]],
    ) -> None:
        """Prepare to rank.

        Args:
            index: The index over the source's documents.
            schemas: The schema of each document's table.
            joins: How the tables are joined.
            glossary: Rows of `training.glossary.GLOSSARY`.
            questions: The tables that each golden question uses.
        """
        self._index = index
        self._position = {document.table: i for i, document in enumerate(index.documents)}
        numbers = {schema: i for i, schema in enumerate(dict.fromkeys(schemas))}
        self._schema = np.array([numbers[schema] for schema in schemas], dtype=np.int64)
        edges = [
            (self._position[table], self._position[other])
            for table in joins.of
            for other in joins.neighbours(table)
        ]
        self._joined = np.array(edges, dtype=np.int64).reshape(-1, 2)
        self._questions = [
            (question, frozenset(terms(question)), tables) for question, tables in questions.items()
        ]
        self._phrases = [(phrase, _meaning(row)) for row in glossary for phrase in _phrases(row)]

    def rank(self, question: str) -> Ranking:
        """Rank the tables and columns for a question."""
        meanings = self._meanings(question)
        answered = self._answered(question)
        fit = self._with_meanings(self._index.fit(question), meanings)
        fit = self._with_answered(fit, frozenset().union(*answered.values()))
        best = fit.tables.max(initial=0.0)
        tables = fit.tables + _SCHEMA_WEIGHT * best * self._schema_fit(fit.tables)
        if len(self._joined):
            neighbour = np.zeros_like(tables)
            np.maximum.at(neighbour, self._joined[:, 0], tables[self._joined[:, 1]])
            tables = tables + _NEIGHBOUR_WEIGHT * neighbour
        asked = tuple(terms(question))
        return Ranking(asked, fit.tables, tables, fit.columns, meanings, answered)

    def _answered(self, question: str) -> Mapping[str, frozenset[str]]:
        asked = frozenset(terms(question))
        return {
            known: tables
            for known, of, tables in self._questions
            if len(asked & of) >= _ALIKE * max(len(asked | of), 1)
        }

    def _with_answered(self, fit: Fit, answered: frozenset[str]) -> Fit:
        """What answered the question before answers it again, whatever its tables are called."""
        places = [self._position[table] for table in answered if table in self._position]
        if not places:
            return fit
        tables = fit.tables.copy()
        tables[places] += _ANSWERED_WEIGHT * max(tables.max(initial=0.0), 1.0)
        return Fit(tables, fit.columns)

    def _meanings(self, question: str) -> tuple[Meaning, ...]:
        asked = terms(question)
        found = (meaning for phrase, meaning in self._phrases if is_phrase_of(phrase, asked))
        return tuple(dict.fromkeys(found))

    def _with_meanings(self, fit: Fit, meanings: Sequence[Meaning]) -> Fit:
        tables, columns = fit.tables.copy(), fit.columns.copy()
        weight = _GLOSSARY_WEIGHT * max(tables.max(initial=0.0), 1.0)
        for meaning in meanings:
            owners = {table for table, _ in meaning.columns}
            for table in {*meaning.tables, *owners} & self._position.keys():
                tables[self._position[table]] += weight
            for table, name in meaning.columns:
                if table in self._position:
                    i = self._position[table]
                    names = self._index.documents[i].columns
                    if name in names:
                        columns[self._index.first_column[i] + names.index(name)] += weight
        return Fit(tables, columns)

    def _schema_fit(self, tables: Scores) -> Scores:
        """For each table, how well the best tables of its schema fit, from 0 to 1."""
        order = np.lexsort((-tables, self._schema))
        ordered = self._schema[order]
        starts = np.searchsorted(ordered, ordered)
        rank = np.arange(len(tables)) - starts
        counted = rank < len(_SCHEMA_BEST)
        weights = np.array(_SCHEMA_BEST)[rank[counted]] * tables[order[counted]]
        by_schema = np.bincount(ordered[counted], weights=weights).astype(np.float64)
        best = by_schema.max(initial=0.0)
        share: Scores = (by_schema / best if best > 0 else by_schema)[self._schema]
        return share**1.5


def _phrases(row: Mapping[str, object]) -> list[list[str]]:
    names = [row["term"], *(row["synonyms"] or [])]  # type: ignore[misc]
    return [terms(str(name)) for name in names]


def _meaning(row: Mapping[str, object]) -> Meaning:
    tables, columns = row["tables"] or [], row["columns"] or []
    return Meaning(
        str(row["term"]),
        tuple(tables),  # type: ignore[arg-type]
        tuple(column_parts(column) for column in columns),  # type: ignore[attr-defined]
    )
