"""A problem of what is known of a source: which object, which rule, how bad, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

import pyarrow as pa

from metadata_assets.lake import LakeTable

Severity = Literal["error", "warning", "info"]
"""Errors mislead an assistant, warnings leave it in the dark, the rest is worth knowing."""

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")

_text: pa.DataType = pa.string()

PROBLEMS = LakeTable(
    "quality/problems",
    pa.schema(
        {
            "object": _text,  # FQDN, `FQDN.column`, or the kind and name of a declaration
            "rule": _text,
            "severity": _text,
            "message": _text,
            "remedy": _text,
        }
    ),
    key=("object", "rule", "message"),
)
"""One row a problem."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem.

    Attributes:
        object: What it is about.
        rule: The rule that is broken.
        severity: How bad it is.
        message: What is wrong, in one sentence without a final full stop.
        remedy: How to mend it.
    """

    object: str
    rule: str
    severity: Severity
    message: str
    remedy: str


def problem_rows(problems: Iterable[Problem]) -> pa.Table:
    """Problems as rows of `PROBLEMS`."""
    return pa.Table.from_pylist([asdict(problem) for problem in problems], schema=PROBLEMS.schema)
