"""Stored rows as the document of a drop that declares them, in the words of its kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from metadata_assets.control.kinds import MODULES
from metadata_assets.control.knowledge import KnowledgeRow
from metadata_assets.control.knowledge_kinds import KNOWLEDGE_KINDS
from metadata_assets.control.model import CONFIG_COLUMNS, ControlRow

Document = dict[str, Any]
"""What a YAML file holds, every field written out; see `is_default`."""

ELEMENTS: Mapping[str, str] = {
    "modules": "module_name",
    "sources": "source_id",
    **dict(model.listed for model in KNOWLEDGE_KINDS.values()),
    "columns": "column",
}
"""The lists of a document by their key, with the key each of their elements is named by."""

_FIELDS: Mapping[str, str] = {
    "table_fqdn": "table",
    "column_name": "column",
    "grain_description": "grain",
    "query_id": "id",
    "document_id": "id",
}
"""Columns whose field has another name."""

_OF_A_COLUMN = ("column", "description", "tags", "pii")
_DEFAULTS = {"kind": MODULES, "source_type": "unknown", "execution_order": 1, "is_active": True}


def is_default(field: str, value: Any) -> bool:
    """Whether leaving a field out says the same."""
    return value in (None, [], {}) or (field in _DEFAULTS and value == _DEFAULTS[field])


def modules_document(rows: Iterable[ControlRow]) -> Document:
    """A drop of `kind: modules`.

    Args:
        rows: What it declares, in order.
    """
    modules: dict[str, list[Document]] = {}
    for row in rows:
        modules.setdefault(row.module_name, []).append(
            {
                "source_id": row.source_id,
                "source_type": row.source_type,
                "execution_order": row.execution_order,
                **{name: getattr(row, name) for name in CONFIG_COLUMNS},
                "is_active": row.is_active,
            }
        )
    listed = [{"module_name": name, "sources": sources} for name, sources in modules.items()]
    return {"kind": MODULES, "modules": listed}


def knowledge_document(kind: str, source: str, rows: Iterable[KnowledgeRow]) -> Document:
    """A drop that is about a source.

    Args:
        kind: Its kind.
        source: The source.
        rows: What it says, in order.
    """
    elements = [_element(row) for row in rows]
    if kind == "annotations":
        elements = _tables(elements)
    return {"kind": kind, "source": source, KNOWLEDGE_KINDS[kind].listed[0]: elements}


def _element(row: KnowledgeRow) -> Document:
    kept = ("origin", "base_hash", "original_description")
    return {
        _FIELDS.get(name, name): value for name, value in row.columns.items() if name not in kept
    }


def _tables(annotations: Iterable[Document]) -> list[Document]:
    tables: dict[str, Document] = {}
    for said in annotations:
        table = tables.setdefault(said["table"], {"table": said["table"]})
        if said["column"] is None:
            table |= {name: value for name, value in said.items() if name != "column"}
        else:
            columns = table.setdefault("columns", [])
            columns.append({name: said[name] for name in _OF_A_COLUMN})
    # The columns last, as people write them.
    return [
        {name: value for name, value in table.items() if name != "columns"}
        | ({"columns": table["columns"]} if "columns" in table else {})
        for table in tables.values()
    ]
