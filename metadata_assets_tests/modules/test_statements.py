from __future__ import annotations

from typing import Any

import pytest

from metadata_assets.errors import ConfigurationError
from metadata_assets.modules.statements import STYLES, bound_statements


def bound(
    text: str, dialect: str = "postgres", **parameters: Any
) -> list[tuple[str, dict[str, Any]]]:
    found = bound_statements(text, parameters, STYLES[dialect], where="m.a")
    return [(one.sql, dict(one.parameters)) for one in found]


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("postgres", "SELECT %(x)s + 1 %% 2"),
        ("mysql", "SELECT %(x)s + 1 %% 2"),
        ("duckdb", "SELECT $x + 1 % 2"),
        ("sqlite", "SELECT :x + 1 % 2"),
    ],
)
def test_a_parameter_is_written_as_the_driver_takes_it(dialect: str, sql: str) -> None:
    assert bound("SELECT :x + 1 % 2", dialect, x=5) == [(sql, {"x": 5})]


def test_text_without_parameters_stays_as_it_is() -> None:
    assert bound("SELECT '100%', a[1:2], 1::int -- :x") == [
        ("SELECT '100%', a[1:2], 1::int", {}),
    ]


def test_quotes_comments_and_casts_hold_no_parameter() -> None:
    text = """SELECT ':x', ":x", x::x /* :x */, $$ :x $$, :x"""
    ((sql, parameters),) = bound(text, x=1)
    assert sql.count("%(x)s") == 1
    assert sql.endswith(", %(x)s")
    assert parameters == {"x": 1}


def test_each_statement_has_the_parameters_it_names() -> None:
    assert bound("INSERT INTO t VALUES (:a);; SELECT ';' ; SELECT :b;", a=1, b=2) == [
        ("INSERT INTO t VALUES (%(a)s)", {"a": 1}),
        ("SELECT ';'", {}),
        ("SELECT %(b)s", {"b": 2}),
    ]


def test_the_body_of_a_trigger_is_one_statement_in_sqlite() -> None:
    trigger = "CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM u; DELETE FROM v; END"
    assert [sql for sql, _ in bound(f"{trigger}; SELECT 1", "sqlite")] == [trigger, "SELECT 1"]


@pytest.mark.parametrize(
    ("text", "parameters", "said"),
    [
        ("SELECT 'a", {}, "its SQL cannot be read"),
        (" ; -- nothing", {}, "its SQL holds no statement"),
        ("SELECT ':day'", {"day": 1}, "its SQL has no :day, which is among its parameters"),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, parameters: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        bound(text, **parameters)
    assert said in str(refused.value)
