"""Vanna's classic interface: `VannaBase`, of vanna 0.x and of `vanna.legacy` in 2.x.

Known by its methods, so this file needs no vanna to be imported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from metadata_assets.sinks.foreign import told_as_ours
from metadata_assets.sinks.sink import Entry, Lesson


@runtime_checkable
class ClassicVanna(Protocol):
    """The part of a `VannaBase` that is used."""

    def train(self, *, question: str = ..., sql: str = ..., ddl: str = ...,
              documentation: str = ...) -> str | None:  # fmt: skip
        """Add one thing; returns its id."""
        ...

    def get_training_data(self) -> Any:
        """A DataFrame of everything: id, question, content, training_data_type."""
        ...

    def remove_training_data(self, id: str) -> bool:
        """Remove one thing; stores differ in what they return for one that is not there."""
        ...


@dataclass(frozen=True, slots=True)
class ClassicSession:
    """A classic Vanna object, opened; it keeps nothing back.

    Attributes:
        name: What to call it in messages.
        vanna: The object.
    """

    name: str
    vanna: ClassicVanna

    def entries(self) -> Sequence[Entry]:
        """Everything it was trained on."""
        with told_as_ours(self.name, "at get_training_data"):
            rows = self.vanna.get_training_data().to_dict("records")
        return [_entry(row) for row in rows]

    def train(self, lesson: Lesson) -> str | None:
        """Train one thing."""
        with told_as_ours(self.name, f"at training the {lesson.kind} of {lesson.source_id}"):
            if lesson.kind == "sql":
                # Without a question it would ask a language model for one.
                known = self.vanna.train(question=lesson.question or "", sql=lesson.content)
            elif lesson.kind == "ddl":
                known = self.vanna.train(ddl=lesson.content)
            else:
                known = self.vanna.train(documentation=lesson.content)
        return known if isinstance(known, str) and known else None

    def remove(self, external_id: str, kind: str) -> None:  # noqa: ARG002 - the id says it
        """Remove one thing."""
        with told_as_ours(self.name, f"at removing {external_id}"):
            self.vanna.remove_training_data(external_id)


def _entry(row: dict[str, Any]) -> Entry:
    """A row of `get_training_data`; FAISS names the content after its kind."""
    kind = str(row["training_data_type"])
    content = _text(row.get("content")) or _text(row.get(kind)) or ""
    # A question may be empty there, where a record has none.
    return Entry(str(row["id"]), kind, _text(row.get("question")) or None, content)


def _text(value: Any) -> str | None:
    """A cell's text; what pandas puts where there is none is not text."""
    return value if isinstance(value, str) else None
