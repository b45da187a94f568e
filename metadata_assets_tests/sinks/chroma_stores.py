"""Vanna's stores on ChromaDB, on disk, with an embedding that is computed here.

Apart from `stores`, because ChromaDB takes seconds to import.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from chromadb.api.types import EmbeddingFunction
from vanna.capabilities.agent_memory import AgentMemory
from vanna.integrations.chromadb.agent_memory import ChromaAgentMemory
from vanna.legacy.base import VannaBase
from vanna.legacy.chromadb import ChromaDB_VectorStore

from metadata_assets_tests.sinks.stores import NoModel, folder


class LetterCounts(EmbeddingFunction):  # type: ignore[type-arg]
    """An embedding that is computed here: how often each of 32 letters' hashes occurs."""

    def __init__(self) -> None: ...

    def __call__(self, input: list[str]) -> list[list[float]]:  # type: ignore[override]
        return [self.embedded(text) for text in input]

    def embedded(self, text: str) -> list[float]:
        counts = [0.0] * 32
        for word in text.split():
            counts[hashlib.md5(word.encode()).digest()[0] % 32] += 1.0
        return counts

    def embed_query(self, input: list[str]) -> list[list[float]]:  # type: ignore[override]
        return self(input)

    @staticmethod
    def name() -> str:
        return "letter_counts"

    def get_config(self) -> dict[str, Any]:
        return {}

    @staticmethod
    def build_from_config(config: dict[str, Any]) -> LetterCounts:  # noqa: ARG004
        return LetterCounts()

    def default_space(self) -> str:  # type: ignore[override]
        return "l2"

    def supported_spaces(self) -> list[str]:  # type: ignore[override]
        return ["l2", "cosine", "ip"]


class Chroma(ChromaDB_VectorStore, NoModel):
    """Vanna's legacy ChromaDB store: an id is computed from the content."""

    def __init__(self, folder: Path) -> None:
        config = {"path": str(folder), "embedding_function": LetterCounts()}
        ChromaDB_VectorStore.__init__(self, config=config)


def chroma() -> VannaBase:
    return Chroma(folder())


def agent_memory() -> AgentMemory:
    """Vanna 2's memory, on disk."""
    return ChromaAgentMemory(str(folder() / "memory"), embedding_function=LetterCounts())
