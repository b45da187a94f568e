"""What must hold of descriptions, annotations and types: one SQL file a rule, run all at once.

A rule gives the object, the message and the remedy of each problem; how bad it is, is said here.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from metadata_assets.catalog.engine import opened_engine
from metadata_assets.quality.pii import suspected_columns
from metadata_assets.quality.problems import PROBLEMS, Severity
from metadata_assets.quality.subject import QualitySubject, quality_sql
from metadata_assets.schema.types import is_known

RULES: Mapping[str, Severity] = {
    "dangling_annotation": "error",
    "description_of_dropped_column": "error",
    "stale_document": "error",
    "placeholder_description": "warning",
    "missing_table_description": "warning",
    "missing_column_description": "warning",
    "description_repeats_name": "warning",
    "duplicate_description": "warning",
    "long_description": "warning",
    "unknown_type": "warning",
    "unreadable_object": "warning",
    "undocumented_pii": "warning",
}
"""The rules, by the names of their files in `sql/rules`."""


def metadata_problems(subject: QualitySubject) -> pa.Table:
    """Every problem of the descriptions, annotations and types of a source.

    Returns:
        Rows of `PROBLEMS`.
    """
    with opened_engine() as engine:
        engine.register(
            tables=subject.catalog.tables,
            columns=subject.catalog.columns,
            types=subject.catalog.types,
            unreadable=subject.catalog.unreadable,
            annotations=subject.annotations,
            documents=subject.documents,
            unknown_types=_unknown_types(subject),
            suspected=suspected_columns(subject.catalog, subject.profiles),
        )
        return engine.query(_script()).cast(PROBLEMS.schema)


def _unknown_types(subject: QualitySubject) -> pa.Table:
    used = subject.catalog.columns["native_type"].unique().to_pylist()
    unknown = [name for name in map(str, used) if not is_known(name, subject.dialect)]
    return pa.table({"native_type": pa.array(unknown, pa.string())})


def _script() -> str:
    ruled = "\nUNION ALL\n".join(
        f"SELECT object, '{rule}' AS rule, '{severity}' AS severity, message, remedy "
        f"FROM (\n{quality_sql(f'rules/{rule}')})"
        for rule, severity in RULES.items()
    )
    return "\n".join([quality_sql("macros"), quality_sql("described"), ruled])
