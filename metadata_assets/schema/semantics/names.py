"""Names of a query that no table or column bears, all of them, found on sqlglot's tree.

Used where the judging engine stops at the first problem, or where there is no engine. Lenient: a
name is a problem only where everything it could mean is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import Scope, traverse_scope

from metadata_assets.schema.finding import finding
from metadata_assets.schema.qualified import is_dual
from metadata_assets.schema.semantics.problems import (
    AMBIGUOUS_COLUMN,
    UNKNOWN_COLUMN,
    UNKNOWN_TABLE,
    Problem,
    nearest,
    problem_at,
)
from metadata_assets.schema.tables import Table, TableIndex

Columns = Mapping[str, str]
"""The columns a source offers: as spelled, by folded name."""


def name_problems(sql: str, tree: exp.Expr, index: TableIndex) -> list[Problem]:
    """The names in a query that mean nothing, or more than one thing.

    Args:
        sql: The text the tree was parsed from.
        tree: The tree; not changed.
        index: The tables there are.
    """
    found: list[Problem] = []
    offered: dict[int, Columns | None] = {}
    # Some dialects let a CTE name itself without being told that it is recursive.
    common = {_fold(each.alias) for each in tree.find_all(exp.CTE)}
    for scope in traverse_scope(finding(tree)):
        sources = {name: _columns(source, index, offered) for name, source in _sources(scope)}
        for table in _unknown_tables(scope, index):
            if _fold(table.name) in common:
                continue
            message = f"there is no table {table.name}"
            found.append(
                _problem(sql, table.this, UNKNOWN_TABLE, message, index.nearest_tables(table.name))
            )
        offered[id(scope)] = _offered(scope, sources)
        found += _column_problems(sql, scope, sources, index, offered)
    return sorted(set(found))


def with_names(sql: str, problem: Problem, index: TableIndex) -> tuple[Problem, ...]:
    """An engine's one complaint, and where it is about a name, every other name that is wrong.

    Args:
        sql: The query.
        problem: What the engine said first.
        index: The tables there are.
    """
    if problem.code not in (UNKNOWN_TABLE, UNKNOWN_COLUMN):
        return (problem,)
    found = names_alone(sql, index)
    is_told = any(_is_same(problem, each) for each in found)
    return tuple(sorted(found if is_told else (problem, *found)))


def _is_same(engine: Problem, own: Problem) -> bool:
    """Whether an engine complains of a name that is known to be wrong, maybe at its schema."""
    if (engine.line, engine.column) == (own.line, own.column):
        return True
    is_before = engine.line == own.line and engine.column < own.column
    return is_before and engine.code == own.code and engine.suggestions == own.suggestions != ()


def names_alone(sql: str, index: TableIndex) -> tuple[Problem, ...]:
    """The names in a query that mean nothing; none where sqlglot cannot read it."""
    try:
        found = name_problems(sql, parse_one(sql, read=index.spoken), index)
    except SqlglotError:
        return ()
    return tuple(each for each in found if each.code != AMBIGUOUS_COLUMN)


def table_of(table: exp.Table, index: TableIndex) -> Table | None:
    """The table of the schema that a node of a query means."""
    return index.find(_spelled(table.args.get("db"), index), _spelled(table.this, index) or "")


def _spelled(name: exp.Expr | None, index: TableIndex) -> str | None:
    if not isinstance(name, exp.Identifier) or not name.this:
        return None
    is_exact = name.args.get("quoted") or index.dialect != "postgres"
    return str(name.this) if is_exact else str(name.this).lower()


def _fold(name: str) -> str:
    # Column names never differ by case alone where no judge but this one decides.
    return name.lower()


def _sources(scope: Scope) -> Iterator[tuple[str, exp.Expr | Scope]]:
    # Only what stands in FROM: `scope.sources` also holds every CTE that could.
    for name, (_, source) in scope.selected_sources.items():
        yield _fold(name), source


def _unknown_tables(scope: Scope, index: TableIndex) -> Iterator[exp.Table]:
    for source in scope.sources.values():
        if (
            isinstance(source, exp.Table)
            and isinstance(source.this, exp.Identifier)
            and table_of(source, index) is None
            and not is_dual(source, index)
        ):
            yield source


def _columns(
    source: exp.Expr | Scope, index: TableIndex, offered: Mapping[int, Columns | None]
) -> Columns | None:
    """What a source offers; None where that is not known."""
    if isinstance(source, Scope):
        columns = offered.get(id(source))
        names = source.expression.parent
        alias = names.args.get("alias") if isinstance(names, exp.Subquery | exp.CTE) else None
        renamed = alias.columns if isinstance(alias, exp.TableAlias) else ()
        return {_fold(each.name): each.name for each in renamed} if renamed else columns
    if isinstance(source, exp.Table) and isinstance(source.this, exp.Identifier):
        table = table_of(source, index)
        if table is not None and not (source.args.get("alias") and source.args["alias"].columns):
            return {_fold(column.name): column.name for column in table.columns}
    return None


def _offered(scope: Scope, sources: Mapping[str, Columns | None]) -> Columns | None:
    """The columns of a scope's own result."""
    if not isinstance(scope.expression, exp.Query):
        return None
    offered: dict[str, str] = {}
    for each in scope.expression.selects:
        if each.is_star:
            qualifier = each.table if isinstance(each, exp.Column) else ""
            starred = [sources.get(_fold(qualifier))] if qualifier else list(sources.values())
            for columns in starred:
                if columns is None:
                    return None
                offered |= columns
        elif each.alias_or_name:
            offered[_fold(each.alias_or_name)] = each.alias_or_name
    return offered


