"""Where the columns of a query come from: its lineage, and the tables and columns it uses.

Both read a tree that was qualified (`qualified`), in which every column names its table.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, traverse_scope

from metadata_assets.schema.qualified import source_table
from metadata_assets.schema.tables import TableIndex


@dataclass(frozen=True, slots=True, order=True)
class UsedColumn:
    """A column of a table of the schema.

    Attributes:
        table: The FQDN of the table.
        column: Its name, as the catalog spells it.
    """

    table: str
    column: str

    def __str__(self) -> str:
        """`schema.table.column`."""
        return f"{self.table}.{self.column}"


@dataclass(frozen=True, slots=True)
class ColumnLineage:
    """One column of a query's result.

    Attributes:
        column: Its name.
        expression: What computes it, with every column qualified.
        sources: The columns its value is computed from, ordered; none for a constant.
    """

    column: str
    expression: str
    sources: tuple[UsedColumn, ...]


_Sources = frozenset[UsedColumn]
_NONE: _Sources = frozenset()


def column_lineage(tree: exp.Expr, index: TableIndex) -> tuple[ColumnLineage, ...]:
    """The lineage of every column of a query's result, in order."""
    trace = _Trace(index)
    root: Scope | None = None
    for root in traverse_scope(tree):
        trace.follow(root)
    if root is None or not isinstance(root.expression, exp.Query):
        return ()
    return tuple(
        ColumnLineage(
            column=select.alias_or_name,
            expression=select.unalias().sql(index.spoken),
            sources=tuple(sorted(sources)),
        )
        for select, (_, sources) in zip(
            root.expression.selects, trace.results[id(root)], strict=True
        )
    )


def used_columns(tree: exp.Expr, index: TableIndex) -> dict[str, tuple[str, ...]]:
    """The columns that a query uses anywhere, by the FQDN of their table; both ordered."""
    used: dict[str, set[str]] = {}
    for scope in traverse_scope(tree):
        for source in scope.sources.values():
            table = source_table(source, index)
            if table is not None:
                used.setdefault(table.fqdn, set())
        for column in scope.columns:
            table = source_table(_home(scope, column.table), index)
            spelled = None if table is None else table.spelled(column.name)
            if table is not None and spelled is not None:
                used.setdefault(table.fqdn, set()).add(spelled)
    return {fqdn: tuple(sorted(used[fqdn])) for fqdn in sorted(used)}


def _home(scope: Scope | None, name: str) -> exp.Expr | Scope | None:
    """What a qualifier means in a scope: a source of it, or of one around it."""
    while scope is not None:
        if name in scope.sources:
            return scope.sources[name]
        scope = scope.parent
    return None


class _Trace:
    """Follows values from the innermost query outwards.

    Attributes:
        results: The sources of each result column, with its name, by the identity of its scope.
    """

    def __init__(self, index: TableIndex) -> None:
        self._index = index
        self._queries: dict[int, int] = {}
        self.results: dict[int, list[tuple[str, _Sources]]] = {}

    def follow(self, scope: Scope) -> None:
        """Trace one scope; those inside it were traced before."""
        tree = scope.expression
        if isinstance(tree, exp.SetOperation):
            parts = [self.results.get(id(each), []) for each in scope.set_operation_scopes]
            names = [select.alias_or_name for select in tree.selects]
            columns = [
                frozenset().union(*(part[1] for part in parts_at if part))
                for parts_at in zip_longest(*parts)
            ]
            traced = list(zip(names, columns, strict=False))
        elif isinstance(tree, exp.Query):
            traced = [(each.alias_or_name, self._sources(scope, each)) for each in tree.selects]
        else:
            traced = [("", self._sources(scope, tree))]
        self.results[id(scope)] = traced
        self._queries[id(tree)] = id(scope)

    def _sources(self, scope: Scope, tree: exp.Expr) -> _Sources:
        found: set[UsedColumn] = set()
        for node in tree.walk(prune=lambda each: self._is_inner_query(each, tree)):
            if self._is_inner_query(node, tree):
                inner = self.results.get(self._queries.get(id(node), 0), [])
                found.update(*(sources for _, sources in inner))
            elif isinstance(node, exp.Column):
                found |= self._of_column(scope, node)
        return frozenset(found)

    @staticmethod
    def _is_inner_query(node: exp.Expr, tree: exp.Expr) -> bool:
        return isinstance(node, exp.Select | exp.SetOperation) and node is not tree

    def _of_column(self, scope: Scope, column: exp.Column) -> _Sources:
        home = _home(scope, column.table)
        if isinstance(home, Scope):
            return self._of_result(home, column.name)
        table = source_table(home, self._index)
        spelled = None if table is None else table.spelled(column.name)
        if table is None or spelled is None:
            return _NONE
        return frozenset({UsedColumn(table.fqdn, spelled)})

    def _of_result(self, scope: Scope, name: str) -> _Sources:
        results = self.results.get(id(scope), [])
        alias = scope.expression.parent and scope.expression.parent.args.get("alias")
        renamed = alias.columns if isinstance(alias, exp.TableAlias) else []
        for position, (own, sources) in enumerate(results):
            if (renamed[position].name if position < len(renamed) else own) == name:
                return sources
        # A function in FROM, whose column is all that it is called with.
        return results[0][1] if len(results) == 1 and not results[0][0] else _NONE
