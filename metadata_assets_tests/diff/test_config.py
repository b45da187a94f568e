from __future__ import annotations

from typing import Any

import pytest

from metadata_assets.diff.config import grading_of
from metadata_assets.diff.severity import Grading
from metadata_assets.errors import ConfigurationError


@pytest.mark.parametrize("configured", [{}, {"diff": None}, {"diff": {}}, {"task_type": "x"}])
def test_without_configuration_the_policy_is_conservative(configured: dict[str, Any]) -> None:
    assert grading_of(configured, where="m.s") == Grading("conservative")


def test_a_source_names_its_policy_and_grades_single_codes_apart_from_it() -> None:
    configured = {"diff": {"policy": "permissive", "grades": {"DS103": "risky"}}}
    assert grading_of(configured, where="m.s") == Grading("permissive", {"DS103": "risky"})


@pytest.mark.parametrize(
    ("configured", "field"),
    [
        ({"policy": "harsh"}, "policy"),
        ({"grades": {"XX999": "safe"}}, "XX999"),
        ({"grades": {"DS103": "awful"}}, "DS103"),
        ({"severity": "strict"}, "severity"),
        (["strict"], "diff"),
    ],
)
def test_what_is_not_known_is_refused_by_name(configured: Any, field: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"m\.s: transformation_config\.diff.*{field}"):
        grading_of({"diff": configured}, where="m.s")