def _column_problems(
    sql: str,
    scope: Scope,
    sources: Mapping[str, Columns | None],
    index: TableIndex,
    offered: Mapping[int, Columns | None],
) -> Iterator[Problem]:
    is_query = isinstance(scope.expression, exp.Query)
    selects = scope.expression.selects if isinstance(scope.expression, exp.Query) else []
    # What orders a set operation is a column of its result, by whichever name this has.
    is_set = isinstance(scope.expression, exp.SetOperation)
    aliases = {_fold(each.alias_or_name) for each in selects if is_set or each.alias}
    visible = dict(sources)
    outer = scope.parent
    while outer is not None:
        for name, source in _sources(outer):
            visible.setdefault(name, _columns(source, index, offered))
        outer = outer.parent
    # sqlglot counts a subquery's unqualified columns among the outer ones; they are judged there.
    inner = {id(column) for within in scope.subquery_scopes for column in within.columns}
    for column in (*scope.columns, *_of_its_result(scope), *_starred(scope)):
        if id(column) in inner:
            continue
        name, qualifier = _fold(column.name), _fold(column.table)
        if qualifier:
            yield from _qualified(sql, column, visible)
            continue
        homes = [each for each, columns in sources.items() if columns and name in columns]
        everywhere = all(columns is not None for columns in visible.values())
        if len(homes) > 1 and not _is_merged(scope, name) and name not in aliases:
            message = f"column {column.name} is ambiguous: it is in {', '.join(homes)}"
            suggestions = [f"{home}.{column.name}" for home in homes]
            yield _problem(sql, column.this, AMBIGUOUS_COLUMN, message, suggestions)
        elif (
            not homes
            and everywhere
            and is_query
            and name not in aliases
            and name not in visible
            and not any(name in (columns or ()) for columns in visible.values())
        ):
            known = [each for columns in visible.values() for each in (columns or {}).values()]
            message = f"there is no column {column.name}"
            yield _problem(sql, column.this, UNKNOWN_COLUMN, message, nearest(column.name, known))


def _of_its_result(scope: Scope) -> Iterator[exp.Column]:
    """The unqualified columns of HAVING, which sqlglot leaves aside as they may be aliases."""
    having = scope.expression.args.get("having")
    known = {id(column) for column in scope.columns}
    for column in having.find_all(exp.Column) if having else ():
        is_own = column.find_ancestor(exp.Query) is scope.expression
        if is_own and id(column) not in known:
            yield column


def _starred(scope: Scope) -> Iterator[exp.Column]:
    """`t.*`: there has to be such a source."""
    for star in scope.stars:
        if isinstance(star, exp.Column) and star.table:
            yield star


def _qualified(
    sql: str, column: exp.Column, visible: Mapping[str, Columns | None]
) -> Iterator[Problem]:
    qualifier = column.table
    if _fold(qualifier) not in visible:
        if column.args.get("db") is None:
            message = f"there is no {qualifier} in the FROM clause"
            suggestions = nearest(qualifier, visible)
            yield _problem(sql, column.args["table"], UNKNOWN_TABLE, message, suggestions)
        return
    columns = visible[_fold(qualifier)]
    if (
        columns is not None
        and not isinstance(column.this, exp.Star)
        and _fold(column.name) not in columns
    ):
        message = f"there is no column {column.name} in {qualifier}"
        suggestions = nearest(column.name, columns.values())
        yield _problem(sql, column.args["table"], UNKNOWN_COLUMN, message, suggestions)


def _is_merged(scope: Scope, name: str) -> bool:
    """Whether a USING or NATURAL join makes one column of those of this name."""
    joins = scope.expression.args.get("joins") or ()
    return any(
        join.args.get("method") == "NATURAL"
        or any(_fold(each.name) == name for each in join.args.get("using") or ())
        for join in joins
    )


def _problem(
    sql: str, node: exp.Expr, code: str, message: str, suggestions: list[str] | tuple[str, ...]
) -> Problem:
    return problem_at(sql, int(node.meta.get("start", 0)), code, message, suggestions)
