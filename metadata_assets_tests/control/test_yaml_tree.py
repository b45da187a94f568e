from __future__ import annotations

import time

import pytest

from metadata_assets.control.problems import Place
from metadata_assets.control.yaml_tree import MAX_DEPTH, Tree, parse_yaml


def plain(text: str) -> object:
    tree = parse_yaml(text)
    assert tree.root is not None
    assert tree.problems == ()
    return tree.root.plain()


def problems(tree: Tree) -> list[tuple[int, int, str]]:
    return [(p.place.line, p.place.column, p.what) for p in tree.problems]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("12", 12),
        ("-3", -3),
        ("0x1F", 31),
        ("0o17", 15),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("yes", True),
        ("Off", False),
        ("~", None),
        ("", None),
        ("'12'", "12"),
        ("!!str 12", "12"),
        ("!!int '12'", 12),
        ("007", "007"),
        ("1:30", "1:30"),
        ("2024-13-45", "2024-13-45"),
        (".nan", ".nan"),
        ("${PASSWORD}", "${PASSWORD}"),
    ],
)
def test_a_scalar_reads_as_json_would_hold_it(written: str, value: object) -> None:
    assert plain(f"v: {written}") == {"v": value}


def test_keys_are_text_whatever_they_look_like() -> None:
    assert plain("on: 1\n1: 2\n") == {"on": 1, "1": 2}


def test_a_node_knows_where_it_stands() -> None:
    tree = parse_yaml("a:\n  - b: x\n")
    assert tree.root is not None
    entry = tree.root.entry("a")
    assert entry is not None
    assert entry.place == Place(1, 1)
    (element,) = entry.node.nodes()
    assert element.place == Place(2, 5)
    value = element.under("b")
    assert value is not None
    assert value.place == Place(2, 8)


def test_anchors_and_merge_keys_are_written_out() -> None:
    text = "base: &b {x: 1, y: 2}\none: *b\ntwo: {<<: *b, y: 3}\nthree: {<<: [*b, {z: 4}]}\n"
    assert plain(text) == {
        "base": {"x": 1, "y": 2},
        "one": {"x": 1, "y": 2},
        "two": {"x": 1, "y": 3},
        "three": {"x": 1, "y": 2, "z": 4},
    }


def test_all_problems_are_told_at_once() -> None:
    text = "a: 1\na: 2\nb: *nowhere\nc: !!python/object:os.system x\nd: &d [*d]\ne: !!int x\n"
    assert problems(parse_yaml(text)) == [
        (2, 1, "the key `a` is there twice, first on line 1"),
        (3, 4, "the alias *nowhere has no anchor"),
        (4, 4, "a tag that is not allowed; only !!str, !!int, !!float, !!bool and !!null are"),
        (5, 8, "the alias *d stands within its own anchor"),
        (6, 4, "the value does not fit its tag"),
    ]


@pytest.mark.parametrize(
    ("text", "place", "fault"),
    [
        ("a: [1\nb: 2", (2, 2), "Failed to parse YAML file"),
        ("a: 'x", (1, 6), "Failed to parse YAML file"),
        ("a: 1\n b: 2\n", (2, 3), "Failed to parse YAML file"),
        ("\tx: 1", (1, 1), "Failed to parse YAML file"),
        ("a: b\x00c", (1, 5), "the character U+0000 is not allowed"),
        ("a: 1\n---\nb: 2\n", (2, 1), "a second document"),
        ("[1]: 2", (1, 1), "a key is not plain text"),
        ("a: {<<: 3}", (1, 9), "`<<` merges mappings only"),
        ("a: " + "9" * 5000, (1, 4), "too large"),
        ("a: 1e999", (1, 4), "too large"),
    ],
)
def test_what_is_not_allowed_is_told_with_its_place(
    text: str, place: tuple[int, int], fault: str
) -> None:
    ((line, column, what),) = problems(parse_yaml(text))
    assert (line, column) == place
    assert fault in what


def test_a_bomb_of_aliases_costs_nothing() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    before = time.monotonic()
    tree = parse_yaml("\n".join(lines))
    assert time.monotonic() - before < 1
    assert "aliases written out" in tree.problems[0].what


@pytest.mark.parametrize("text", ["[" * 500_000, "{a: " * 200_000, "- " * 300_000, "? " * 300_000])
def test_a_wall_of_brackets_costs_nothing(text: str) -> None:
    before = time.monotonic()
    tree = parse_yaml(text)
    assert time.monotonic() - before < 1
    # libyaml looks ahead, and may meet a limit of its own first.
    told = (f"more than {MAX_DEPTH} levels deep", "exceeded maximum nesting depth")
    assert tree.problems[0].what.endswith(told)


def test_an_empty_text_has_no_root_and_no_problem() -> None:
    assert parse_yaml("# nothing\n") == Tree(None, ())
