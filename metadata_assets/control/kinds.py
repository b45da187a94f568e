"""What a drop file may hold: one pydantic model for each `kind:`.

A new kind is a model and a line in `KINDS`. What is said about a source (rather than which sources
there are) is in `knowledge_kinds`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field

from metadata_assets.control.fields import Identifier, JsonObject, Strict
from metadata_assets.control.knowledge_kinds import KNOWLEDGE_KINDS
from metadata_assets.control.model import (
    DEFAULT_EXECUTION_ORDER,
    DEFAULT_SOURCE_TYPE,
    SourceValues,
)

MAX_EXECUTION_ORDER = 2**31 - 1
"""The column is a 32-bit integer."""


class SourceDrop(Strict):
    """One source of a module."""

    source_id: Identifier = Field(description="The source's name within its module.")
    source_type: str = Field(
        DEFAULT_SOURCE_TYPE, min_length=1, max_length=100, description="The engine."
    )
    execution_order: int = Field(
        DEFAULT_EXECUTION_ORDER,
        strict=True,
        ge=0,
        le=MAX_EXECUTION_ORDER,
        description="Equal orders run side by side, each after all lower ones.",
    )
    source_config: JsonObject = Field(default_factory=dict, description="How to reach it.")
    target_config: JsonObject = Field(default_factory=dict, description="Where a task writes.")
    transformation_config: JsonObject = Field(
        default_factory=dict, description="What a task does; `task_type` is catalog_sync."
    )
    is_active: bool = Field(True, description="Whether it takes part.")

    @property
    def values(self) -> SourceValues:
        """What it declares."""
        return SourceValues(**self.model_dump(exclude={"source_id"}))


class ModuleDrop(Strict):
    """A group of sources that run together."""

    module_name: Identifier = Field(description="The module's name.")
    description: str | None = Field(None, description="For the file's readers; not stored.")
    sources: tuple[SourceDrop, ...] = Field(description="Its sources.")


class ModulesDrop(Strict):
    """A file of `kind: modules`."""

    kind: Literal["modules"] = "modules"
    metadata_version: Any = Field(None, description="For its readers.")
    modules: tuple[ModuleDrop, ...] = Field(description="The modules.")


MODULES = "modules"
"""The kind of a drop that does not say its kind."""

KINDS: Mapping[str, type[BaseModel]] = {MODULES: ModulesDrop, **KNOWLEDGE_KINDS}
"""The model of each kind of drop."""
