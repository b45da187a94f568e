from __future__ import annotations

import random
import textwrap

import pytest

from metadata_assets.control.model import SourceValues
from metadata_assets.control.modules_drop import DeclaredSource
from metadata_assets.control.parse import ParsedDrop, parse_drop

VALID = """
kind: modules
metadata_version: "1.0"
modules:
  - module_name: shop
    description: The shop
    sources:
      - source_id: orders_db
        source_type: duckdb
        execution_order: 2
        source_config:
          path: shop/orders.duckdb
          exclude: [tmp_*]
        target_config: {catalog: bronze}
        is_active: yes
      - source_id: ingest
        transformation_config:
          task_type: sql_query
          sql_task: {warehouse_id: abc123, sql_query: SELECT 1}
"""


def declared(text: str) -> list[DeclaredSource]:
    parsed, problems = parse_drop("a.yaml", textwrap.dedent(text))
    assert problems == []
    return list(parsed.sources)


def errors(text: str) -> list[str]:
    parsed, problems = parse_drop("a.yaml", textwrap.dedent(text))
    assert parsed == ParsedDrop()
    return [str(problem.in_file("a.yaml")) for problem in problems]


def one_source(lines: str) -> str:
    head = "modules:\n- module_name: m\n  sources:\n  - source_id: s\n"
    return head + textwrap.indent(textwrap.dedent(lines).strip("\n"), "    ")


def test_a_drop_declares_its_sources() -> None:
    orders, ingest = declared(VALID)
    assert (orders.key, orders.file, orders.place.line) == ("shop.orders_db", "a.yaml", 8)
    assert orders.values == SourceValues(
        source_type="duckdb",
        execution_order=2,
        source_config={"path": "shop/orders.duckdb", "exclude": ["tmp_*"]},
        target_config={"catalog": "bronze"},
    )
    assert ingest.values.source_type == "unknown"
    assert ingest.values.execution_order == 1
    assert not ingest.values.is_catalog_source


def test_a_notebook_path_alone_makes_a_notebook() -> None:
    (source,) = declared(one_source("transformation_config: {notebook_path: /a/b}"))
    assert source.values.task_type == "notebook"


def test_a_grading_nobody_knows_is_refused_where_it_stands() -> None:
    lines = "source_type: duckdb\nsource_config: {path: a}\ntransformation_config:\n  diff:\n"
    (error,) = errors(one_source(lines + "    grades: {DS103: awful}"))
    assert error.startswith("a.yaml:9:25: `DS103`")
    (source,) = declared(one_source(lines + "    grades: {DS103: risky}"))
    assert source.values.transformation_config == {"diff": {"grades": {"DS103": "risky"}}}


@pytest.mark.parametrize(
    ("sink", "said"),
    [
        ("{type: vana}", "a.yaml:8:22: unknown type of sink vana. Did you mean `vanna`?"),
        ("{object: 'a:b'}", "a.yaml:8:15: `type` is missing"),
        (
            "{type: vanna, object: nothing}",
            "a.yaml:8:37: `object`: is an import path, `package.module:name`",
        ),
        ("{type: jsonl}", "a.yaml:8:15: `path` is missing"),
        ("vanna", "a.yaml:8:15: `sink` should be a mapping"),
    ],
)
def test_a_sink_nobody_knows_is_refused_where_it_stands(sink: str, said: str) -> None:
    lines = "source_type: duckdb\nsource_config: {path: a}\ntarget_config:\n"
    (error,) = errors(one_source(f"{lines}    sink: {sink}"))
    assert error.startswith(said)


def test_no_modules_is_a_drop_that_declares_nothing() -> None:
    assert declared("modules: []") == []


@pytest.mark.parametrize("text", ["", "# only a comment", "x", "- a", "{}", "metadata_version: 1"])
def test_a_file_without_modules_is_refused(text: str) -> None:
    (error,) = errors(text)
    assert error.startswith("a.yaml:1:1: YAML file must contain 'modules' key.")


def test_every_problem_of_a_file_is_told_at_its_place() -> None:
    text = """\
        modules:
          - module_name: my shop
            sources:
              - source_id: 12
                sorce_type: duckdb
                source_type: duckdb
                execution_order: soon
                source_config: {path: a.duckdb, pth: b}
                is_active: maybe
              - source_type: nosuch
                source_id: b
                target_config: [1]
              - source_id: c
                source_type: sqlite
        kindd: modules
        """
    assert [error.split(". ")[0] for error in errors(text)] == [
        "a.yaml:2:18: `module_name`: may hold only letters, digits, `_` and `-`",
        "a.yaml:4:20: `source_id` should be text",
        "a.yaml:5:9: unknown key `sorce_type`",
        "a.yaml:7:26: `execution_order` should be a whole number",
        "a.yaml:8:41: unknown key `pth`",
        "a.yaml:9:20: `is_active` should be true or false",
        "a.yaml:10:22: unknown source_type `nosuch`",
        "a.yaml:12:24: `target_config` should be a mapping",
        "a.yaml:13:9: `path` is missing",
        "a.yaml:15:1: unknown key `kindd`",
    ]


