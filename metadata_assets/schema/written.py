"""A query's tree as text, in words that the engine of the schema reads.

For what sqlglot's own generator writes for one engine of a dialect only; what another dialect is to
read is its business.
"""

from __future__ import annotations

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.dialects.mysql import MySQL


def written(
    tree: exp.Expr, dialect: Dialect, *, identify: bool = False, pretty: bool = False
) -> str:
    """The text of a tree; the tree is not kept.

    Args:
        tree: The tree.
        dialect: The dialect of the schema.
        identify: Whether every name is quoted.
        pretty: Whether it is laid out in lines.
    """
    if isinstance(dialect, MySQL):
        _respell(tree)
    return tree.sql(dialect, identify=identify, pretty=pretty, copy=False)


def _respell(tree: exp.Expr) -> None:
    """Do without what MySQL has and MariaDB lacks: REGEXP_LIKE, FOR SHARE."""
    for node in list(tree.find_all(exp.RegexpLike, exp.Lock)):
        if isinstance(node, exp.RegexpLike) and not node.args.get("flag"):
            said = _infix(_operand(node.this), "REGEXP", _operand(node.expression))
            is_loose = isinstance(node.parent, exp.Connector | exp.Not)
            node.replace(said if is_loose or not _binds(node.parent) else exp.Paren(this=said))
        elif isinstance(node, exp.Lock) and not any(node.args.values()):
            node.replace(exp.Var(this="LOCK IN SHARE MODE"))


def _binds(node: exp.Expr | None) -> bool:
    """Whether operands stand beside it without parentheses of its own."""
    is_operator = isinstance(node, exp.Binary | exp.Unary | exp.Between | exp.In)
    return is_operator and not isinstance(node, exp.Paren)


def _operand(node: exp.Expr) -> exp.Expr:
    return exp.Paren(this=node) if _binds(node) else node


def _infix(left: exp.Expr, operator: str, right: exp.Expr) -> exp.Expr:
    """An operator that sqlglot has no node for: one thing beside another is all it has to write."""
    head = exp.Introducer(this=left, expression=exp.Var(this=operator))
    return exp.Introducer(this=head, expression=right)
