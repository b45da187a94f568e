"""Read the tree of one drop of `kind: modules`: the sources it declares, or all its problems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from metadata_assets.control.check import check
from metadata_assets.control.dependencies import Ordered, contradictions
from metadata_assets.control.kinds import ModulesDrop
from metadata_assets.control.model import SourceValues
from metadata_assets.control.problems import Place, Problem, printable
from metadata_assets.control.source_check import source_problems
from metadata_assets.control.tasks import DEPENDS_ON
from metadata_assets.control.yaml_nodes import Node


@dataclass(frozen=True, slots=True)
class DeclaredSource:
    """One source of a drop.

    Attributes:
        module_name: Its module.
        source_id: Its name there.
        values: What is declared of it.
        file: The drop's path, relative to the folder.
        place: Where in the file.
    """

    module_name: str
    source_id: str
    values: SourceValues
    file: str
    place: Place

    @property
    def key(self) -> str:
        """`module.source_id`."""
        return f"{self.module_name}.{self.source_id}"

    @property
    def depends_on(self) -> tuple[str, ...]:
        """The tasks of its module that must succeed before."""
        return tuple(self.values.transformation_config.get(DEPENDS_ON) or ())


def read_modules(file: str, root: Node) -> tuple[tuple[DeclaredSource, ...], list[Problem]]:
    """What a drop declares, or everything wrong with it; one of the two is empty.

    Args:
        file: The drop's path, kept with what it declares.
        root: Its tree.
    """
    model, found = check(ModulesDrop, root)
    sources = list(_sources(root))
    problems = [_about_modules(problem, root) for problem in found]
    problems += [problem for _, source in sources for problem in source_problems(source)]
    problems += _repeated(sources)
    if problems or model is None:
        return (), problems
    declared = (
        (module.module_name, source) for module in model.modules for source in module.sources
    )
    made = tuple(
        DeclaredSource(module_name, source.source_id, source.values, file, node.place)
        for (module_name, source), (_, node) in zip(declared, sources, strict=True)
    )
    problems = list(_waiting_in_circles(made))
    return (() if problems else made), problems


def _sources(root: Node) -> Iterator[tuple[Node, Node]]:
    """Every module and source of the tree that has the shape of one."""
    modules = root.under("modules")
    for module in () if modules is None else modules.nodes():
        sources = module.under("sources")
        for source in () if sources is None else sources.nodes():
            if isinstance(source.content, Mapping):
                yield module, source


def _about_modules(problem: Problem, root: Node) -> Problem:
    """The same, in the words of the format's first implementation where nothing is declared."""
    if problem.place == root.place and root.entry("modules") is None:
        is_about_modules = problem.what in ("`modules` is missing", "the file should be a mapping")
        if is_about_modules:
            return replace(
                problem,
                what="YAML file must contain 'modules' key",
                remedy="Begin it with `modules:`; `modules: []` declares nothing on purpose.",
            )
    return problem


def _waiting_in_circles(declared: tuple[DeclaredSource, ...]) -> Iterator[Problem]:
    by_module: dict[str, list[DeclaredSource]] = {}
    for source in declared:
        by_module.setdefault(source.module_name, []).append(source)
    for sources in by_module.values():
        places = {source.source_id: source.place for source in sources}
        ordered = (
            Ordered(source.source_id, source.values.execution_order, source.depends_on)
            for source in sources
        )
        for found in contradictions(ordered):
            yield Problem(places[found.source_id], found.what, found.remedy)


def _repeated(sources: list[tuple[Node, Node]]) -> Iterator[Problem]:
    lines: dict[str, int] = {}
    for module, source in sources:
        names = [module.under("module_name"), source.under("source_id")]
        key = ".".join(str(name.content) for name in names if name is not None)
        if None in names:
            continue
        if key.lower() in lines:
            yield repeated_key(key, source.place, f"line {lines[key.lower()]}")
        lines.setdefault(key.lower(), source.place.line)


def repeated_key(key: str, place: Place, first: str) -> Problem:
    """Two sources with one key; keys that differ only in case would share files on some systems.

    Args:
        key: The second one's key.
        place: Where it is.
        first: Where the first one is.
    """
    return Problem(
        place,
        f"the source {printable(key)} is declared twice, first at {first}",
        "Rename or remove one of them.",
    )
