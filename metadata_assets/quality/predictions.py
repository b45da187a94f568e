"""Golden queries and predictions in files of JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from metadata_assets.errors import ConfigurationError
from metadata_assets.quality.evaluation import Golden, Prediction

_SQL = ("sql", "query", "predicted_sql", "prediction")
"""What the SQL may be called."""


def read_golden(path: Path) -> list[Golden]:
    """The golden queries of a file: `question`, `sql`, and `id` and `alternatives` where known.

    Lines that ask the same question are answers to one.

    Raises:
        ConfigurationError: A line is no such thing.
    """
    answers: dict[str, list[str]] = {}
    named: dict[str, str] = {}
    for number, line in _lines(path):
        question = _required(line, ("question",), path, number)
        sqls = answers.setdefault(question, [])
        sqls += [_required(line, _SQL, path, number), *_alternatives(line)]
        named.setdefault(question, str(line.get("id") or question))
    return [
        Golden(named[question], question, tuple(dict.fromkeys(sqls)))
        for question, sqls in answers.items()
    ]


def read_predictions(path: Path) -> list[Prediction]:
    """The predictions of a file: `sql`, and `question` or `id`.

    Raises:
        ConfigurationError: A line is no such thing.
    """
    return [
        Prediction(
            question=str(line.get("question") or ""),
            sql=_required(line, _SQL, path, number),
            name=None if line.get("id") is None else str(line["id"]),
        )
        for number, line in _lines(path)
    ]


def _lines(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"it cannot be read: {error}", where=str(path)) from error
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            content = json.loads(line)
        except ValueError as error:
            raise ConfigurationError(
                f"this is no JSON: {error}", where=f"{path}:{number}"
            ) from error
        if not isinstance(content, Mapping):
            raise ConfigurationError("this is no JSON object", where=f"{path}:{number}")
        yield number, content


def _required(line: Mapping[str, Any], names: Sequence[str], path: Path, number: int) -> str:
    for name in names:
        if isinstance(line.get(name), str):
            return str(line[name])
    raise ConfigurationError(f"it has no `{names[0]}`", where=f"{path}:{number}")


def _alternatives(line: Mapping[str, Any]) -> Iterator[str]:
    for one in line.get("alternatives") or ():
        sql = one.get("sql") if isinstance(one, Mapping) else one
        if isinstance(sql, str):
            yield sql
