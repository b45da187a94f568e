"""The kinds of values a drop's fields take, and the base of every model of a drop."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from metadata_assets.control.model import IDENTIFIER


class Strict(BaseModel):
    """A model that refuses what it does not know and repeats no value in its errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def _only_identifier_characters(value: str) -> str:
    if not IDENTIFIER.fullmatch(value):
        raise ValueError("may hold only letters, digits, `_` and `-`")
    return value


def _two_identifiers(value: str) -> str:
    parts = value.split(".")
    if len(parts) != 2 or not all(IDENTIFIER.fullmatch(part) for part in parts):
        raise ValueError("should name a source as `module.source_id`")
    return value


def _empty_mapping_where_null(value: object) -> object:
    return {} if value is None else value


def empty_list_where_null(value: object) -> object:
    """An empty list for a key with nothing behind it."""
    return [] if value is None else value


Identifier = Annotated[str, Field(max_length=100), AfterValidator(_only_identifier_characters)]
"""A name that becomes part of a source's key."""

SourceKey = Annotated[str, Field(max_length=201), AfterValidator(_two_identifiers)]
"""`module.source_id`."""

JsonObject = Annotated[dict[str, Any], BeforeValidator(_empty_mapping_where_null)]
"""A mapping; a key with nothing behind it means an empty one."""

Text = Annotated[str, Field(min_length=1)]
"""Text that says something."""

Name = Annotated[str, Field(min_length=1, max_length=500)]
"""What tells a row from the others of its source."""

Texts = Annotated[tuple[Text, ...], BeforeValidator(empty_list_where_null)]
"""A list of texts; a key with nothing behind it means an empty one."""
