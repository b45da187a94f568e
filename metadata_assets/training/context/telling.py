"""Tell a table for a question: which of its columns, with which keys, and why."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from metadata_assets.training.context.facts import TableFacts
from metadata_assets.training.context.index import Index
from metadata_assets.training.context.joins import Joins
from metadata_assets.training.context.ranking import Ranking
from metadata_assets.training.context.reasons import column_reasons, join_reasons, table_reasons
from metadata_assets.training.context.render import (
    Format,
    ToldColumn,
    ToldReference,
    ToldTable,
    abridged,
    render_table,
    separator,
    tokens_of,
)

_FEW_COLUMNS = 6
"""Of a table that does not fit as a whole: so many besides its keys."""


class Teller:
    """Tells the tables of one source."""

    def __init__(
        self, facts: Sequence[TableFacts], index: Index, joins: Joins, dialect: str
    ) -> None:
        """Prepare to tell.

        Args:
            facts: Of every table, in the order of the index.
            index: Over the source's documents.
            joins: How the tables are joined.
            dialect: The SQLGlot dialect of the source, for quotes.
        """
        self._facts = facts
        self._index = index
        self._joins = joins
        self._dialect = dialect
        self._position = {table.fqdn: i for i, table in enumerate(facts)}
        self._full_tokens: dict[Format, int] = {}

    def tell(
        self,
        fqdn: str,
        ranking: Ranking,
        *,
        beside: Collection[str],
        because: str | None,
        columns: int | None,
    ) -> Iterator[ToldTable]:
        """A table in the ways it can be told: all its columns, a few, a few in a few words.

        Args:
            fqdn: The table.
            ranking: How well everything fits the question.
            beside: The tables told already.
            because: A reason to tell it besides its own fit.
            columns: At most so many columns besides its keys.
        """
        table = self._facts[self._position[fqdn]]
        keys = self._joins.keys(fqdn, self._joins.neighbours(fqdn))
        ranked = self._ranked(fqdn, ranking)
        others = [p for p in ranked if table.columns[p].name not in keys]
        kept = [p for p in ranked if table.columns[p].name in keys]
        most = len(others) if columns is None else columns
        for limit in dict.fromkeys((most, min(most, _FEW_COLUMNS))):
            chosen = sorted([*kept, *others[:limit]])
            told = self._told(fqdn, chosen, keys, ranking, beside, because)
            yield told
        short = abridged(told)
        if short is not told:
            yield short

    def tokens_of_all(self, form: Format) -> int:
        """About how many tokens the whole source is."""
        if form not in self._full_tokens:
            whole = (render_table(table, form, self._dialect) for table in self._whole)
            self._full_tokens[form] = tokens_of(separator(form).join(whole))
        return self._full_tokens[form]

    def with_references(self, table: ToldTable, told: Collection[str]) -> ToldTable:
        """The table with its foreign keys to the tables that are told, by chosen columns."""
        names = {column.name for column in table.columns}
        references = self._references(table.fqdn, told)
        return replace(
            table, references=tuple(r for r in references if names.issuperset(r.columns))
        )

    def render(self, table: ToldTable, form: Format) -> str:
        """A table as text."""
        return render_table(table, form, self._dialect)

    def _ranked(self, fqdn: str, ranking: Ranking) -> list[int]:
        i = self._position[fqdn]
        first, last = self._index.first_column[i : i + 2]
        return [int(p) for p in np.argsort(-ranking.columns[first:last], kind="stable")]

    def _told(
        self,
        fqdn: str,
        columns: Sequence[int],
        keys: frozenset[str],
        ranking: Ranking,
        beside: Collection[str],
        because: str | None,
    ) -> ToldTable:
        i = self._position[fqdn]
        table, document = self._facts[i], self._index.documents[i]
        reasons = [
            *table_reasons(document, ranking),
            *([because] if because else []),
            *join_reasons(self._joins.of.get(fqdn, ()), beside),
        ]
        primary = self._joins.primary_keys.get(fqdn, frozenset())
        return ToldTable(
            fqdn=fqdn,
            schema_name=table.schema_name,
            table_name=table.table_name,
            object_type=table.object_type,
            comment=table.comment,
            columns=tuple(
                ToldColumn(
                    column.name,
                    column.native_type,
                    column.comment,
                    column.name in primary,
                    column_reasons(
                        (fqdn, column.name),
                        document.column_fields[p],
                        ranking,
                        is_key=column.name in keys,
                    ),
                )
                for p, column in ((p, table.columns[p]) for p in columns)
            ),
            column_count=len(table.columns),
            references=(),
            score=round(float(ranking.tables[i]), 3),
            reasons=tuple(reasons) or ("beside what fits",),
        )

    def _references(self, fqdn: str, told: Collection[str]) -> tuple[ToldReference, ...]:
        return tuple(
            ToldReference(join.columns, join.other, join.other_columns)
            for join in self._joins.of.get(fqdn, ())
            if join.is_own and join.other in told and join.other_columns
        )

    @cached_property
    def _whole(self) -> tuple[ToldTable, ...]:
        primary = self._joins.primary_keys
        return tuple(
            ToldTable(
                fqdn=table.fqdn,
                schema_name=table.schema_name,
                table_name=table.table_name,
                object_type=table.object_type,
                comment=table.comment,
                columns=tuple(
                    ToldColumn(c.name, c.native_type, c.comment, c.name in keys, ())
                    for c in table.columns
                ),
                column_count=len(table.columns),
                references=self._references(table.fqdn, self._position),
                score=0.0,
                reasons=(),
            )
            for table, keys in (
                (table, primary.get(table.fqdn, frozenset())) for table in self._facts
            )
        )