def test_an_unknown_key_is_answered_with_the_nearest_known_one() -> None:
    (error,) = errors(one_source("source_type: sqlite\nsource_config: {path: x}\nis_activ: true"))
    assert "Did you mean `is_active`? Known: source_id, " in error


def test_an_unknown_source_type_is_answered_with_the_nearest_known_one() -> None:
    (error,) = errors(one_source("source_type: postgre"))
    assert error.startswith("a.yaml:5:18: unknown source_type `postgre`. Did you mean `postgres`?")


def test_a_catalog_source_must_say_its_engine() -> None:
    (error,) = errors(one_source("source_config: {path: x}"))
    assert "`source_type` is missing. Say which engine it is: " in error


def test_an_unknown_kind_is_refused() -> None:
    (error,) = errors("kind: module\nmodules: []")
    assert error == (
        "a.yaml:1:7: unknown kind of drop. Did you mean `modules`? "
        "Known: modules, annotations, golden_queries, glossary, documentation."
    )


@pytest.mark.parametrize("text", ["modules:", "modules: {}", "modules: [{module_name: a}]"])
def test_a_list_cut_short_is_not_an_empty_one(text: str) -> None:
    assert len(errors(text)) == 1


def test_one_key_twice_in_a_file_names_both_lines() -> None:
    text = one_source("transformation_config: {task_type: notebook}") + (
        "\n  - source_id: S\n    transformation_config: {task_type: notebook}\n"
    )
    (error,) = errors(text)
    assert error == (
        "a.yaml:6:5: the source m.S is declared twice, first at line 4. "
        "Rename or remove one of them."
    )


def test_one_key_twice_by_an_alias_is_refused_too() -> None:
    text = (
        "modules: [{module_name: m, sources: [&s {source_id: s, "
        "transformation_config: {task_type: notebook}}, *s]}]"
    )
    (error,) = errors(text)
    assert "declared twice" in error


@pytest.mark.parametrize(
    "config",
    [
        "source_config: {user: u, password: hunter2}",
        "target_config: {api_key: hunter2}",
        "target_config: {nested: [{client_secret: hunter2}]}",
        "source_config: {url: 'mysql://u:hunter2@host/db'}",
        "transformation_config: {task_type: notebook, token: hunter2}",
    ],
)
def test_a_literal_secret_is_refused_and_not_repeated(config: str) -> None:
    task = "" if "task_type" in config else "\ntransformation_config: {task_type: notebook}"
    (error,) = errors(one_source(config + task))
    assert "a literal secret is refused" in error
    assert "hunter2" not in error


def test_a_reference_to_a_secret_is_welcome() -> None:
    (source,) = declared(
        one_source(
            "source_config: {password: '${PW}', secret_scope: prod, use_token: true}\n"
            "transformation_config: {task_type: notebook}"
        )
    )
    assert source.values.source_config["password"] == "${PW}"


def test_a_literal_password_of_a_catalog_source_is_refused_and_not_repeated() -> None:
    text = one_source("source_type: postgres\nsource_config: {host: h, password: hunter2}")
    joined = " ".join(errors(text))
    assert "literal secret" in joined
    assert "hunter2" not in joined


def test_values_hash_alike_however_they_are_written() -> None:
    (one,) = declared(one_source("source_type: sqlite\nsource_config: {path: x, include: [a]}"))
    (two,) = declared(
        one_source('source_config: {"include": ["a"], path: "x"}\nsource_type: sqlite')
    )
    assert one.values.content_hash == two.values.content_hash


def test_mutations_of_a_valid_drop_are_a_clear_error_or_a_valid_result() -> None:
    dice = random.Random(7)
    alphabet = [*"\n\t :-[]{}&*!|>'\"#%@`,?0aé\x00\u2028", "<<", "---", "*a", "&a ", "!!int "]
    for _ in range(400):
        text = VALID
        for _ in range(dice.randint(1, 4)):
            at = dice.randrange(len(text) + 1)
            kind = dice.choice(["insert", "delete", "repeat", "cut"])
            end = at + dice.randint(1, 30)
            if kind == "insert":
                text = text[:at] + dice.choice(alphabet) + text[at:]
            elif kind == "delete":
                text = text[:at] + text[end:]
            elif kind == "repeat":
                text = text[:end] + text[at:]
            else:
                text = text[: max(at, 1)]
        parsed, problems = parse_drop("a.yaml", text)
        assert not (parsed.sources and problems)
        for problem in problems:
            message = str(problem.in_file("a.yaml"))
            assert message.isprintable()
            assert 1 <= problem.place.line <= text.count("\n") + 2 + text.count("\u2028")
