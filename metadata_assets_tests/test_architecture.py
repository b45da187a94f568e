from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import metadata_assets

PACKAGE = Path(metadata_assets.__file__).parent
MODULES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
SHELL = ("defs", "cli", "mcp_server", "definitions.py", "__main__.py")
MAY_NOT_IMPORT = {
    "errors.py": {"catalog", "sources", "schema", "diff", "control", "training", "ledger", "lake"},
    "settings.py": {"catalog", "sources", "schema", "diff", "control", "training", "ledger"},
    "lake": {"catalog", "sources", "schema", "diff", "control", "training", "ledger"},
    "ledger": {"catalog", "sources", "schema", "diff", "control", "training", "lake"},
    "catalog": {"sources", "schema", "diff", "control", "training"},
    "sources": {"schema", "diff", "control", "training"},
    "schema": {"sources", "diff", "control", "training"},
    "diff": {"sources", "control", "training"},
    "training": {"sources", "control", "diff", "sinks", "quality"},
    "quality": {"sources", "control", "diff", "sinks"},
    "sinks": {"sources", "control", "diff", "schema"},
    "control": {"modules"},
    "modules": {"catalog", "schema", "diff", "training", "sinks"},
}
"""Rooms by what they know nothing of."""


def imports(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse((PACKAGE / module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_only_the_shell_imports_dagster() -> None:
    importers = {
        str(module)
        for module in MODULES
        if module.parts[0] not in SHELL
        and any(name.split(".")[0].startswith("dagster") for name in imports(module))
    }
    assert importers == set()


def test_nothing_in_the_core_imports_the_shell() -> None:
    shell = tuple(f"metadata_assets.{name.removesuffix('.py')}" for name in SHELL)
    importers = {
        str(module)
        for module in MODULES
        if module.parts[0] not in SHELL and any(name.startswith(shell) for name in imports(module))
    }
    assert importers == set()


@pytest.mark.parametrize("room", MAY_NOT_IMPORT)
def test_a_room_imports_only_what_it_may_know(room: str) -> None:
    forbidden = tuple(f"metadata_assets.{name}" for name in MAY_NOT_IMPORT[room])
    found = {
        f"{module} imports {name}"
        for module in MODULES
        if module.parts[0] == room
        for name in imports(module)
        if name.startswith(forbidden)
    }
    assert found == set()
