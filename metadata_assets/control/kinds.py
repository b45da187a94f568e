"""What a drop file may hold: one pydantic model for each `kind:`.

A new kind is a model here, a line in `KINDS`, and whoever ingests it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from metadata_assets.control.model import (
    DEFAULT_EXECUTION_ORDER,
    DEFAULT_SOURCE_TYPE,
    IDENTIFIER,
    SourceValues,
)

MAX_EXECUTION_ORDER = 2**31 - 1
"""The column is a 32-bit integer."""


def _only_identifier_characters(value: str) -> str:
    if not IDENTIFIER.fullmatch(value):
        raise ValueError("may hold only letters, digits, `_` and `-`")
    return value


def _empty_where_null(value: object) -> object:
    return {} if value is None else value


Identifier = Annotated[str, Field(max_length=100), AfterValidator(_only_identifier_characters)]
"""A name that becomes part of a source's key."""

JsonObject = Annotated[dict[str, Any], BeforeValidator(_empty_where_null)]
"""A mapping; a key with nothing behind it means an empty one."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class SourceDrop(_Strict):
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


class ModuleDrop(_Strict):
    """A group of sources that run together."""

    module_name: Identifier = Field(description="The module's name.")
    description: str | None = Field(None, description="For the file's readers; not stored.")
    sources: tuple[SourceDrop, ...] = Field(description="Its sources.")


class ModulesDrop(_Strict):
    """A file of `kind: modules`."""

    kind: Literal["modules"] = "modules"
    metadata_version: Any = Field(None, description="For its readers.")
    modules: tuple[ModuleDrop, ...] = Field(description="The modules.")


KINDS: Mapping[str, type[BaseModel]] = {"modules": ModulesDrop}
"""The model of each kind of drop."""
