"""The query that finds the rows a statement changes: names mean the same in both."""

from __future__ import annotations

from sqlglot import exp


def finding(tree: exp.Expr) -> exp.Expr:
    """What an UPDATE or DELETE reads, as a SELECT; any other tree as it is.

    Args:
        tree: The tree; not changed.
    """
    if isinstance(tree, exp.Update):
        update = tree.copy()
        joined = update.args.get("from_")
        sources = [update.this, *([joined.this] if joined else ())]
        return _select(update, update.expressions, sources)
    if isinstance(tree, exp.Delete):
        delete = tree.copy()
        return _select(delete, [exp.Literal.number(1)], deleted_from(delete)[1])
    return tree


def deleted_from(delete: exp.Delete) -> tuple[list[exp.Expr], list[exp.Expr]]:
    """The names of what rows go from, where others say what these mean, and those others.

    `DELETE t FROM t JOIN u`, which MySQL also writes as `DELETE FROM t USING t JOIN u`; elsewhere
    USING adds to what rows go from.
    """
    using = delete.args.get("using") or []
    if targets := delete.args.get("tables"):
        return targets, [delete.this]
    named = {table.alias_or_name for source in using for table in source.find_all(exp.Table)}
    if delete.this.name in named:
        return list(delete.this.find_all(exp.Table)), using
    return [], [delete.this, *using]


def chained(sources: list[exp.Expr]) -> tuple[exp.Expr, list[exp.Expr]]:
    """The first of some sources, and the others with what is joined to them, as joins to it."""
    joins: list[exp.Expr] = []
    for number, source in enumerate(sources):
        joins += [exp.Join(this=source)] if number else []
        joins += source.args.get("joins") or []
        source.set("joins", None)
    return sources[0], joins


def _select(
    statement: exp.Expr, expressions: list[exp.Expr], sources: list[exp.Expr]
) -> exp.Select:
    source, joins = chained(sources)
    returned = statement.args.get("returning")
    return exp.Select(
        expressions=[*expressions, *(returned.expressions if returned else ())],
        from_=exp.From(this=source),
        joins=joins,
        **{part: statement.args.get(part) for part in ("with_", "where", "order", "limit")},
    )
