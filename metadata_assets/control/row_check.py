"""Check a row of the control table as a YAML drop that declares it would be checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from metadata_assets.control.check import check
from metadata_assets.control.kinds import ModuleDrop
from metadata_assets.control.model import ETL_CONTROL, ControlRow
from metadata_assets.control.problems import Place, printable
from metadata_assets.control.source_check import source_problems
from metadata_assets.control.stored import as_control_row
from metadata_assets.control.yaml_nodes import Entry, Node
from metadata_assets.errors import ConfigurationError

_DECLARED = (
    "module_name",
    "source_id",
    "source_type",
    "execution_order",
    "source_config",
    "target_config",
    "transformation_config",
    "is_active",
)


def checked_row(stored: Mapping[str, Any]) -> ControlRow:
    """A stored row as the code sees it, which a drop may declare.

    Args:
        stored: The columns of `ETL_CONTROL`.

    Raises:
        ConfigurationError: It breaks a rule of drops; names the column.
    """
    row = as_control_row(stored)
    # The line of a problem tells the column it is in.
    lines = {name: Place(line, 1) for line, name in enumerate(_DECLARED, start=1)}
    entries = {
        name: Entry(place, _node(getattr(row, name), place))
        for name, place in lines.items()
        if stored[name] is not None
    }
    module_name = entries.pop("module_name")
    source = Node(lines["source_type"], entries)
    sources = Node(lines["source_id"], (source,))
    module = {"module_name": module_name, "sources": Entry(sources.place, sources)}
    _, problems = check(ModuleDrop, Node(module_name.place, module))
    problems += source_problems(source)
    for problem in sorted(problems):
        column = _DECLARED[problem.place.line - 1]
        raise ConfigurationError(
            f"{column}: {problem.what}",
            where=f"{ETL_CONTROL.name} {printable(row.key)}",
            remedy=problem.remedy,
        )
    return row


def _node(value: Any, place: Place) -> Node:
    if isinstance(value, Mapping):
        return Node(place, {key: Entry(place, _node(below, place)) for key, below in value.items()})
    if isinstance(value, (list, tuple)):
        return Node(place, tuple(_node(below, place) for below in value))
    return Node(place, value)
