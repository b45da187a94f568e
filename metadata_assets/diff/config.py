"""How a source's configuration grades its changes: `transformation_config: {diff: …}`.

`policy` names a grading, `grades` sets single codes apart from it:
`diff: {policy: strict, grades: {DS103: risky}}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from metadata_assets.diff.codes import CODES
from metadata_assets.diff.severity import Grade, Grading, Policy
from metadata_assets.errors import ConfigurationError

DIFF = "diff"
"""The key of `transformation_config` that holds it."""


def _only_a_known_code(code: str) -> str:
    if code not in CODES:
        raise ValueError("is no change code; `metadata-assets diff --codes` lists them")
    return code


class DiffConfig(BaseModel):
    """How to grade the changes of one source."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    policy: Policy = Field("conservative", description="strict, conservative or permissive.")
    grades: dict[Annotated[str, AfterValidator(_only_a_known_code)], Grade] = Field(
        default_factory=dict, description="A grade by change code, before the policy."
    )


def grading_of(transformation_config: Mapping[str, Any], *, where: str) -> Grading:
    """The grading that a source's `transformation_config` asks for.

    Args:
        transformation_config: As stored.
        where: The source's key, for the message.

    Raises:
        ConfigurationError: It is none; names every wrong field.
    """
    try:
        config = DiffConfig.model_validate(transformation_config.get(DIFF) or {})
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, problem['loc'])) or DIFF}: {problem['msg']}"
            for problem in error.errors(include_url=False, include_input=False)
        )
        raise ConfigurationError(
            f"transformation_config.{DIFF} is wrong: {problems}",
            where=where,
            remedy="Write, for instance: diff: {policy: strict, grades: {DS103: risky}}.",
        ) from None
    return Grading(config.policy, config.grades)
