"""When assets materialize by themselves, and who answers for them."""

from __future__ import annotations

import dagster as dg

OWNERS = ["team:data-platform"]

RETRIES = dg.RetryPolicy(max_retries=2, delay=1, jitter=dg.Jitter.PLUS_MINUS)
"""For what may pass by itself: a network that is down, a partition someone else just replaced."""

_C = dg.AutomationCondition

# Unlike eager(): a dependency counts as updated when its data version changed, not when it merely
# ran again, and a failed blocking check of the dependency holds the asset back.
_new_version = (
    _C.any_deps_updated()
    .replace("newly_updated", _C.data_version_changed())
    .since(_C.newly_requested() | _C.initial_evaluation())
)

on_new_version = (
    (
        _new_version
        | _C.newly_missing()
        | _C.code_version_changed()
        | _C.execution_failed().newly_true()
    )
    & ~_C.any_deps_missing()
    & ~_C.any_deps_in_progress()
    & ~_C.in_progress()
    & _C.all_deps_blocking_checks_passed()
).with_label("on_new_version")
"""Materialize once for each new data version of a dependency that passed its blocking checks."""
