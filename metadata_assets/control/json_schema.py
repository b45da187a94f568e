"""JSON Schemas of the drops, so that editors complete and check them while they are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from metadata_assets.control.kinds import KINDS, MODULES
from metadata_assets.sources.registry import DRIVERS, driver_for

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schemas() -> Mapping[str, dict[str, Any]]:
    """The JSON Schema of each kind of drop, by kind."""
    schemas = {kind: _schema(kind) for kind in KINDS}
    _know_drivers(schemas[MODULES])
    return schemas


def _schema(kind: str) -> dict[str, Any]:
    # As a file may be written: fields that have a default may be left out.
    schema = KINDS[kind].model_json_schema(mode="validation")
    schema["properties"]["kind"] = {"const": kind, "description": "What the file holds."}
    return {"$schema": _DIALECT, "title": f"A drop of kind {kind}", **_nullable_lists(schema)}


def _nullable_lists(node: Any) -> Any:
    """The schema where an empty key (`tags:`) stands for an empty list or mapping, as when read."""
    if isinstance(node, list):
        return [_nullable_lists(below) for below in node]
    if not isinstance(node, dict):
        return node
    below = {key: _nullable_lists(value) for key, value in node.items()}
    for name, field in below.get("properties", {}).items():
        if field.get("type") in ("array", "object") and name not in below.get("required", ()):
            field["type"] = [field["type"], "null"]
    return below


def _know_drivers(schema: dict[str, Any]) -> None:
    """Offer the engines, and what the `source_config` of each takes."""
    source = schema["$defs"]["SourceDrop"]
    source["properties"]["source_type"]["examples"] = sorted(DRIVERS)
    cases = []
    for name in sorted(DRIVERS):
        config = driver_for(name, where=name).config_type.model_json_schema(mode="validation")
        schema["$defs"] |= config.pop("$defs", {})
        is_engine = {"properties": {"source_type": {"const": name}}, "required": ["source_type"]}
        cases.append({"if": is_engine, "then": {"properties": {"source_config": config}}})
    # Other tasks than reading a catalog may configure their source as they like.
    reads_catalog = {"not": {"required": ["transformation_config"]}}
    source["allOf"] = [{"if": reads_catalog, "then": {"allOf": cases}}]
