from __future__ import annotations

import random
import textwrap

import pytest

from metadata_assets.control.parse import ParsedDrop, parse_drop
from metadata_assets_tests.control.test_knowledge import ABOUT
from metadata_assets_tests.control.test_modules_drop import VALID

TEXTS = {"modules": VALID, **{kind: textwrap.dedent(text) for kind, text in ABOUT.items()}}
ALPHABET = [
    *"\n\t :-[]{}&*!|>'\"#%@`,?0aé\x00\u2028\ud800",
    "<<",
    "---",
    "*a",
    "&a ",
    "!!int ",
    "~",
]
ALPHABET += ["!!python/object/apply:os.system ['id']", "1e999", "0x", "null", "yes", "9" * 500]


def mutated(text: str, dice: random.Random) -> str:
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(text) + 1)
        end = at + dice.randint(1, 30)
        kind = dice.choice(["insert", "delete", "repeat", "cut", "swap"])
        if kind == "insert":
            text = text[:at] + dice.choice(ALPHABET) + text[at:]
        elif kind == "delete":
            text = text[:at] + text[end:]
        elif kind == "repeat":
            text = text[:end] + text[at:]
        elif kind == "swap":
            lines = text.split("\n")
            one, two = dice.randrange(len(lines)), dice.randrange(len(lines))
            lines[one], lines[two] = lines[two], lines[one]
            text = "\n".join(lines)
        else:
            text = text[: max(at, 1)]
    return text


@pytest.mark.parametrize("kind", TEXTS)
def test_a_mutated_drop_is_a_clear_error_or_a_valid_result(kind: str) -> None:
    dice = random.Random(kind)
    valid = 0
    for _ in range(300):  # of five kinds
        text = mutated(TEXTS[kind], dice)
        parsed, problems = parse_drop("a.yaml", text)
        valid += not problems
        assert not problems or parsed == ParsedDrop()
        for problem in problems:
            message = str(problem.in_file("a.yaml"))
            assert message.isprintable()
            assert message.startswith("a.yaml:")
            assert 1 <= problem.place.line <= text.count("\n") + 2 + text.count("\u2028")
    assert 0 < valid < 300
