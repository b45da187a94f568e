"""Vannas of users, as configuration names them: functions without arguments.

Each keeps its state in the folder that VANNA_FOLDER names, and needs no network.
"""

# ruff: noqa: ARG002 - the signatures are Vanna's
from __future__ import annotations

import os
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
from vanna.legacy.base import VannaBase


class NoModel(VannaBase):
    """The half of a VannaBase that would talk to a language model."""

    def system_message(self, message: str) -> Any: ...

    def user_message(self, message: str) -> Any: ...

    def assistant_message(self, message: str) -> Any: ...

    def submit_prompt(self, prompt: Any, **kwargs: Any) -> str:
        raise AssertionError("nothing here asks a language model")


class RandomIds(NoModel):
    """A store that gives each entry an id of its own, as pgvector, Milvus or FAISS do."""

    def __init__(self, folder: Path) -> None:
        super().__init__(config={})
        self.file = folder / "random_ids.sqlite"
        with self.connected() as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS entry (id, kind, question, content)")

    @contextmanager
    def connected(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.file)) as connection, connection:
            yield connection

    def _add(self, kind: str, content: str, question: str | None = None) -> str:
        known = f"{uuid.uuid4()}-{kind[:3]}"
        with self.connected() as connection:
            row = (known, kind, question, content)
            connection.execute("INSERT INTO entry VALUES (?, ?, ?, ?)", row)
        return known

    def add_ddl(self, ddl: str, **kwargs: Any) -> str:
        return self._add("ddl", ddl)

    def add_documentation(self, documentation: str, **kwargs: Any) -> str:
        return self._add("documentation", documentation)

    def add_question_sql(self, question: str, sql: str, **kwargs: Any) -> str:
        return self._add("sql", sql, question)

    def get_training_data(self, **kwargs: Any) -> pd.DataFrame:
        with self.connected() as connection:
            rows = connection.execute("SELECT id, kind, question, content FROM entry").fetchall()
        return pd.DataFrame(rows, columns=["id", "training_data_type", "question", "content"])

    def remove_training_data(self, id: str, **kwargs: Any) -> bool:
        with self.connected() as connection:
            return connection.execute("DELETE FROM entry WHERE id = ?", (id,)).rowcount > 0

    def generate_embedding(self, data: str, **kwargs: Any) -> list[float]:
        return []

    def get_similar_question_sql(self, question: str, **kwargs: Any) -> list[Any]:
        return []

    def get_related_ddl(self, question: str, **kwargs: Any) -> list[Any]:
        return []

    def get_related_documentation(self, question: str, **kwargs: Any) -> list[Any]:
        return []


def random_ids() -> VannaBase:
    return RandomIds(folder())


def folder() -> Path:
    """Where the stores of this process are."""
    return Path(os.environ["VANNA_FOLDER"])
