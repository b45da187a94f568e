"""A query's tree with every name resolved: what expansion, lineage and optimisation start from.

Only the tables a query mentions are put before sqlglot, so the cost does not grow with the schema.
"""

from __future__ import annotations

from sqlglot import exp
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope
from sqlglot.schema import MappingSchema

from metadata_assets.schema.finding import chained, deleted_from
from metadata_assets.schema.identifiers import quoted
from metadata_assets.schema.spelling import respell
from metadata_assets.schema.tables import Table, TableIndex


def qualified(tree: exp.Expr, mapping: MappingSchema, index: TableIndex) -> exp.Expr:
    """Resolve every name, expand every star.

    What sqlglot cannot resolve stays as it is: that the query is valid is for a judge to say.

    Args:
        tree: The tree; changed in place.
        mapping: The tables it may mean.
        index: The names of all tables.
    """
    if index.dialect == "sqlite":
        _read_strings_in_double_quotes(tree, index)
    if index.dialect == "mysql":
        _leave_out_dual(tree, index)
        _name_targets(tree)
        respell(tree, index)
    for table in tree.find_all(exp.Table):
        # One source is one catalog; the schema's mapping has no such level.
        table.set("catalog", None)
    found = qualify(
        tree,
        dialect=index.spoken,
        schema=mapping,
        db=quoted(index.default_schema, index.dialect) if index.default_schema else None,
        validate_qualify_columns=False,
        quote_identifiers=False,
    )
    if isinstance(found, exp.Delete):
        # What MySQL deletes from is named by its alias, which is in no schema.
        for target in found.args.get("tables") or ():
            target.set("db", None)
    return found


def _name_targets(tree: exp.Expr) -> None:
    """Make `DELETE t FROM t, u` of `DELETE FROM t USING t, u`, whose names sqlglot would mix up."""
    if isinstance(tree, exp.Delete) and tree.args.get("using"):
        targets, sources = deleted_from(tree)
        source, joins = chained(sources)
        source.set("joins", joins)
        # The second is parsed as joined to the first.
        tree.set("tables", [exp.Table(this=target.this) for target in targets])
        tree.set("this", source)
        tree.set("using", None)


def _leave_out_dual(tree: exp.Expr, index: TableIndex) -> None:
    """Select from nothing rather than from DUAL, which is no table and takes no alias."""
    for select in tree.find_all(exp.Select):
        source = select.args.get("from_")
        if source and is_dual(source.this, index):
            select.set("from_", None)


def _read_strings_in_double_quotes(tree: exp.Expr, index: TableIndex) -> None:
    """Make literals of the quoted names that are no column's: SQLite reads them so."""
    doubtful = [
        column
        for column in tree.find_all(exp.Column)
        if isinstance(column.this, exp.Identifier) and column.this.quoted and not column.table
    ]
    if not doubtful:
        return
    named = {alias.alias.lower() for alias in tree.find_all(exp.Alias, exp.TableAlias)}
    named |= {each.name.lower() for each in tree.find_all(exp.TableAlias) for each in each.columns}
    for source in tree.find_all(exp.Table):
        table = source_table(source, index)
        named |= {column.name.lower() for column in table.columns} if table else set()
    for column in doubtful:
        if column.name.lower() not in named:
            column.replace(exp.Literal.string(column.name))


def is_dual(source: exp.Expr, index: TableIndex) -> bool:
    """Whether it is the DUAL of MySQL: a word for no table."""
    is_word = isinstance(source, exp.Table) and source.name.upper() == "DUAL" and not source.db
    return is_word and index.dialect == "mysql" and index.find(None, source.name) is None


def source_table(source: exp.Expr | Scope | None, index: TableIndex) -> Table | None:
    """The table of the schema that a source of a scope is; None where it is something else."""
    if not isinstance(source, exp.Table) or not isinstance(source.this, exp.Identifier):
        return None
    return index.find(source.db or None, source.name)
