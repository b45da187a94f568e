"""The part of a schema a question is about, within a number of tokens: deterministic, offline.

A source is opened once (its documents are kept with it and made anew only where it changed), then
asked any number of questions. Every choice says why it was made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import combinations
from typing import Any

import numpy as np
import pyarrow as pa

from metadata_assets.catalog.model import Catalog
from metadata_assets.catalog.profile import PROFILES
from metadata_assets.collecting import rare_collections
from metadata_assets.lake import Lake
from metadata_assets.schema.query import InvalidQuery, Queries
from metadata_assets.schema.stored import StoredSchema
from metadata_assets.training.context.documents import current_documents, documents_of
from metadata_assets.training.context.facts import facts_of
from metadata_assets.training.context.index import Index
from metadata_assets.training.context.joins import joins_of
from metadata_assets.training.context.ranking import Ranker, Ranking
from metadata_assets.training.context.render import (
    MAX_TOKENS,
    Format,
    ToldTable,
    enclosed,
    room_for,
    separator,
    tokens_of,
)
from metadata_assets.training.context.telling import Teller
from metadata_assets.training.glossary import GLOSSARY
from metadata_assets.training.golden import GOLDEN_QUERIES

_QUESTIONS = pa.schema([("table_fqdn", pa.string()), ("question", pa.string())])

_CORE_SHARE = 0.6
_CORE_TABLES = 6
"""Of the best table's score, and at most so many: the tables whose join paths are told too."""

_PATIENCE = 20
"""So many tables in a row that do not fit any more: the budget is used up."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a source.

    Attributes:
        question: In any words.
        max_tokens: How much may be told.
        form: How.
        include: GLOB patterns of the only tables that may be told; all by default.
        exclude: GLOB patterns of tables that may not.
        columns: At most so many columns of a table, besides its keys; all that fit by default.
    """

    question: str
    max_tokens: int = MAX_TOKENS
    form: Format = "ddl"
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    columns: int | None = None

    def wants(self, fqdn: str) -> bool:
        """Whether a table may be told."""
        return (not self.include or _matches(fqdn, self.include)) and not _matches(
            fqdn, self.exclude
        )


def _matches(fqdn: str, patterns: Sequence[str]) -> bool:
    """Whether a table's FQDN or its last part matches a GLOB pattern."""
    names = (fqdn, fqdn.rpartition(".")[2])
    return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)


@dataclass(frozen=True, slots=True)
class Pruned:
    """What is told.

    Attributes:
        tables: The chosen tables, best first.
        text: They, rendered.
        tokens: About how many tokens that is.
        full_tokens: About how many the whole source would be.
        glossary: The glossary terms found in the question.
    """

    tables: tuple[ToldTable, ...]
    text: str
    tokens: int
    full_tokens: int
    glossary: tuple[str, ...]


