"""Check a YAML tree against a pydantic model: every problem, each at its line and column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from metadata_assets.control.problems import Problem, did_you_mean, printable
from metadata_assets.control.yaml_nodes import Entry, Node

ModelT = TypeVar("ModelT", bound=BaseModel)

_SHOULD_BE: Mapping[str, tuple[str, str]] = {
    "string_type": ("should be text", "Write it in quotes."),
    "string_too_short": ("should not be empty", ""),
    "tuple_type": ("should be a list", "Write its elements below it, each after `- `."),
    "list_type": ("should be a list", "Write its elements below it, each after `- `."),
    "dict_type": ("should be a mapping", "Write `key: value` lines below it, indented."),
    "model_type": ("should be a mapping", "Write `key: value` lines below it, indented."),
    "bool_type": ("should be true or false", ""),
    "bool_parsing": ("should be true or false", ""),
    "int_type": ("should be a whole number", ""),
    "int_parsing": ("should be a whole number", ""),
    "int_from_float": ("should be a whole number", ""),
}
"""What we say instead of pydantic's words, which speak of Python."""


def check(model: type[ModelT], node: Node) -> tuple[ModelT | None, list[Problem]]:
    """Make a model of a tree.

    Args:
        model: What the tree should be.
        node: The tree, as YAML sound.

    Returns:
        The instance, or None and what is wrong.
    """
    try:
        return model.model_validate(node.plain()), []
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        return None, [_problem(model, node, details) for details in found]


def located(root: Node, location: Sequence[int | str]) -> Node:
    """The node that a location leads to, as far as the tree goes."""
    return _found(root, location)[1].node


def _problem(model: type[BaseModel], root: Node, details: ErrorDetails) -> Problem:
    location = details["loc"]
    name, entry = _found(root, location)
    kind, place = details["type"], entry.node.place
    if kind == "extra_forbidden":
        known = _known_keys(model, location[:-1])
        return Problem(entry.place, f"unknown key {name}", did_you_mean(str(location[-1]), known))
    if kind == "missing":
        return Problem(place, f"`{location[-1]}` is missing", "Add it.")
    if kind in _SHOULD_BE:
        fault, remedy = _SHOULD_BE[kind]
        return Problem(place, f"{name} {fault}", remedy)
    if kind == "value_error":
        return Problem(place, f"{name}: {details['ctx']['error']}")
    return Problem(place, f"{name}: {details['msg']}")


def _found(root: Node, location: Sequence[int | str]) -> tuple[str, Entry]:
    """The name of what a location leads to, and its entry, as far as the tree goes."""
    name, entry = "the file", Entry(root.place, root)
    for step in location:
        below = _below(entry.node, step)
        if below is None:
            break
        entry = below
        name = f"`{printable(step)}`" if isinstance(step, str) else f"element {step + 1}"
    return name, entry


def _below(node: Node, step: int | str) -> Entry | None:
    if isinstance(step, str):
        return node.entry(step)
    elements = node.nodes()
    return Entry(elements[step].place, elements[step]) if step < len(elements) else None


def _known_keys(model: type[BaseModel], location: Sequence[int | str]) -> tuple[str, ...]:
    found: type[BaseModel] | None = model
    for step in location:
        if isinstance(step, str) and found is not None and step in found.model_fields:
            found = _model_in(found.model_fields[step].annotation)
    return () if found is None else tuple(found.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model of a field: itself, or within `tuple[…]`, `… | None` and the like."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_model_in(argument) for argument in get_args(annotation))
    return next((model for model in inner if model is not None), None)
