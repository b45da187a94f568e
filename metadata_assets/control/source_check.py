"""Check what a source's YAML declares beyond its shape: its engine, its configuration, secrets.

Works on the tree, so that a file whose shape is wrong elsewhere still hears of these problems.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from metadata_assets.control.check import check
from metadata_assets.control.model import CATALOG_SYNC, CONFIG_COLUMNS, task_type_of
from metadata_assets.control.problems import Problem, did_you_mean, printable
from metadata_assets.control.tasks import TASK_TYPES
from metadata_assets.control.yaml_nodes import Node
from metadata_assets.diff.config import DIFF, DiffConfig
from metadata_assets.errors import ConfigurationError
from metadata_assets.sinks.config import SINK, SINK_TYPES
from metadata_assets.sources.config import Secret, Url
from metadata_assets.sources.registry import DRIVERS, driver_for

_NAMES_A_SECRET = re.compile(
    r"(?i)(^|[^a-z])(password|passwd|pwd|secret|token|(api|access|private|secret)_?key)$"
)
_SECRET: TypeAdapter[str] = TypeAdapter(Secret)
_URL: TypeAdapter[str] = TypeAdapter(Url)


def source_problems(source: Node) -> Iterator[Problem]:
    """Everything wrong with one element of a module's `sources`, its shape aside."""
    checked_by_driver = False
    if _is_catalog_source(source):
        source_type = source.under("source_type")
        if source_type is None:
            known = ", ".join(sorted(DRIVERS))
            remedy = f"Say which engine it is: {known}."
            yield Problem(source.place, "`source_type` is missing", remedy)
        elif isinstance(source_type.content, str):
            checked_by_driver = source_type.content in DRIVERS
            yield from _driver_problems(source, source_type)
        yield from _diff_problems(source)
        yield from _sink_problems(source)
    yield from _task_problems(source)
    for name in CONFIG_COLUMNS:
        config = source.under(name)
        if config is not None and not (checked_by_driver and name == "source_config"):
            yield from _secret_problems(config, name)


def _is_catalog_source(source: Node) -> bool:
    transformation = source.under("transformation_config")
    plain = {} if transformation is None else transformation.plain()
    return isinstance(plain, dict) and task_type_of(plain) == CATALOG_SYNC


def _task_problems(source: Node) -> Iterator[Problem]:
    config = source.under("transformation_config")
    if config is None or not isinstance(config.content, Mapping):
        return
    task_type = task_type_of(config.plain())
    if task_type in TASK_TYPES:
        _, problems = check(TASK_TYPES[task_type], config)
        yield from problems
        return
    named = config.under("task_type")
    place = config.place if named is None else named.place
    what = f"unknown task_type `{printable(task_type)}`"
    yield Problem(place, what, did_you_mean(task_type, TASK_TYPES))


def _driver_problems(source: Node, source_type: Node) -> Iterator[Problem]:
    try:
        driver = driver_for(str(source_type.content), where="")
    except ConfigurationError as error:
        yield Problem(source_type.place, printable(error.what), error.remedy)
        return
    config = source.under("source_config")
    if config is None or config.content is None:
        config = Node(source.place if config is None else config.place, {})
    if isinstance(config.content, Mapping):
        _, problems = check(driver.config_type, config)
        yield from problems


def _diff_problems(source: Node) -> Iterator[Problem]:
    transformation = source.under("transformation_config")
    declared = None if transformation is None else transformation.under(DIFF)
    if declared is not None and declared.content is not None:
        _, problems = check(DiffConfig, declared)
        yield from problems


def _sink_problems(source: Node) -> Iterator[Problem]:
    target = source.under("target_config")
    sink = None if target is None else target.under(SINK)
    if sink is None or sink.content is None:
        return
    if not isinstance(sink.content, Mapping):
        yield Problem(sink.place, f"`{SINK}` should be a mapping", "Give it a `type`.")
        return
    kind = sink.under("type")
    if kind is None:
        remedy = f"Add it: {', '.join(SINK_TYPES)}."
        yield Problem(sink.place, "`type` is missing", remedy)
    elif kind.content not in tuple(SINK_TYPES):
        remedy = did_you_mean(str(kind.content), SINK_TYPES)
        yield Problem(kind.place, f"unknown type of sink {printable(str(kind.content))}", remedy)
    else:
        _, problems = check(SINK_TYPES[str(kind.content)], sink)
        yield from problems


def _secret_problems(node: Node, name: str) -> Iterator[Problem]:
    if isinstance(node.content, Mapping):
        for key, entry in node.content.items():
            yield from _secret_problems(entry.node, key)
        return
    for element in node.nodes():
        yield from _secret_problems(element, name)
    if isinstance(node.content, (str, int, float)) and not isinstance(node.content, bool):
        names_a_secret = _NAMES_A_SECRET.search(name)
        yield from _literal_secret(_SECRET if names_a_secret else _URL, str(node.content), node)


def _literal_secret(allowed: TypeAdapter[Any], value: str, node: Node) -> Iterator[Problem]:
    try:
        allowed.validate_python(value)
    except ValidationError:
        yield Problem(
            node.place,
            "a literal secret is refused",
            "Write a reference such as ${MY_PASSWORD} and set that variable where syncs run.",
        )
