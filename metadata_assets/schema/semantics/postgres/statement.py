"""Any statement that reads or changes rows, and any query inside it."""

from __future__ import annotations

from metadata_assets.schema.semantics import problems as codes
from metadata_assets.schema.semantics.postgres import changes
from metadata_assets.schema.semantics.postgres.analysis import Analysis, Node
from metadata_assets.schema.semantics.postgres.common import read_with
from metadata_assets.schema.semantics.postgres.namespace import Level
from metadata_assets.schema.semantics.postgres.select import (
    read_select,
    read_set_operation,
    read_values,
)
from metadata_assets.schema.semantics.postgres.values import Read

_WRAPPERS = {"explain_stmt": "query", "create_table_as_stmt": "query", "view_stmt": "query"}
_NONE = 1


def read_query(analysis: Analysis, node: Node, parent: Level | None) -> Read:
    """Understand a query, or a statement that changes rows.

    Args:
        analysis: The statement it is part of.
        node: The parse tree: a Node, or a SelectStmt within another.
        parent: The level around it.
    """
    form = "select_stmt"
    if node.DESCRIPTOR.name == "Node":
        form = node.WhichOneof("node")
        node = getattr(node, form)
    if form in _WRAPPERS:
        return read_query(analysis, getattr(node, _WRAPPERS[form]), parent)
    level = Level(parent=parent)
    if form not in _READERS and form != "select_stmt":
        what = form.removesuffix("_stmt").replace("_", " ").upper()
        analysis.refuse(codes.STATEMENT, f"this is no query, but {what}", 0)
        return Read((), ())
    if node.HasField("with_clause"):
        read_with(analysis, level, node.with_clause)
    if form != "select_stmt":
        return _READERS[form](analysis, level, node)
    if node.op > _NONE:
        return read_set_operation(analysis, level, node)
    if node.values_lists:
        return read_values(analysis, level, node)
    return read_select(analysis, level, node)


_READERS = {
    "insert_stmt": changes.read_insert,
    "update_stmt": changes.read_update,
    "delete_stmt": changes.read_delete,
    "merge_stmt": changes.read_merge,
}
