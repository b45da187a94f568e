"""Queries understood against a stored schema, offline: are they right, and what do they mean.

`Queries` is the one door. Whether a query is valid is for the judge of the schema's dialect
(`semantics`); what it reads and returns is told by sqlglot on the tables that it mentions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from threading import RLock

from sqlglot import exp, parse_one
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.optimizer import optimize
from sqlglot.schema import MappingSchema

from metadata_assets.errors import PermanentError
from metadata_assets.schema.finding import finding
from metadata_assets.schema.identifiers import quoted
from metadata_assets.schema.lineage import ColumnLineage, column_lineage, used_columns
from metadata_assets.schema.qualified import qualified
from metadata_assets.schema.semantics.judges import judge_for
from metadata_assets.schema.semantics.problems import Problem
from metadata_assets.schema.semantics.verdict import ResultColumn, Verdict
from metadata_assets.schema.stored import StoredSchema
from metadata_assets.schema.tables import TableIndex
from metadata_assets.schema.written import written

Uses = Mapping[str, tuple[str, ...]]
"""Columns by the FQDN of their table."""


class InvalidQuery(PermanentError):
    """A query that is not valid on the schema; carries what is wrong with it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Refuse a query for its problems."""
        super().__init__("; ".join(map(str, problems)), where="the query")
        self.problems = problems


class Queries:
    """Answers questions about queries on one schema; may be shared between threads.

    Every question but `validate` raises `InvalidQuery` for a query that is not valid.
    """

    def __init__(self, stored: StoredSchema) -> None:
        """Open a schema for questions; each then costs what its query's own tables cost.

        Args:
            stored: The schema, as `stored.load_schema` gives it.
        """
        self._schema = stored.schema
        # 0.25 ms of a query's 2; a session asks about the same few tables.
        self._mapping_of = lru_cache(maxsize=256)(stored.schema.mapping)
        self._index = TableIndex(stored.schema, stored.primary_keys, stored.enums, stored.functions)
        self._spoken = self._index.spoken
        # Whoever asks what a valid query uses has mostly asked whether it is valid.
        self._judged = lru_cache(maxsize=16)(judge_for(self._index).judge)
        self._lock = RLock()

    @property
    def dialect(self) -> str:
        """The sqlglot dialect of the schema and of the queries."""
        return self._schema.dialect

    def validate(self, sql: str) -> tuple[Problem, ...]:
        """What is wrong with a query, by place; nothing where the engine would run it."""
        with self._lock:
            return self._judged(sql).problems

    def result_columns(self, sql: str) -> tuple[ResultColumn, ...]:
        """The columns of a query's result, with their types."""
        verdict = self._verdict(sql)
        if verdict.columns is not None:
            return verdict.columns
        return self._result_columns(self._tree(sql, verdict), sql)

    def uses(self, sql: str) -> Uses:
        """The columns a query uses anywhere, by the FQDN of their table; both ordered.

        A table of which only the rows count has no columns.
        """
        verdict = self._verdict(sql)
        if verdict.uses is not None:
            return verdict.uses
        return used_columns(self._qualified(finding(self._parsed(sql, verdict)), sql), self._index)

    def understand(self, sql: str) -> tuple[tuple[ResultColumn, ...], Uses]:
        """What `result_columns` and `uses` tell, for the price of one."""
        verdict = self._verdict(sql)
        if verdict.columns is not None and verdict.uses is not None:
            return verdict.columns, verdict.uses
        parsed = self._parsed(sql, verdict)
        found = finding(parsed)
        tree = self._qualified(found, sql)
        uses = used_columns(tree, self._index) if verdict.uses is None else verdict.uses
        columns = verdict.columns
        if columns is None:
            columns = self._result_columns(tree, sql) if found is parsed else ()
        return columns, uses

    def lineage(self, sql: str) -> tuple[ColumnLineage, ...]:
        """For each column of the result, the columns its value is computed from."""
        return column_lineage(self._valid_tree(sql), self._index)

    def qualify(self, sql: str) -> str:
        """The query with every name in full and quoted, and every star expanded."""
        return written(self._valid_tree(sql), self._spoken, identify=True)

    def expand(self, sql: str) -> str:
        """The query with every star expanded, names quoted only where they must be."""
        tree = self._valid_tree(sql)
        for name in tree.find_all(exp.Identifier):
            name.set("quoted", quoted(name.name, self.dialect) != name.name)
        return written(tree, self._spoken, pretty=True)

    def optimize(self, sql: str) -> str:
        """An equal query that is simpler to run: predicates pushed down, dead columns gone."""
        tree = self._valid_tree(sql)
        simplified = optimize(
            tree,
            schema=self._mapping(sql),
            dialect=self._spoken,
            validate_qualify_columns=False,
        )
        simpler = written(simplified, self._spoken, pretty=True)
        # sqlglot's rules now and then write what the engine refuses (TPC-DS 70): not that, then.
        return written(tree, self._spoken, pretty=True) if self.validate(simpler) else simpler

    def transpile(self, sql: str, to: str) -> str:
        """The query in another dialect, told the types of its columns so it can mean the same.

        Args:
            sql: The query.
            to: A sqlglot dialect.
        """
        tree = annotate_types(
            self._valid_tree(sql), schema=self._mapping(sql), dialect=self._spoken
        )
        return tree.sql(to, pretty=True, copy=False)

    def _verdict(self, sql: str) -> Verdict:
        with self._lock:
            verdict = self._judged(sql)
        if verdict.problems:
            raise InvalidQuery(verdict.problems)
        return verdict

    def _result_columns(self, tree: exp.Expr, sql: str) -> tuple[ResultColumn, ...]:
        tree = annotate_types(tree, self._mapping(sql), dialect=self._spoken)
        if not isinstance(tree, exp.Query):
            return ()
        return tuple(
            ResultColumn(select.alias_or_name, _type_text(select, self._spoken))
            for select in tree.selects
        )

    def _valid_tree(self, sql: str) -> exp.Expr:
        return self._tree(sql, self._verdict(sql))

    def _tree(self, sql: str, verdict: Verdict) -> exp.Expr:
        return self._qualified(self._parsed(sql, verdict), sql)

    def _parsed(self, sql: str, verdict: Verdict) -> exp.Expr:
        with self._readable():
            return verdict.tree.copy() if verdict.tree else parse_one(sql, read=self._spoken)

    def _qualified(self, tree: exp.Expr, sql: str) -> exp.Expr:
        with self._readable():
            return qualified(tree, self._mapping(sql), self._index)

    @contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except SqlglotError as error:
            # Valid by the engine's own word, so this is no problem of the query.
            raise PermanentError(
                f"sqlglot cannot read this {self.dialect} query: {error}", where="the query"
            ) from error

    def _mapping(self, sql: str) -> MappingSchema:
        with self._lock:
            return self._mapping_of(tuple(table.fqdn for table in self._index.mentioned(sql)))


def _type_text(select: exp.Expr, dialect: Dialect) -> str | None:
    kind = select.type
    if kind is None or kind.this is exp.DataType.Type.UNKNOWN:
        return None
    return kind.sql(dialect)
