"""How grave a change is: a table from code and policy to grade.

`strict` is for sources whose every change is reviewed: whatever may change an answer breaks.
`conservative`, the default: what can make a working query fail breaks. `permissive`: only what is
gone breaks. A single code can be graded otherwise by configuration.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, get_args

from metadata_assets.diff.changes import Change
from metadata_assets.diff.codes import CODES
from metadata_assets.errors import ConfigurationError

Grade = Literal["safe", "risky", "breaking"]
"""From harmless to grave."""

Policy = Literal["strict", "conservative", "permissive"]
"""The named gradings."""

GRADES: tuple[Grade, ...] = get_args(Grade)
POLICIES: tuple[Policy, ...] = get_args(Policy)

_SAFE, _RISKY, _BREAKING = GRADES

_BY_CODE: Mapping[str, tuple[Grade, Grade, Grade]] = MappingProxyType(
    {
        # code: strict, conservative, permissive
        "AD101": (_SAFE, _SAFE, _SAFE),
        "AD102": (_RISKY, _SAFE, _SAFE),  # SELECT * and positional inserts see it
        "AD103": (_SAFE, _SAFE, _SAFE),
        "AD104": (_RISKY, _SAFE, _SAFE),
        "AD105": (_RISKY, _SAFE, _SAFE),
        "AD106": (_SAFE, _SAFE, _SAFE),
        "DS102": (_BREAKING, _BREAKING, _BREAKING),
        "DS103": (_BREAKING, _BREAKING, _BREAKING),
        "DS104": (_BREAKING, _BREAKING, _BREAKING),
        "DS105": (_BREAKING, _RISKY, _SAFE),
        "DS106": (_BREAKING, _RISKY, _SAFE),
        "BC101": (_BREAKING, _BREAKING, _BREAKING),
        "BC102": (_BREAKING, _BREAKING, _BREAKING),
        "BC103": (_BREAKING, _BREAKING, _RISKY),
        "BC104": (_BREAKING, _BREAKING, _RISKY),
        "BC105": (_BREAKING, _RISKY, _SAFE),
        "BC106": (_BREAKING, _RISKY, _SAFE),
        "BC107": (_BREAKING, _RISKY, _SAFE),
        "BC108": (_BREAKING, _RISKY, _RISKY),
        "BC109": (_RISKY, _SAFE, _SAFE),
        "BC110": (_BREAKING, _RISKY, _SAFE),
        "BC111": (_RISKY, _RISKY, _SAFE),
        "BC112": (_BREAKING, _RISKY, _SAFE),
        "MF101": (_BREAKING, _RISKY, _SAFE),
        "MF102": (_BREAKING, _RISKY, _SAFE),
        "MF103": (_BREAKING, _RISKY, _SAFE),
        "MF104": (_BREAKING, _RISKY, _SAFE),
        "MF105": (_BREAKING, _RISKY, _SAFE),
        "MF106": (_BREAKING, _RISKY, _SAFE),
        "MF107": (_BREAKING, _RISKY, _SAFE),
        "CD101": (_BREAKING, _RISKY, _SAFE),  # a join that was vouched for
        "CD102": (_BREAKING, _RISKY, _RISKY),
        "CD103": (_BREAKING, _RISKY, _SAFE),
        "CD104": (_RISKY, _SAFE, _SAFE),
        "CD105": (_BREAKING, _RISKY, _SAFE),  # readers meet nulls
        "CD106": (_RISKY, _RISKY, _SAFE),
        "CD107": (_RISKY, _SAFE, _SAFE),
        "MD101": (_RISKY, _SAFE, _SAFE),
        "MD102": (_RISKY, _SAFE, _SAFE),
        "MD103": (_SAFE, _SAFE, _SAFE),
        "MD104": (_RISKY, _SAFE, _SAFE),
        "MD105": (_SAFE, _SAFE, _SAFE),
        "MD106": (_SAFE, _SAFE, _SAFE),
        "MD107": (_SAFE, _SAFE, _SAFE),
        "MD108": (_RISKY, _SAFE, _SAFE),
        "MD109": (_RISKY, _SAFE, _SAFE),
    }
)


@dataclass(frozen=True, slots=True)
class Grading:
    """A policy, and the codes that are graded otherwise.

    Attributes:
        policy: The named grading.
        overrides: Grade by code, before the policy.

    Raises:
        ConfigurationError: An unknown policy, code or grade.
    """

    policy: Policy = "conservative"
    overrides: Mapping[str, Grade] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what is not known."""
        _require(self.policy, POLICIES, "policy")
        for code, grade in self.overrides.items():
            _require(code, CODES, "change code")
            _require(grade, GRADES, "grade")

    def grade(self, change: Change) -> Grade:
        """How grave a change is."""
        if change.code in self.overrides:
            return self.overrides[change.code]
        return grade_of(change.code, self.policy)

    def gravest(self, changes: Iterable[Change]) -> Grade | None:
        """The grade of the gravest; None where there is no change."""
        return max((self.grade(change) for change in changes), key=GRADES.index, default=None)


def grade_of(code: str, policy: Policy) -> Grade:
    """How grave a code is under a policy."""
    return _BY_CODE[code][POLICIES.index(policy)]


def _require(word: str, known: Iterable[str], what: str) -> None:
    if word not in set(known):
        raise ConfigurationError(
            f"unknown {what} {word!r}", remedy=f"It is one of: {', '.join(sorted(known))}."
        )