class Pruner:
    """A source, ready to be asked."""

    def __init__(
        self,
        catalog: Catalog,
        index: Index,
        glossary: Sequence[Mapping[str, Any]],
        dialect: str,
        questions: pa.Table | None = None,
    ) -> None:
        """Prepare a source; `open_pruner` reads what this takes from the lake."""
        facts = facts_of(catalog)
        self._tables = [table.fqdn for table in facts]
        self._joins = joins_of(catalog)
        schemas = [table.schema_name for table in facts]
        answered: dict[str, frozenset[str]] = {}
        for row in [] if questions is None else questions.to_pylist():
            asked = row["question"]
            answered[asked] = answered.get(asked, frozenset()) | {row["table_fqdn"]}
        self._ranker = Ranker(index, schemas, self._joins, glossary, answered)
        self._teller = Teller(facts, index, self._joins, dialect)

    def prune(self, request: Request) -> Pruned:
        """The part of the source that a question is about."""
        ranking = self._ranker.rank(request.question)
        between = self._between(ranking)
        chosen: dict[str, ToldTable] = {}
        left, misfits = room_for(request.max_tokens, request.form), 0
        for fqdn in filter(request.wants, self._order(ranking, between)):
            for table in self._teller.tell(
                fqdn,
                ranking,
                beside=chosen.keys(),
                because=between.get(fqdn),
                columns=request.columns,
            ):
                cost = self._length(table, request.form)
                if cost <= left:
                    chosen[fqdn] = table
                    left, misfits = left - cost, 0
                    break
            else:
                misfits += 1
            if misfits == _PATIENCE:
                break
        return self._answer(list(chosen.values()), request, ranking)

    def _answer(self, chosen: list[ToldTable], request: Request, ranking: Ranking) -> Pruned:
        # Only now is it known which tables a foreign key may name; of one that is left out, none.
        names = {table.fqdn for table in chosen}
        told = [self._teller.with_references(table, names) for table in chosen]
        lengths = [self._length(table, request.form) for table in told]
        while sum(lengths) > room_for(request.max_tokens, request.form):
            lengths.pop()
            gone = told.pop().fqdn
            names.remove(gone)
            for place, table in enumerate(told):
                if any(key.table == gone for key in table.references):
                    told[place] = self._teller.with_references(table, names)
                    lengths[place] = self._length(told[place], request.form)
        text = self._text(told, request.form)
        return Pruned(
            tables=tuple(told),
            text=text,
            tokens=tokens_of(text),
            full_tokens=self._teller.tokens_of_all(request.form),
            glossary=tuple(meaning.term for meaning in ranking.meanings),
        )

    def _text(self, tables: Sequence[ToldTable], form: Format) -> str:
        texts = (self._teller.render(table, form) for table in tables)
        return enclosed(separator(form).join(texts), form) if tables else ""

    def _length(self, table: ToldTable, form: Format) -> int:
        return len(self._teller.render(table, form)) + len(separator(form))

    def _between(self, ranking: Ranking) -> dict[str, str]:
        """The tables on the way between those that fit best, each with the reason."""
        core = self._core(ranking)
        return {
            table: f"on the way from {one} to {other}"
            for one, other in combinations(core, 2)
            for table in self._joins.path(one, other)
            if table not in core
        }

    def _core(self, ranking: Ranking) -> list[str]:
        """The tables that are asked for themselves, not for their surroundings."""
        best = ranking.own.max(initial=0.0)
        order = np.argsort(-ranking.tables, kind="stable")
        fitting = [i for i in order if ranking.own[i] >= _CORE_SHARE * best > 0]
        return [self._tables[i] for i in fitting[:_CORE_TABLES]]

    def _order(self, ranking: Ranking, between: Mapping[str, str]) -> Iterator[str]:
        order = [self._tables[i] for i in np.argsort(-ranking.tables, kind="stable")]
        return iter(dict.fromkeys([*self._core(ranking), *between, *order]))


def open_pruner(lake: Lake, source: str, catalog: Catalog, stored: StoredSchema) -> Pruner:
    """Make a source ready to be asked.

    Args:
        lake: Where its profiles, glossary, golden queries and documents are.
        source: Its key.
        catalog: Its catalog, annotated.
        stored: Its schema, for what golden queries use.
    """
    profiles = lake.read(PROFILES, source)
    questions = _questions(lake.read(GOLDEN_QUERIES, source), stored)
    documents = current_documents(lake, source, catalog, profiles, questions)
    glossary = lake.read(GLOSSARY, source).to_pylist()
    return Pruner(catalog, Index(documents), glossary, stored.dialect, questions)


def pruner_of(catalog: Catalog, dialect: str) -> Pruner:
    """Make a catalog ready to be asked that is in no lake."""
    documents = documents_of(catalog, PROFILES.schema.empty_table(), _QUESTIONS.empty_table())
    return Pruner(catalog, Index(documents), (), dialect)


def _questions(golden: pa.Table, stored: StoredSchema) -> pa.Table:
    """The question of each golden query, with each table it uses; invalid ones use none."""
    rows = []
    queries = Queries(stored)
    with rare_collections():
        for row in golden.to_pylist():
            try:
                used = queries.uses(row["sql"])
            except InvalidQuery:
                continue
            rows += [{"table_fqdn": table, "question": row["question"]} for table in used]
    return pa.Table.from_pylist(rows, schema=_QUESTIONS)
