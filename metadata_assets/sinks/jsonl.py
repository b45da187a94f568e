"""A file of JSON lines: one training record a line, with the keys of Vanna's training data."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from metadata_assets.errors import ConfigurationError
from metadata_assets.sinks.sink import Entry, Lesson


@dataclass(frozen=True, slots=True)
class JsonlSink:
    """A file as a sink; replaced as a whole when a push ends well.

    Attributes:
        path: The file.
    """

    path: Path

    @property
    def name(self) -> str:
        """Tells it from others."""
        return f"jsonl:{self.path}"

    @contextmanager
    def opened(self) -> Iterator[JsonlSession]:
        """The file's lines; written when the block ends without an exception."""
        lines = {entry.external_id: entry for entry in read_jsonl(self.path)}
        session = JsonlSession(lines)
        yield session
        write_jsonl(self.path, session.lines.values())


@dataclass(frozen=True, slots=True)
class JsonlSession:
    """An opened `JsonlSink`: its lines by id."""

    lines: dict[str, Entry] = field(default_factory=dict)

    def entries(self) -> Sequence[Entry]:
        """Every line."""
        return tuple(self.lines.values())

    def train(self, lesson: Lesson) -> str | None:
        """Add a line, under the id Vanna would give it."""
        entry = Entry(lesson.vanna_id, lesson.kind, lesson.question, lesson.content)
        self.lines[entry.external_id] = entry
        return entry.external_id

    def remove(self, external_id: str, kind: str) -> None:  # noqa: ARG002 - the id says it
        """Take a line out."""
        self.lines.pop(external_id, None)


class _Line(BaseModel):
    """One line of a file; others may add keys of their own."""

    model_config = ConfigDict(strict=True, hide_input_in_errors=True)

    id: str
    training_data_type: Literal["ddl", "documentation", "sql"]
    question: str | None = None
    content: str


def read_jsonl(path: Path) -> list[Entry]:
    """The entries of a file; none where there is no file.

    Raises:
        ConfigurationError: A line is no entry; says which.
    """
    if not path.exists():
        return []
    with path.open(encoding="utf-8") as lines:
        return [_entry(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def write_jsonl(path: Path, entries: Iterable[Entry]) -> None:
    """Replace a file at once: a reader sees the old one or the new one, never a part.

    Args:
        path: The file; its folder is made where it is missing.
        entries: What it shall hold, a line each, ordered by kind and id.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with beside.open("w", encoding="utf-8") as lines:
        for entry in sorted(entries, key=lambda one: (one.kind, one.external_id)):
            told = {
                "id": entry.external_id,
                "training_data_type": entry.kind,
                "question": entry.question,
                "content": entry.content,
            }
            lines.write(json.dumps(told, ensure_ascii=False) + "\n")
        lines.flush()
        os.fsync(lines.fileno())
    beside.replace(path)


def _entry(path: Path, number: int, line: str) -> Entry:
    try:
        told = _Line.model_validate_json(line)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        raise ConfigurationError(
            f"the line is no training record: {problem['msg']}",
            where=f"{path}:{number}",
            remedy="Each line is a JSON object with id, training_data_type, question and content.",
        ) from None
    return Entry(told.id, told.training_data_type, told.question, told.content)
