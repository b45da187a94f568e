"""Column names of a MySQL query in one spelling: its server does not tell them apart by case.

sqlglot does, as MySQL's tables may be told apart by it.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from metadata_assets.schema.tables import TableIndex


def respell(tree: exp.Expr, index: TableIndex) -> None:
    """Name each column as its table or the query itself spells it; results keep their names.

    Args:
        tree: The tree; changed in place.
        index: The names of all tables and their columns.
    """
    # Walked once for all that is asked of it.
    nodes = list(
        tree.find_all(exp.Column, exp.Alias, exp.TableAlias, exp.Join, exp.Table, bfs=False)
    )
    aliases = {alias for node in nodes for alias in _aliases(node)}
    spellings = aliases.union(*(_columns(node, index) for node in nodes))
    folded = {spelling.lower(): spelling for spelling in sorted(spellings)}
    results = {id(each) for each in tree.selects} if isinstance(tree, exp.Query) else set()
    for node in nodes:
        for name in _names(node):
            written, spelling = name.name, folded.get(name.name.lower())
            if spelling is None or written in spellings:
                continue
            name.set("this", spelling)
            if id(node) in results and spelling not in aliases:
                node.replace(exp.alias_(node.copy(), written, quoted=True))


def _aliases(node: exp.Expr) -> list[str]:
    """The names that a node gives to columns."""
    if isinstance(node, exp.Alias):
        return [node.alias]
    return [each.name for each in node.columns] if isinstance(node, exp.TableAlias) else []


def _columns(node: exp.Expr, index: TableIndex) -> list[str]:
    """The columns that a table in the query has."""
    if not isinstance(node, exp.Table) or not isinstance(node.this, exp.Identifier):
        return []
    table = index.find(node.db or None, node.name)
    return [column.name for column in table.columns] if table else []


def _names(node: exp.Expr) -> Iterator[exp.Identifier]:
    """The names by which a node means columns."""
    written = [node.this] if isinstance(node, exp.Column) else node.args.get("using") or ()
    yield from (each for each in written if isinstance(each, exp.Identifier))
