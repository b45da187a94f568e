from __future__ import annotations

import re
import textwrap
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner

import metadata_assets
from metadata_assets.cli import app
from metadata_assets.control.json_schema import json_schemas
from metadata_assets.control.parse import parse_drop
from metadata_assets.control.yaml_tree import parse_yaml
from metadata_assets_tests.control.test_knowledge import ABOUT
from metadata_assets_tests.control.test_modules_drop import VALID
from metadata_assets_tests.home import Home

ROOT = Path(metadata_assets.__file__).parent
README = (ROOT.parent / "README.md").read_text(encoding="utf-8")
EXAMPLES = {
    **{
        path.name: path.read_text(encoding="utf-8") for path in (ROOT / "demo/drops").glob("*.yaml")
    },
    **{
        f"README {n}": textwrap.dedent(text)
        for n, text in enumerate(re.findall(r"```yaml\n(.*?)```", README, re.DOTALL), start=1)
        if text.startswith("kind:")
    },
    **{kind: textwrap.dedent(text).replace('"yes"', "yes") for kind, text in ABOUT.items()},
    "modules": VALID,
    "empty keys": "modules: [{module_name: m, sources: [{source_id: s, source_type: sqlite, "
    "source_config: {path: x}, target_config: }]}]",
}


def problems(text: str) -> list[str]:
    root = parse_yaml(text).root
    document = None if root is None else root.plain()
    assert isinstance(document, dict)
    schema = jsonschema.Draft202012Validator(json_schemas()[document.get("kind", "modules")])
    return [error.message for error in schema.iter_errors(document)]


def test_every_schema_is_one() -> None:
    for schema in json_schemas().values():
        jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_valid_by_its_schema_and_by_the_reader(name: str) -> None:
    assert problems(EXAMPLES[name]) == []
    assert parse_drop("a.yaml", EXAMPLES[name])[1] == []


@pytest.mark.parametrize(
    "text",
    [
        "modules: [{module_name: m, sources: [{sourceid: s}]}]",
        "modules: [{module_name: 1, sources: []}]",
        "modules: [{module_name: m, sources: [{source_id: s, execution_order: -1}]}]",
        "modules: [{module_name: m, sources: [{source_id: s, source_type: sqlite, "
        "source_config: {pth: x}}]}]",
        "{kind: glossary, source: m.s, terms: [{term: a}]}",
        "{kind: annotations, tables: []}",
        "{kind: golden_queries, source: m.s, queries: [{id: a, question: '', sql: x}]}",
    ],
)
def test_what_the_reader_refuses_the_schema_refuses_too(text: str) -> None:
    assert problems(text)
    assert parse_drop("a.yaml", text)[1]


def test_fields_are_described() -> None:
    terms = json_schemas()["glossary"]["$defs"]["GlossaryTerm"]["properties"]
    assert all(field.get("description") for field in terms.values())


def test_the_command_writes_one_file_a_kind(home: Home) -> None:
    result = CliRunner().invoke(app, ["schema-files"])
    assert result.exit_code == 0
    written = {path.name for path in (home.path / "drop-schemas").iterdir()}
    assert written == {f"{kind}.schema.json" for kind in json_schemas()}
    assert result.stdout.count("# yaml-language-server: $schema=/") == 5
