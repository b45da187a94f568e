from __future__ import annotations

import pytest

from metadata_assets.diff.changes import AddTable, ChangeTableComment, DropTable
from metadata_assets.diff.codes import CODES
from metadata_assets.diff.severity import GRADES, POLICIES, Grading, grade_of
from metadata_assets.errors import ConfigurationError

DROP = DropTable("public.t", "table")
ADD = AddTable("public.t", "table")
COMMENT = ChangeTableComment("public.t", None, "new")


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_is_graded_and_a_laxer_policy_is_never_graver(code: str) -> None:
    grades = [GRADES.index(grade_of(code, policy)) for policy in POLICIES]
    assert grades == sorted(grades, reverse=True)


@pytest.mark.parametrize("policy", POLICIES)
def test_what_is_gone_breaks_under_every_policy(policy: str) -> None:
    assert Grading(policy).grade(DROP) == "breaking"
    assert Grading(policy).grade(ADD) == "safe"


def test_a_code_can_be_graded_otherwise() -> None:
    grading = Grading("strict", {"DS102": "safe", "MD106": "risky"})
    assert (grading.grade(DROP), grading.grade(COMMENT)) == ("safe", "risky")


def test_the_gravest_counts() -> None:
    assert Grading().gravest([ADD, DROP, COMMENT]) == "breaking"
    assert Grading().gravest([]) is None


@pytest.mark.parametrize(
    ("policy", "overrides", "message"),
    [
        ("lax", {}, "unknown policy 'lax'.*conservative, permissive, strict"),
        ("strict", {"XX1": "safe"}, "unknown change code 'XX1'"),
        ("strict", {"DS102": "bad"}, "unknown grade 'bad'"),
    ],
)
def test_what_is_not_known_is_refused(policy: str, overrides: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        Grading(policy, overrides)
