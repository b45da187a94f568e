"""What a judge says of a query, and what every judge answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from sqlglot import exp

from metadata_assets.schema.semantics.problems import Problem


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """A column of a query's result.

    Attributes:
        name: As the engine names it.
        type: In the schema's dialect; None where it cannot be told.
    """

    name: str
    type: str | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a judge says of one query.

    Attributes:
        problems: By place; none where the query is valid.
        columns: Of its result, where it is valid; None where the judge does not tell.
        uses: The columns a valid query uses by the FQDN of their table, both ordered; a table whose
            rows alone count has none. None where the judge does not tell.
        tree: The query as sqlglot parsed it, where the judge had to; not to be changed.
    """

    problems: tuple[Problem, ...]
    columns: tuple[ResultColumn, ...] | None = None
    uses: Mapping[str, tuple[str, ...]] | None = None
    tree: exp.Expr | None = None

    @property
    def is_valid(self) -> bool:
        """Whether the engine would run the query."""
        return not self.problems


class Judge(Protocol):
    """Judges queries on the tables of one schema."""

    def judge(self, sql: str) -> Verdict:
        """Say whether a query is valid, and what is wrong with it; never raises for its text."""
        ...
