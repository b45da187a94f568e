"""The index: how well each table and column of a source fits a question, by BM25.

Each field of the documents is an index of its own, because a word in a name weighs more than the
same word in a comment; the weights were found on the questions of `benchmarks/prune.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import bm25s
import numpy as np
import numpy.typing as npt

from metadata_assets.training.context.documents import LETTERS, Document
from metadata_assets.training.context.terms import terms, trigrams

Scores = npt.NDArray[np.float64]

_TABLE_WEIGHTS = {"text": 1.0, "name": 0.8, LETTERS: 0.8, "schema": 0.3, "questions": 1.2}
_COLUMN_WEIGHTS = {"text": 1.0, LETTERS: 0.8, "values": 0.8}
# A table's name is short: its length says little. Nor does that of a schema's.
_LENGTH_MATTERS = {"name": 0.3, "schema": 0.0, "questions": 0.5}
_COLUMN_LENGTH_MATTERS = 0.5
_TABLE_LENGTH_MATTERS = 0.75

_BEST_COLUMNS = 3
_BEST_COLUMNS_WEIGHT = 0.4


@dataclass(frozen=True, slots=True)
class Fit:
    """How well things fit a question.

    Attributes:
        tables: A score for each table, 0 where nothing fits.
        columns: A score for each column of all tables, in their order.
    """

    tables: Scores
    columns: Scores


class Index:
    """The documents of a source, ready to be asked."""

    def __init__(self, documents: Sequence[Document]) -> None:
        """Index some documents, one a table."""
        self.documents = documents
        counts = [len(document.columns) for document in documents]
        self.first_column = np.cumsum([0, *counts])
        self._owner = np.repeat(np.arange(len(documents)), counts)
        self._tables = {
            field: _Field(
                (document.fields[field] for document in documents),
                _LENGTH_MATTERS.get(field, _TABLE_LENGTH_MATTERS),
            )
            for field in _TABLE_WEIGHTS
        }
        self._columns = {
            field: _Field(
                (column[field] for document in documents for column in document.column_fields),
                _COLUMN_LENGTH_MATTERS,
            )
            for field in _COLUMN_WEIGHTS
        }

    def fit(self, question: str) -> Fit:
        """How well each table and column fits a question."""
        columns = _weighted(self._columns, _COLUMN_WEIGHTS, question)
        tables = _weighted(self._tables, _TABLE_WEIGHTS, question)
        best = self._best_columns(columns)
        return Fit(tables + _BEST_COLUMNS_WEIGHT * best, columns)

    def _best_columns(self, columns: Scores) -> Scores:
        """For each table, the sum of the scores of the columns that fit best."""
        order = np.lexsort((-columns, self._owner))
        rank = np.arange(len(columns)) - self.first_column[self._owner[order]]
        best = order[rank < _BEST_COLUMNS]
        scores: Scores = np.zeros(len(self.documents))
        np.add.at(scores, self._owner[best], columns[best])
        return scores


class _Field:
    """One field of all documents."""

    def __init__(self, documents: Iterable[list[str]], length_matters: float) -> None:
        tokens = list(documents)
        self._count = len(tokens)
        self._index: Any = None
        if any(tokens):
            self._index = bm25s.BM25(k1=1.2, b=length_matters)
            self._index.index(tokens, show_progress=False)
            # What a term adds to the score of the document it says most of.
            stored = self._index.scores
            self._most = np.maximum.reduceat(stored["data"], stored["indptr"][:-1])

    def beside_best(self, asked: list[str]) -> Scores:
        """The scores as shares of the best document's."""
        return _of_best(self._scores(self._known(asked)))

    def beside_ideal(self, asked: list[str]) -> Scores:
        """The scores as shares of that of a document that says most of every term asked for."""
        known = self._known(asked)
        if not known:
            return self._scores(known)
        most = np.mean([self._most[self._index.vocab_dict[term]] for term in known])
        # What no document says counts like the rest, or one letter in common would be enough.
        shares: Scores = self._scores(known) / (most * len(set(asked)))
        return shares

    def _known(self, asked: list[str]) -> list[str]:
        known = self._index.vocab_dict if self._index is not None else {}
        return [term for term in dict.fromkeys(asked) if term in known]

    def _scores(self, known: list[str]) -> Scores:
        if not known:
            return np.zeros(self._count)
        return np.asarray(self._index.get_scores(known), dtype=np.float64)


def _weighted(fields: Mapping[str, _Field], weights: Mapping[str, float], question: str) -> Scores:
    words, letters = terms(question), trigrams(question)
    total: Scores = np.sum(
        [
            # A few letters in common are no evidence, even where nothing has more.
            weight * fields[name].beside_ideal(letters)
            if name == LETTERS
            else weight * fields[name].beside_best(words)
            for name, weight in weights.items()
        ],
        axis=0,
    )
    return total


def _of_best(scores: Scores) -> Scores:
    """Scores from 0 to 1: those of different fields cannot be compared otherwise."""
    best = scores.max(initial=0.0)
    return scores / best if best > 0 else scores
